import { list } from '../shared/words';
import { type Json, pathOf, type Resource, type StackTemplate } from '../shared/template';
import { isRecord, isScalar } from '../resolve/values';

/** Something of a template that is started here. */
export interface Part {
  /** Logical id of the resource that says so. */
  readonly id: string;
  /** What people call it: its construct path without what all have in common. */
  readonly name: string;
}

/** A database server. */
export interface DatabasePart extends Part {
  /** Logical id of the secret of its master user; none for the database on the one server, which is reached by a socket. */
  readonly secret?: string;
  /** Logical id of the database that it copies. */
  readonly source?: string;
  /** Settings of its parameter group. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A cache, or the session store. */
export interface StorePart extends Part {
  readonly secret: string;
  /** What it does when it is full, as Valkey calls it. */
  readonly eviction: string;
}

/** A table, as the API takes it. */
export interface TablePart extends Part {
  readonly table: string;
  readonly key: Json;
  readonly attributes: Json;
  /** Says when items may be deleted. */
  readonly expiry: Json;
}

/** A queue; what nobody could do so many times goes to another one. */
export interface QueuePart extends Part {
  readonly tries: number;
}

/** A secret: a word, or a word in a text. */
export interface SecretPart extends Part {
  /** JSON to which the word is added, where there is some, as the template writes it. */
  readonly template?: Json;
}

/** Servers that are alike. */
export interface ServersPart extends Part {
  /** What they do: `web` or `worker`. */
  readonly role: string;
  readonly userData: Json;
  /** How many there are at the least. */
  readonly least: number;
  /** Whether a load balancer sends them requests. */
  readonly balanced: boolean;
}

/** A way through the CDN, by logical ids. */
export interface CdnPart extends Part {
  readonly behaviours: readonly { readonly path: string; readonly origins: readonly Json[]; readonly policy: Json }[];
}

/** What a deployment is made of, as far as it can run on one machine. */
export interface Plan {
  readonly stack: StackTemplate;
  readonly databases: readonly DatabasePart[];
  readonly stores: readonly StorePart[];
  readonly tables: readonly TablePart[];
  readonly buckets: readonly Part[];
  readonly queues: readonly QueuePart[];
  readonly secrets: readonly SecretPart[];
  readonly servers: readonly ServersPart[];
  readonly balancer?: Part;
  readonly cdn?: CdnPart;
  /** Values of Parameter Store by their names, as the template writes them. */
  readonly parameters: Readonly<Record<string, Json>>;
}

type Properties = Readonly<Record<string, Json>>;

/** Reads what a stack would start. */
export function planOf(stack: StackTemplate): Plan {
  const all = Object.entries(stack.template.Resources);
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
  const [distribution] = every('AWS::CloudFront::Distribution');
  const [balancer] = every('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const dead = new Set(every('AWS::SQS::Queue').map(([, { RedrivePolicy }]) => idIn(field(RedrivePolicy, 'deadLetterTargetArn'))));
  return {
    stack,
    databases: [
      ...onServer(parameters),
      ...instances.filter(([, { DBClusterIdentifier }]) => !present(DBClusterIdentifier)).map(([, of, part]) => instance(part, of, known)),
      ...every('AWS::RDS::DBCluster').flatMap(([id, of, part]) =>
        cluster(part, of, known, instances.filter(([, one]) => refOf(one.DBClusterIdentifier) === id).length),
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
    buckets: every('AWS::S3::Bucket').map(([, , part]) => part),
    queues: every('AWS::SQS::Queue')
      .filter(([id]) => !dead.has(id))
      .map(([, { RedrivePolicy }, part]) => ({ ...part, tries: Number(field(RedrivePolicy, 'maxReceiveCount') ?? 1_000) })),
    secrets: every('AWS::SecretsManager::Secret').map(([, { GenerateSecretString }, part]) => ({
      ...part,
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

/** A cluster's copies share one name, so one of them stands for all. */
function cluster(part: Part, of: Properties, known: (group: Json) => Record<string, string>, members: number): DatabasePart[] {
  const parameters = known(of.DBClusterParameterGroupName);
  const copy = { id: readerOf(part.id), name: `${part.name}/Reader`, parameters, source: part.id };
  return [{ ...part, parameters, secret: idIn(of.MasterUserPassword) }, ...(members > 1 ? [copy] : [])];
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
