import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuseContradictions } from './blueprint';
import type { WebArchitectureProps } from './web-architecture-props';
import type { SessionTable } from '../tiers/cache/session-table';
import type { Valkey } from '../tiers/cache/valkey';
import type { ClusterDatabase } from '../tiers/data/cluster-database';
import type { FederatedDatabases } from '../tiers/data/federated-databases';
import type { PrivateDatabase } from '../tiers/data/private-database';
import type { SecondaryDatabases } from '../tiers/data/secondary-databases';
import type { BackupVault } from '../operate/backups/backups';
import { Drills } from '../operate/drills/drills';
import type { Edge } from '../tiers/edge/edge-tier';
import { OriginSecret } from '../foundation/security/origin-secret';
import type { Domain, Foundation } from '../foundation/foundation';
import type { Jobs } from '../tiers/jobs/jobs-tier';
import type { Network } from '../foundation/network/network';
import { Alarms } from '../operate/observe/alarms';
import { Dashboard } from '../operate/observe/dashboard';
import { Graduation } from '../operate/observe/graduation';
import { LogBucket } from '../foundation/storage/log-bucket';
import { Monitoring } from '../operate/observe/monitoring';
import { MonthlyBudget } from '../operate/observe/monthly-budget';
import { settleObjectives } from '../operate/observe/objectives';
import { Observation } from '../operate/observe/observation';
import { RequestMetrics } from '../operate/observe/request-metrics';
import type { ObservedTiers } from '../operate/observe/tiers';
import { UserSignals } from '../operate/observe/user-signals';
import { Sleep } from '../operate/sleep/sleep';
import { Failover } from '../tiers/reach/failover';
import { addressTtl } from '../tiers/reach/address-ttl';
import { RegionOffers } from '../foundation/regions/region-offers';
import { openKey, refuseName, sayNoDrills } from './surroundings';
import { Geography } from '../foundation/regions/geography';
import { EncryptionKey } from '../foundation/security/encryption-key';
import { Settings } from '../foundation/settings/settings';
import { Release } from '../foundation/servers/release';
import { ServerIdentity } from '../foundation/servers/server-identity';
import type { Web } from '../tiers/web/web-tier';
import { serveOrdinary } from './ordinary-application';
import { startServersLast } from './start-order';

/**
 * One web application in one region, as its blueprint says.
 *
 * Tiers are bound in one order: network, database, cache, sessions, web, edge, jobs, and what a bridge has to move last. All wiring and all construct ids are here and in the
 * tiers; they are public API, because another id is another resource and the data stays with the old one.
 */
export class WebArchitecture extends Construct {
  /** The VPC and its groups of subnets. */
  public readonly network: Network;
  /** The key that encrypts everything that holds data. */
  public readonly key: kms.IKey;
  /** Bucket for access logs and flow logs. */
  public readonly logBucket: LogBucket;
  /** Log group, saved queries and alarm topic. */
  public readonly observation: Observation;
  /** What the application reads. */
  public readonly settings: Settings;
  /** Role and security group of the web servers. */
  public readonly servers: ServerIdentity;
  /** What the servers run. */
  public readonly release: Release;
  /** The one database, unless it is on the server, on Aurora, or there are several. */
  public readonly database?: PrivateDatabase;
  /** The one database as an Aurora cluster, or in a further region its copy. */
  public readonly cluster?: ClusterDatabase;
  /** Copies of the databases by function, in a further region. */
  public readonly secondary?: SecondaryDatabases;
  /** The databases by function, if there are several. */
  public readonly databases?: FederatedDatabases;
  /** The cache, if there is one. */
  public readonly cache?: Valkey;
  /** The session store, unless sessions are on the server or in a table. */
  public readonly sessions?: Valkey;
  /** The table of sessions, if that was chosen. */
  public readonly sessionTable?: SessionTable;
  /** The single server, or the fleet with its load balancer. */
  public readonly web: Web;
  /** CDN and buckets, or the way straight to the web tier. */
  public readonly edge: Edge;
  /** Queue and workers, if there are any. */
  public readonly jobs?: Jobs;
  /** Where copies of the data are kept, if that was chosen; the founding region has it. */
  public readonly backups?: BackupVault;
  /** Stops what can be stopped while nobody is there, if the blueprint says when it is awake. */
  public readonly sleep?: Sleep;
  /** Moves the writers to another region, if there are several. */
  public readonly failover?: Failover;
  /** What users feel and data that is not safe, as alarms, unless the blueprint watches less. */
  public readonly alarms?: Alarms;
  /** Whether it is time for another architecture, unless the blueprint watches nothing. */
  public readonly graduation?: Graduation;
  /** What a month may cost, if it was said. */
  public readonly budget?: MonthlyBudget;
  /** What can be seen of it all, unless the blueprint watches nothing. */
  public readonly dashboard?: Dashboard;
  /** Faults made on purpose, unless there is but one server and nothing to fail over to. */
  public readonly drills?: Drills;

