import { list } from '../shared/words';
import { type Json, pathOf, type Resource, type StackTemplate } from '../shared/template';
import { isRecord, isScalar } from '../resolve/values';
import type { BucketPart, CdnPart, DatabasePart, Part, QueuePart, SecretPart, ServersPart, StorePart, TablePart } from './parts';

/** What a deployment is made of, as far as it can run on one machine. */
export interface Plan {
  readonly stack: StackTemplate;
  readonly databases: readonly DatabasePart[];
  readonly stores: readonly StorePart[];
  readonly tables: readonly TablePart[];
  readonly buckets: readonly BucketPart[];
  readonly queues: readonly QueuePart[];
  readonly secrets: readonly SecretPart[];
  readonly servers: readonly ServersPart[];
  readonly balancer?: Part;
  readonly cdn?: CdnPart;
  /** Values of Parameter Store by their names, as the template writes them. */
  readonly parameters: Readonly<Record<string, Json>>;
}

type Properties = Readonly<Record<string, Json>>;

/** Reads what all stacks of a deployment would start: a plan for each region, the founding one first. */
export function plansOf(stacks: readonly StackTemplate[]): Plan[] {
  const has = (type: string, { template }: StackTemplate): boolean => Object.values(template.Resources).some(({ Type }) => Type === type);
  return stacks
    .filter((one) => has('AWS::EC2::VPC', one))
    .map((stack) =>
      planOf(
        stack,
        stacks.find((one) => one !== stack && one.region === stack.region && has('AWS::S3::Bucket', one)),
      ),
    );
}

/**
 * Reads what a stack would start.
 * @param storage the stack with what a further region keeps for others, where there is one.
 */
export function planOf(stack: StackTemplate, storage?: StackTemplate): Plan {
  const all = [stack, storage].flatMap((one) => Object.entries(one?.template.Resources ?? {}));
  const every = (...types: string[]): (readonly [id: string, properties: Properties, part: Part])[] =>
    all
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, resource]) => [id, resource.Properties ?? {}, { id, name: nameOf(id, resource) }]);
  const parameters = Object.fromEntries(every('AWS::SSM::Parameter').map(([, { Name, Value }]) => [text(Name), Value]));
  const groups = new Map(every('AWS::RDS::DBParameterGroup', 'AWS::RDS::DBClusterParameterGroup').map(([id, of]) => [id, of.Parameters]));
  const known = (group: Json): Record<string, string> =>
    Object.fromEntries(
      Object.entries(isRecord(groups.get(refOf(group)) ?? null) ? (groups.get(refOf(group)) as Properties) : {})
        // What AWS adds to PostgreSQL, PostgreSQL doesn't know.
        .filter(([name]) => !name.startsWith('rds.'))
        .map(([name, value]) => [name, isScalar(value) ? String(value) : '']),
    );
  const instances = every('AWS::RDS::DBInstance');
  const founded = new Map(
    every('AWS::RDS::GlobalCluster').map(([, of]) => [idIn(of.SourceDBClusterIdentifier), text(of.GlobalClusterIdentifier)]),
  );
  const [distribution] = every('AWS::CloudFront::Distribution');
  const [balancer] = every('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const dead = new Set(every('AWS::SQS::Queue').map(([, { RedrivePolicy }]) => idIn(field(RedrivePolicy, 'deadLetterTargetArn'))));
  return {
    stack,
    databases: [
      ...onServer(parameters),
      ...instances.filter(([, { DBClusterIdentifier }]) => !present(DBClusterIdentifier)).map(([, of, part]) => instance(part, of, known)),
      ...every('AWS::RDS::DBCluster').flatMap(([id, of, part]) =>
        cluster(part, of, known, instances.filter(([, one]) => refOf(one.DBClusterIdentifier) === id).length, founded.get(id)),
      ),
    ],
    stores: every('AWS::ElastiCache::ReplicationGroup').map(([, { AuthToken, CacheParameterGroupName }, part]) => {
      const group = stack.template.Resources[refOf(CacheParameterGroupName)] as Resource | undefined;
      return { ...part, secret: idIn(AuthToken), eviction: text(field(group?.Properties?.Properties, 'maxmemory-policy')) || 'noeviction' };
    }),
    tables: every('AWS::DynamoDB::GlobalTable').map(([, of, part]) => ({
      ...{ ...part, table: text(of.TableName) },
      ...{ key: of.KeySchema, attributes: of.AttributeDefinitions, expiry: of.TimeToLiveSpecification },
    })),
    buckets: every('AWS::S3::Bucket').map(([, of, part]) => bucket(part, of)),
    queues: every('AWS::SQS::Queue')
      .filter(([id]) => !dead.has(id))
      .map(([, { RedrivePolicy }, part]) => ({ ...part, tries: Number(field(RedrivePolicy, 'maxReceiveCount') ?? 1_000) })),
    secrets: every('AWS::SecretsManager::Secret').map(([, { GenerateSecretString, Name, ReplicaRegions }, part]) => ({
      ...{ ...part, name: text(Name) || part.name },
      regions: list(ReplicaRegions).map((one) => text(field(one, 'Region'))),
      template: field(GenerateSecretString, 'SecretStringTemplate'),
    })),
    servers: [
      ...every('AWS::EC2::Instance').map(([, of, part]) => servers(stack, part, field(of.LaunchTemplate, 'LaunchTemplateId'), 1, false)),
      ...every('AWS::AutoScaling::AutoScalingGroup').map(([, of, part]) => {
        const specification = field(field(of.MixedInstancesPolicy, 'LaunchTemplate'), 'LaunchTemplateSpecification') ?? of.LaunchTemplate;
        return servers(stack, part, field(specification, 'LaunchTemplateId'), Number(of.MinSize), list(of.TargetGroupARNs).length > 0);
      }),
    ],
    ...(present(balancer) && { balancer: balancer[2] }),
    ...(present(distribution) && { cdn: { ...distribution[2], behaviours: behaviours(field(distribution[1].DistributionConfig)) } }),
    parameters,
  };
}

