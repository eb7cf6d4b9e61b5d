import type { Json, Resource, StackTemplate } from '../shared/template';
import { isObject } from '../shared/project';
import { type Say, list, records } from '../shared/words';
import { Breadth, type Grant, type Permission } from './grant';

type Properties = Readonly<Partial<Record<string, Json>>>;

/** Where a type keeps a policy document, and the properties that name what the policy belongs to; without them it is the resource's own. */
interface Place {
  readonly document: string;
  readonly owners?: readonly string[];
}

/** Identity policies say what their owner may do; the others, who may do something with their owner. */
const POLICIES: Readonly<Record<string, Place>> = {
  'AWS::IAM::Policy': { document: 'PolicyDocument', owners: ['Roles', 'Users', 'Groups'] },
  'AWS::IAM::ManagedPolicy': { document: 'PolicyDocument', owners: ['Roles', 'Users', 'Groups'] },
  'AWS::IAM::Role': { document: 'AssumeRolePolicyDocument' },
  'AWS::KMS::Key': { document: 'KeyPolicy' },
  'AWS::S3::BucketPolicy': { document: 'PolicyDocument', owners: ['Bucket'] },
  'AWS::SQS::QueuePolicy': { document: 'PolicyDocument', owners: ['Queues'] },
  'AWS::SNS::TopicPolicy': { document: 'PolicyDocument', owners: ['Topics'] },
  'AWS::SecretsManager::ResourcePolicy': { document: 'ResourcePolicy', owners: ['SecretId'] },
  'AWS::EC2::VPCEndpoint': { document: 'PolicyDocument' },
  'AWS::ECR::Repository': { document: 'RepositoryPolicyText' },
  'AWS::EFS::FileSystem': { document: 'FileSystemPolicy' },
  'AWS::Logs::ResourcePolicy': { document: 'PolicyDocument' },
};

/** What the policies of a stack allow and deny. */
export function permissionGrants(stack: StackTemplate, say: Say): Grant[] {
  return Object.entries(stack.template.Resources).flatMap(([id, resource]) =>
    policiesOf(id, resource).flatMap(({ owners, document }) => {
      const grants = statements(document, say).flatMap((statement) => grantsOf(statement, say));
      return owners.map(say).flatMap((owner) => grants.map((grant) => ({ ...grant, stack: stack.name, owner })));
    }),
  );
}

function policiesOf(id: string, { Type, Properties = {} }: Resource): { owners: readonly Json[]; document?: Json }[] {
  const self = [{ Ref: id }];
  if (Type === 'AWS::Lambda::Permission')
    return [{ owners: list(Properties.FunctionName), document: { Statement: invocation(Properties) } }];
  const inline = Type.startsWith('AWS::IAM::') ? records(Properties.Policies) : [];
  const { document, owners = [] } = Object.hasOwn(POLICIES, Type) ? POLICIES[Type] : {};
  const named = owners.flatMap((property) => list(Properties[property]));
  return [
    ...inline.map(({ PolicyDocument }) => ({ owners: self, document: PolicyDocument })),
    ...(document === undefined ? [] : [{ owners: named.length > 0 ? named : self, document: Properties[document] }]),
  ];
}

/** A Lambda permission as the statement that Lambda makes of it. */
function invocation({ Action = '*', Principal = '*', SourceArn, SourceAccount }: Properties): Json {
  const source = { ...(SourceArn && { 'AWS:SourceArn': SourceArn }), ...(SourceAccount && { 'AWS:SourceAccount': SourceAccount }) };
  const condition: Properties = Object.keys(source).length > 0 ? { Condition: { Is: source } } : {};
  return { Effect: 'Allow', Action, Principal, Resource: '*', ...condition };
}

/** The statements of a document, which some types take as text. */
function statements(document: Json | undefined, say: Say): readonly Properties[] {
  // Some types take it as text, which may be put together from others.
  const parsed = typeof document === 'string' || isIntrinsic(document) ? (parse(say(document)) ?? document) : document;
  const body = isObject(parsed) ? (parsed as Properties).Statement : undefined;
  return body === undefined && document !== undefined ? [{ Effect: 'Allow', Action: say(document) }] : records(body);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function grantsOf(statement: Properties, say: Say): Omit<Grant, 'stack' | 'owner'>[] {
  const denies = statement.Effect === 'Deny';
  const condition = conditionOf(statement.Condition, say);
  const combinations = principalsOf(statement, say).flatMap((principal) =>
    either('Action', statement, say).flatMap((action) =>
      either('Resource', statement, say).map((resource): Permission => ({ kind: 'permission', principal, action, resource, condition })),
    ),
  );
  return combinations.map((what) => ({ denies, breadth: breadthOf(what, denies), what }));
}

/** What `Action` or `Resource` names, or all but what `NotAction` or `NotResource` names. */
function either(name: 'Action' | 'Resource', statement: Properties, say: Say): string[] {
  const not = statement[`Not${name}`];
  if (not !== undefined) return [`everything but ${list(not).map(say).sort().join(', ')}`];
  const named = list(statement[name]).map(say);
  return named.length > 0 ? named : ['*'];
}

function principalsOf({ Principal: principal, NotPrincipal: not, Resource }: Properties, say: Say): string[] {
  if (not !== undefined) return [`everybody but ${say(not)}`];
  if (principal === undefined) return [''];
  const named =
    isObject(principal) && !isIntrinsic(principal) ? Object.values(principal as Properties).flatMap((one) => list(one)) : list(principal);
  // Where load balancers write, an account of nobody here is the one that AWS writes from in that region.
  const writes = say(Resource).includes('/AWSLogs/');
  return named.map(say).map((one) => {
    const account = writes ? /iam::(\d{12}):root$/.exec(one)?.[1] : undefined;
    return one === '*' ? 'anyone' : account === undefined ? one : `AWS's own load balancers (account ${account})`;
  });
}

const isIntrinsic = (value: Json | undefined): boolean =>
  isObject(value) && Object.keys(value).every((key) => key === 'Ref' || key.startsWith('Fn::'));

/** A condition in words, the same for the same condition in another order. */
function conditionOf(condition: Json | undefined, say: Say): string {
  if (!isObject(condition)) return '';
  return Object.entries(condition)
    .flatMap(([operator, tests]) =>
      records(tests)
        .flatMap(Object.entries)
        .map(([key, value]) => `${key} ${operator} ${list(value).map(say).sort().join(' or ')}`),
    )
    .sort()
    .join(' and ');
}

function breadthOf({ principal, action, resource, condition }: Permission, denies: boolean): Breadth {
  if (principal === 'anyone' && !denies) return condition === '' ? Breadth.ANYONE : Breadth.WILDCARD;
  // In the policy of a resource `*` is that resource; for an identity it is everything.
  const all = principal === '' && (resource === '*' || resource.startsWith('everything but'));
  const every = /^(\*|[\w-]+:\*|everything but .*)$/.test(action);
  return all || every || (denies && principal === 'anyone') ? Breadth.WILDCARD : Breadth.NAMED;
}