  public constructor(scope: Construct, id: string, props: WebArchitectureProps) {
    super(scope, id);
    const { name, blueprint, domain, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    refuseName(this, name);
    refuseContradictions(blueprint);
    const { region } = Stack.of(this);
    const { isGlobal, writeForwarding } = blueprint.reach;
    const { monitoring = Monitoring.FULL, awake } = blueprint;
    const isWatched = monitoring === Monitoring.FULL;
    const geography = isGlobal ? new Geography(props.regions ?? [region], region, writeForwarding) : undefined;

    // The key of a further region is RegionStorage's, and admits them.
    if (props.key && (geography?.isFounding ?? true)) openKey(this, props.key);
    this.key = props.key ?? new EncryptionKey(this, 'Key', { name, removalPolicy });
    this.logBucket = new LogBucket(this, 'Logs', { removalPolicy, lock: props.logLock });
    this.settings = new Settings(this, 'Settings', { name });
    this.observation = new Observation(this, 'Observe', {
      ...{ name, key: this.key, settings: this.settings, alarmEmail: props.alarmEmail, agentMetrics: isWatched },
    });
    this.network = blueprint.network.bind(this);
    this.logBucket.collectFlowLogs(this.network, this.network.vpc);
    this.servers = new ServerIdentity(this, 'Servers', { vpc: this.network.vpc, description: 'Web servers' });
    this.servers.grantWriteLogs(`/${name}/application`);
    this.settings.grantRead(this.servers.role);
    this.release = new Release(this, 'Release', { application: props.app, settings: this.settings });
    this.release.grantRead(this.servers.role);
    const { network, key, settings, servers, release, logBucket } = this;
    const foundation: Foundation = {
      ...{ name, domain, removalPolicy, geography, awake, network, key, settings, servers, release, logBucket },
      cdnLogBucket: props.cdnLogBucket,
      detailedMonitoring: isWatched,
      alarmTopic: this.observation.alarmTopic,
      originSecret: blueprint.edge.isCdn ? new OriginSecret(this, 'OriginSecret', { name, key: this.key, geography }) : undefined,
    };
    const databases = blueprint.database.bind(this, foundation);
    this.database = databases.core;
    this.cluster = databases.cluster;
    this.databases = databases.federated;
    this.secondary = databases.secondary;
    this.cache = blueprint.cache.bind(this, foundation);
    const sessionStore = blueprint.sessions.bind(this, foundation);
    this.sessions = sessionStore.valkey;
    this.sessionTable = sessionStore.table;
    this.web = blueprint.web.bind(this, foundation);
    this.edge = blueprint.edge.bind(this, foundation, this.web);
    this.jobs = blueprint.jobs.bind(this, foundation, databases);
    const { web, edge, database, cache, sessions, sessionTable, jobs } = this;
    serveOrdinary(this, blueprint);
    for (const { role } of [servers, ...(jobs ? [jobs.identity] : [])]) this.observation.grantTrace(role);
    const aurora = this.databases ?? this.secondary ?? this.cluster;
    const tiers = { web, edge, database, databases: aurora, cache, sessions, sessionTable, jobs, geography };
    const objectives = settleObjectives(props.objectives ?? {}, blueprint.web.single);
    const { observation } = this;
    if (monitoring !== Monitoring.NONE) {
      const signals = this.userSignals(name, web);
      if (isWatched) {
        this.alarms = new Alarms(this, 'Alarms', {
          ...{ name, tiers, signals, objectives, topic: observation.alarmTopic },
          ...this.certificates(tiers, domain),
        });
      }
      this.graduation = new Graduation(this, 'Graduation', { tiers, alarms: isWatched });
      const { alarms, graduation } = this;
      this.dashboard = new Dashboard(this, 'Dashboard', { name, tiers, signals, objectives, alarms, graduation });
    }
    if (props.budget !== undefined && (geography?.isFounding ?? true)) {
      this.budget = new MonthlyBudget(this, 'Budget', { name, limit: props.budget, topic: observation.alarmTopic, key });
    }
    const isDrilled = database?.hasStandby === true || (aurora ?? cache ?? web.fleet) !== undefined;
    if (isDrilled && !RegionOffers.hasService(region, 'fis')) sayNoDrills(this, region, props.drills ?? []);
    else if (isDrilled) {
      // Single alarms over five minutes: whether FIS stops on a composite one is nowhere documented.
      const stopOn = this.alarms ? [this.alarms.unreachable, this.alarms.errors.alarms[1], this.alarms.slowness.alarms[1]] : [];
      this.drills = new Drills(this, 'Drills', { ...tiers, name, key, network, stopOn, schedule: props.drills });
    }
    if (awake) this.sleep = new Sleep(this, 'Sleep', { awake, tiers, network, key, alarms: this.alarms });
    if (domain && this.edge.target) {
      const record = { zone: domain.hostedZone, recordName: `${domain.domainName}.`, target: this.edge.target };
      new route53.ARecord(this, 'DomainRecord', { ...record, ttl: addressTtl(this.edge.target) });
      if (this.edge.ipv6) new route53.AaaaRecord(this, 'DomainRecordIpv6', record);
    }
    if (geography) this.failover = new Failover(this, 'Failover', { name, geography, model: (this.databases ?? this.secondary)?.model });
    if (geography?.isFounding ?? true) this.backups = blueprint.backups?.bind(this, foundation, this);
    startServersLast(this, web, jobs);
    // Those that hang together with nothing that waits for the fleet.
    if (this.alarms) web.fleet?.watchDeploys([this.alarms.errors.alarms[1], this.alarms.slowness.alarms[1]]);
    for (const move of blueprint.moves ?? []) move.bind(this, foundation, { databases, web, edge });
  }

  /** Where users find the website. */
  public get url(): string {
    return this.edge.url;
  }

  /** Shell command that opens a session on one of the servers; no SSH, no open port. */
  public get sessionCommand(): string {
    return `${this.web.sessionCommand} --region ${Stack.of(this).region}`;
  }

  /** While there is a single server, its log tells; otherwise the load balancer. */
  private userSignals(name: string, { server, loadBalancer }: Web): UserSignals {
    if (loadBalancer && !server) return UserSignals.ofLoadBalancer(loadBalancer);
    if (!server) throw new Error('a web tier has a server or a load balancer');
    const { logGroup } = this.observation;
    return UserSignals.ofLog(new RequestMetrics(this, 'Requests', { name, logGroup, address: server.address.ref }));
  }

  /** Certificates that this region can watch: its own, and the CDN's where both are in us-east-1. */
  private certificates(
    { edge }: ObservedTiers,
    domain?: Domain,
  ): { originCertificate?: acm.ICertificate; cdnCertificate?: acm.ICertificate } {
    return {
      originCertificate: this.node.tryFindChild('OriginCertificate') as acm.ICertificate | undefined,
      cdnCertificate: edge.cdn && Stack.of(this).region === 'us-east-1' ? domain?.certificate : undefined,
    };
  }
}
