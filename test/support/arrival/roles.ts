import type { Resource } from '../synth';
import { isAllowed, list, matches, type Statement } from './policy';
import { ACCOUNT, type World } from './world';

/** Where a type names its key, and which uses of its resources ask the key for what: the service's guide, "Encryption" or "Key management". */
const ENCRYPTED: Readonly<Partial<Record<string, { readonly key: (properties: Resource['Properties']) => unknown; readonly asks: Asks }>>> =
  {
    'AWS::S3::Bucket': {
      key: ({ BucketEncryption }) =>
        (BucketEncryption as Encryption | undefined)?.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
      asks: { 's3:GetObject': ['Decrypt'], 's3:PutObject': ['GenerateDataKey'] },
    },
    'AWS::SecretsManager::Secret': {
      key: ({ KmsKeyId }) => KmsKeyId,
      asks: { 'secretsmanager:GetSecretValue': ['Decrypt'], 'secretsmanager:PutSecretValue': ['Decrypt', 'GenerateDataKey'] },
    },
    'AWS::SQS::Queue': {
      key: ({ KmsMasterKeyId }) => KmsMasterKeyId,
      asks: { 'sqs:SendMessage': ['Decrypt', 'GenerateDataKey'], 'sqs:ReceiveMessage': ['Decrypt'] },
    },
    'AWS::SNS::Topic': { key: ({ KmsMasterKeyId }) => KmsMasterKeyId, asks: { 'sns:Publish': ['Decrypt', 'GenerateDataKey'] } },
    'AWS::DynamoDB::GlobalTable': {
      key: ({ Replicas }) => (Replicas as Replica[] | undefined)?.[0].SSESpecification?.KMSMasterKeyId,
      asks: { 'dynamodb:GetItem': ['Decrypt'], 'dynamodb:PutItem': ['Decrypt'] },
    },
  };

type Asks = Readonly<Record<string, readonly string[]>>;
interface Encryption {
  readonly ServerSideEncryptionConfiguration: readonly { readonly ServerSideEncryptionByDefault: { readonly KMSMasterKeyID?: unknown } }[];
}
interface Replica {
  readonly SSESpecification?: { readonly KMSMasterKeyId?: unknown };
}

/** What a role may do with something encrypted, but for the key. */
export function refusedByKeys(world: World): string[] {
  return Object.entries(world.resources).flatMap(([id, { Type, Properties }]) => {
    const { key, asks } = ENCRYPTED[Type] ?? {};
    const named = key?.(Properties);
    if (named === undefined || asks === undefined || world.text(named).startsWith('alias/aws/')) return [];
    const policy = world.keyPolicy(named);
    return world.all('AWS::IAM::Role').flatMap(([role]) =>
      Object.entries(asks)
        .filter(([action]) => world.identity(role).some((statement) => touches(world, statement, action, id)))
        .flatMap(([, uses]) => uses.map((use) => `kms:${use}`))
        .filter((use) => !mayUse(world, role, use, named, policy, Type))
        .map((use) => `${role} may not ${use} with the key of ${id}`),
    );
  });
}

/** Whether a statement allows an action on a resource, or on a part of it. */
function touches(world: World, { Effect, Action, Resource }: Statement, action: string, id: string): boolean {
  const arn = arnOf(world, id);
  return (
    Effect === 'Allow' &&
    list(Action).some((pattern) => matches(pattern, action)) &&
    list(Resource).some(
      (pattern) => pattern.startsWith(`${arn}/`) || [arn, `<${id}>`, `<${id}.Arn>`].some((name) => matches(pattern, name)),
    )
  );
}

/** A key that leaves its use to the account's policies is asked by the role's own. */
function mayUse(world: World, role: string, action: string, key: unknown, policy: readonly Statement[], type: string): boolean {
  const service = type.split('::')[1].toLowerCase();
  const context = { 'kms:ViaService': `${service}.${world.region}.amazonaws.com`, 'kms:CallerAccount': ACCOUNT };
  const request = { action, context, resource: world.text(key) };
  const delegated = isAllowed(policy, { ...request, resource: '*', principal: { service: `arn:aws:iam::${ACCOUNT}:root` } });
  const principal = { role };
  const own = isAllowed(world.identity(role), { ...request, principal });
  return (delegated && own) || isAllowed(policy, { ...request, resource: '*', principal });
}

/** The ARN that a policy may name a resource by. */
export function arnOf(world: World, id: string): string {
  const { Type, Properties } = world.resources[id];
  const name = (property: unknown): string => (property === undefined ? `<${id}>` : world.text(property));
  if (Type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name(Properties.BucketName)}`;
  if (Type === 'AWS::SecretsManager::Secret') {
    return `arn:aws:secretsmanager:${world.region}:${ACCOUNT}:secret:${name(Properties.Name)}-Abc123`;
  }
  if (Type === 'AWS::DynamoDB::GlobalTable') return `arn:aws:dynamodb:${world.region}:${ACCOUNT}:table/${name(Properties.TableName)}`;
  return `<${id}.Arn>`;
}

/** Roles of servers: those in instance profiles. */
export function serverRoles(world: World): string[] {
  const profiles = world.all('AWS::IAM::InstanceProfile');
  return [
    ...new Set(profiles.flatMap(([, { Properties }]) => [world.say(Properties.Roles)].flat().map((said) => String(said).slice(1, -1)))),
  ];
}

/** Actions that a role's own policies don't allow on any of the names of a resource; without names, on anything at all. */
export function refusedActions(world: World, role: string, actions: readonly string[], names?: readonly string[]): string[] {
  const statements = world.identity(role);
  const allowed = (action: string): boolean =>
    names === undefined
      ? statements.some(
          (one) => one.Effect === 'Allow' && list(one.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())),
        )
      : names.some((resource) => isAllowed(statements, { principal: { role }, action, resource }));
  return actions
    .filter((action) => !allowed(action))
    .map((action) => `${role} may not ${action}${names === undefined ? '' : ` on ${names[0]}`}`);
}
