import { Duration } from 'aws-cdk-lib';
import { InvalidInput } from '../invalid-input';
import type { ProcessSettings } from './process-settings';

/** How the process that answers requests is run. */
export interface WebProcessOptions {
  /**
   * Shell command. It listens on 127.0.0.1 at the port in `PORT`.
   * @default - the line `web` of the Procfile
   */
  readonly command?: string;
  /**
   * Path that answers 200 to 399 once the application can serve, without signing in.
   * @default /
   */
  readonly healthCheckPath?: string;
  /**
   * Processes a server runs, each on a port of its own; 0 is one for each vCPU, which suits what uses one core alone. Each is told in
   * `WEB_CONCURRENCY` how many workers it may start itself, so that all of them are one for each vCPU.
   * @default - one for each vCPU for Node, 1 for everything else
   */
  readonly instances?: number;
  /**
   * How long a new release may take until its health check passes, at most 5 minutes. After that the old one stays.
   * @default 2 minutes
   */
  readonly startTimeout?: Duration;
  /**
   * How long requests may go on after SIGTERM, before SIGKILL. At most 85 seconds, because a server that ends gives 90.
   * @default 30 seconds
   */
  readonly stopTimeout?: Duration;
  /**
   * How long an answer may pause, such as a websocket without a message.
   * @default 60 seconds
   */
  readonly idleTimeout?: Duration;
  /**
   * The largest request, in MiB. A server keeps 2 GiB of requests of 1 MB and more on its disk, or four of the largest; a quarter of it for one client.
   * @default 64
   */
  readonly largestRequest?: number;
  /**
   * Requests that one client may begin in a second on one server, over a store of ten seconds; more get 429. A client is an IPv4 address, or the
   * first half of an IPv6 one: everybody behind one router. 0 lets all through.
   * @default 50
   */
  readonly requestsPerSecond?: number;
  /**
   * Requests that one client may have under way at once on one server, websockets included; more get 429. 0 lets all through.
   * @default 200
   */
  readonly requestsPerClient?: number;
  /**
   * Requests that all clients may have under way at once on one server, websockets included; more get 429. One address that connects, such as a
   * server of the CDN, may have half of it. 0 lets all through, up to 24,000.
   * @default 2000
   */
  readonly requestsAtOnce?: number;
}

/** How a process that nobody waits for is run. */
export interface WorkerProcessOptions {
  /**
   * Shell command.
   * @default - the line of the Procfile with its name
   */
  readonly command?: string;
  /**
   * Processes a server runs.
   * @default 1
   */
  readonly count?: number;
  /**
   * How long it may finish its work after SIGTERM, before SIGKILL. A server that ends gives 90 seconds.
   * @default 80 seconds
   */
  readonly stopTimeout?: Duration;
  /**
   * Whether its work comes from the queue in `QUEUE_URL`. Where there is one, servers of its own run it, as many as the backlog wants;
   * everything else works on the web servers.
   * @default false
   */
  readonly onQueue?: boolean;
}

/** The command that runs once for each release, before anything of it serves: migrations. */
export interface ReleaseProcessOptions {
  /**
   * Shell command. It may run again if it died, so it has to be one that can, as every framework's migrations are.
   * @default - the line `release` of the Procfile
   */
  readonly command?: string;
  /**
   * How long it may take, and how long other servers wait for it: at most 20 minutes, because a deploy waits too. What takes longer belongs into a worker.
   * @default 15 minutes
   */
  readonly timeout?: Duration;
}

/** What one of the servers runs again and again. */
export interface ScheduledProcessOptions {
  /** Shell command. */
  readonly command: string;
  /** How often, counted from midnight UTC: 1 day is every midnight. At least a minute. */
  readonly every: Duration;
  /**
   * How long it may take.
   * @default - as long as until the next time
   */
  readonly timeout?: Duration;
}

/** One line of a Procfile, with what a Procfile can't say. */
export class Process {
  /** Answers requests. There is exactly one of its kind. */
  public static web(options: WebProcessOptions = {}): Process {
    const { command, startTimeout = Duration.minutes(2), stopTimeout = Duration.seconds(30), idleTimeout = Duration.seconds(60) } = options;
    const { instances, healthCheckPath: healthPath = '/', largestRequest: bodyMegabytes = 64 } = options;
    const { requestsPerSecond = 50, requestsPerClient = 200, requestsAtOnce = 2000 } = options;
    refuse('healthCheckPath', healthPath, /^\/[\w./~%-]*$/.test(healthPath), 'a path such as /up, without a query');
    refuse(
      'instances',
      instances ?? 0,
      instances === undefined || (Number.isInteger(instances) && instances >= 0 && instances <= 99),
      '0 to 99',
    );
    refuse('largestRequest', bodyMegabytes, Number.isInteger(bodyMegabytes) && bodyMegabytes >= 1, 'a whole number of MiB');
    for (const [name, value] of Object.entries({ requestsPerSecond, requestsPerClient, requestsAtOnce })) {
      refuse(name, value, Number.isInteger(value) && value >= 0 && value <= 20_000, 'a whole number up to 20000, or 0 for no bound');
    }
    return new Process('web', 'web', {
      ...{ command, instances, healthPath, bodyMegabytes, startSeconds: seconds('startTimeout', startTimeout, 1, 5 * 60) },
      ...{ requestsPerSecond, requestsPerClient, requestsAtOnce },
      ...{ stopSeconds: seconds('stopTimeout', stopTimeout, 1, 85), idleSeconds: seconds('idleTimeout', idleTimeout, 1, DAY) },
    });
  }

  /** Works beside `web`, and on servers of its own where there is a queue. */
  public static worker(name: string, options: WorkerProcessOptions = {}): Process {
    const { command, count = 1, stopTimeout = Duration.seconds(80), onQueue = false } = options;
    refuse('count', count, Number.isInteger(count) && count >= 1 && count <= 64, 'a whole number from 1 to 64');
    return new Process('worker', name, {
      command,
      count,
      stopSeconds: seconds('stopTimeout', stopTimeout, 0, 85),
      onQueue,
    });
  }

  /** Runs once for each release, under a lock in the database. Where it fails, the release before goes on serving. */
  public static release({ command, timeout = Duration.minutes(15) }: ReleaseProcessOptions = {}): Process {
    return new Process('release', 'release', { command, timeoutSeconds: seconds('timeout', timeout, 1, 20 * 60) });
  }

  /** Runs at its times on one of the servers. */
  public static scheduled(name: string, { command, every, timeout = every }: ScheduledProcessOptions): Process {
    const everySeconds = seconds('every', every, 60, 366 * DAY);
    return new Process('scheduled', name, { command, everySeconds, timeoutSeconds: seconds('timeout', timeout, 1, 366 * DAY) });
  }

  private constructor(
    /** What it is. */
    public readonly kind: string,
    /** Its name in the Procfile. */
    public readonly name: string,
    /** What a server reads of it. */
    public readonly settings: ProcessSettings,
  ) {
    refuse('process', name, /^[A-Za-z][\w-]{0,40}$/.test(name), 'a letter, then letters, digits, _ and -');
  }
}

const DAY = 24 * 60 * 60;

function seconds(name: string, value: Duration, least: number, most: number): number {
  const given = value.toSeconds();
  refuse(name, `${given} s`, given >= least && given <= most, `${least} to ${most} s`);
  return given;
}

function refuse(name: string, value: string | number, isRight: boolean, allowed: string): void {
  if (!isRight) throw new InvalidInput(`${name} ${value} is not possible: type ${allowed}`);
}
