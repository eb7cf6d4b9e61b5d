import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Databases } from '../data/database-tier';
import type { Foundation } from '../../foundation/foundation';
import { SubnetGroup } from '../../foundation/network/network';
import { Setting } from '../../foundation/settings/settings';
import { ServerIdentity } from '../../foundation/servers/server-identity';
import { JobQueue } from './job-queue';
import { Workers, type WorkersOptions } from './workers';

/** Options of {@link JobsTier.queue}. */
export interface JobsTierOptions extends WorkersOptions {
  /**
   * What a worker gives one job before it gives up.
   * @default 5 minutes
   */
  readonly jobTimeout?: Duration;
  /**
   * How often a job is tried before it goes to the dead-letter queue.
   * @default 5
   */
  readonly tries?: number;
}

/** A jobs tier that was bound. */
export interface Jobs {
  /** The queue and its dead letters. */
  readonly queue: JobQueue;
  /** The workers. */
  readonly workers: Workers;
  /** Role and security group of the workers. */
  readonly identity: ServerIdentity;
}

/** Work that nobody waits for. */
export abstract class JobsTier {
  /** All work is done while the user waits. */
  public static none(): JobsTier {
    return new NoJobs();
  }

  /** A queue, and workers that scale on its backlog. */
  public static queue(options: JobsTierOptions = {}): JobsTier {
    return new QueueAndWorkers(options);
  }

  /** The same tier with other workers, or this tier where it has none. */
  public withWorkers(_options: WorkersOptions): JobsTier {
    return this;
  }

  /** Creates queue and workers under an architecture; the web servers may send, the workers receive. */
  public abstract bind(scope: Construct, foundation: Foundation, databases: Databases): Jobs | undefined;
}

class NoJobs extends JobsTier {
  public bind(): undefined {
    return undefined;
  }
}

class QueueAndWorkers extends JobsTier {
  public constructor(private readonly options: JobsTierOptions) {
    super();
  }

  public override withWorkers(options: WorkersOptions): JobsTier {
    return new QueueAndWorkers({ ...this.options, ...options });
  }

  public bind(scope: Construct, foundation: Foundation, databases: Databases): Jobs {
    const { name, network, key, settings, servers, release, alarmTopic, removalPolicy } = foundation;
    const jobTimeout = this.options.jobTimeout ?? Duration.minutes(5);
    const queue = new JobQueue(scope, 'Jobs', { key, jobTimeout, tries: this.options.tries, removalPolicy });
    const identity = new ServerIdentity(scope, 'WorkerIdentity', { vpc: network.vpc, description: 'Workers' });
    identity.grantWriteLogs(`/${name}/application`);
    settings.grantRead(identity.role);
    release.grantRead(identity.role);
    databases.core?.admit(identity);
    for (const aurora of [databases.cluster, databases.federated, databases.secondary]) aurora?.admitToShared(identity);
    queue.grantSend(servers.role);
    queue.grantWork(identity.role);
    settings.put(Setting.JOBS_QUEUE, queue.queue.queueUrl);
    const workers = new Workers(scope, 'Workers', {
      ...this.options,
      name,
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.APP),
      identity,
      release,
      queue,
      alarmTopic,
    });
    return { queue, workers, identity };
  }
}