/** A database that the application reaches by a socket is on its server. */
function onServer(parameters: Readonly<Record<string, Json>>): DatabasePart[] {
  const [found] = Object.entries(parameters).filter(
    ([name, value]) => name.endsWith('/config/database/writer') && text(value).startsWith('/'),
  );
  return present(found) ? [{ id: ON_SERVER, name: 'Database on the server', parameters: {} }] : [];
}

/** Stands for the logical id of the database on the one server, which is no resource. */
export const ON_SERVER = 'on the server';

function instance(part: Part, of: Properties, known: (group: Json) => Record<string, string>): DatabasePart {
  const parameters = known(of.DBParameterGroupName);
  const source = idIn(of.SourceDBInstanceIdentifier);
  return source === '' ? { ...part, parameters, secret: idIn(of.MasterUserPassword) } : { ...part, parameters, source };
}

/** A cluster's copies share one name, so one of them stands for all. In a further region the cluster is a copy itself, and stands for its copies. */
function cluster(
  part: Part,
  of: Properties,
  known: (group: Json) => Record<string, string>,
  members: number,
  founded?: string,
): DatabasePart[] {
  const parameters = known(of.DBClusterParameterGroupName);
  const database = founded ?? text(of.GlobalClusterIdentifier);
  const global = { database, cluster: text(of.DBClusterIdentifier), forwards: of.EnableGlobalWriteForwarding === true };
  if (!present(founded) && database !== '') return [{ ...part, parameters, global }];
  const copy = { id: readerOf(part.id), name: `${part.name}/Reader`, parameters, source: part.id };
  const writer = { ...part, parameters, secret: idIn(of.MasterUserPassword), ...(database !== '' && { global }) };
  return [writer, ...(members > 1 ? [copy] : [])];
}

function bucket(part: Part, { BucketName, ReplicationConfiguration }: Properties): BucketPart {
  const copies = list(field(ReplicationConfiguration, 'Rules')).map((rule) => ({
    prefix: text(field(field(rule, 'Filter'), 'Prefix')),
    to: field(field(rule, 'Destination'), 'Bucket') ?? '',
  }));
  return { ...part, copies, ...(present(BucketName) && { called: BucketName }) };
}

/** Stands for the logical id of a cluster's copies. */
export const readerOf = (cluster: string): string => `${cluster} reader`;

function servers(stack: StackTemplate, part: Part, template: Json | undefined, least: number, balanced: boolean): ServersPart {
  const resource = stack.template.Resources[refOf(template ?? null)] as Resource | undefined;
  const userData = field(field(resource?.Properties?.LaunchTemplateData, 'UserData'), 'Fn::Base64') ?? '';
  const [, role = 'web'] = /\bROLE='(\w+)'/.exec(JSON.stringify(userData)) ?? [];
  return { ...part, role, userData, least, balanced };
}

function behaviours(config: Json | undefined): CdnPart['behaviours'] {
  const origins = new Map(list(field(config, 'Origins')).map((origin) => [text(field(origin, 'Id')), field(origin, 'DomainName') ?? '']));
  const groups = new Map(
    list(field(field(config, 'OriginGroups'), 'Items')).map((group) => [
      text(field(group, 'Id')),
      list(field(field(group, 'Members'), 'Items')).map((member) => text(field(member, 'OriginId'))),
    ]),
  );
  const one = (path: string, behaviour: Json): CdnPart['behaviours'][number] => {
    const target = text(field(behaviour, 'TargetOriginId'));
    return {
      path,
      origins: (groups.get(target) ?? [target]).map((id) => origins.get(id) ?? ''),
      policy: field(behaviour, 'CachePolicyId') ?? '',
    };
  };
  return [
    ...list(field(config, 'CacheBehaviors')).map((behaviour) => one(text(field(behaviour, 'PathPattern')).replace(/\*$/, ''), behaviour)),
    one('/', field(config, 'DefaultCacheBehavior') ?? {}),
  ];
}

/** A field of a value, where it is a record; without a name the value itself. */
export function field(value: Json | undefined, name?: string): Json | undefined {
  if (name === undefined) return value;
  return isRecord(value ?? null) ? (value as Properties)[name] : undefined;
}

const present = <T>(value: T | undefined): value is T => value !== undefined;
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const refOf = (value: Json | undefined): string => text(field(value, 'Ref'));

/** The first resource that a value names. */
export function idIn(value: Json | undefined): string {
  const [, ref, attribute] =
    /"Ref":"([A-Za-z0-9]+)"|"Fn::GetAtt":\["([A-Za-z0-9]+)"/.exec(JSON.stringify(value ?? null).replaceAll('"Ref":"AWS::AccountId"', '')) ??
    [];
  return [ref, attribute].find((id) => (id as string | undefined) !== undefined) ?? '';
}

/** `Architecture/Databases/Users0/Cluster/Resource` is `Databases/Users0` for people. */
function nameOf(id: string, resource: Resource): string {
  const words = pathOf(id, resource).split('/');
  const inner = words[0] === 'Architecture' ? words.slice(1) : words;
  const last = ['Instance', 'Cluster', 'Group', 'ASG', 'LoadBalancer', 'Distribution'];
  while (inner.length > 1 && last.includes(inner.at(-1) ?? '')) inner.pop();
  return inner.join('/');
}
