import type { Json } from '../shared/template';
import { isRecord } from '../resolve/values';
import { list } from '../shared/words';
import { type Found, type Ways, allows, arrow, thingsIn, thingsOf } from './arrows';
import type { Arrow, Reason } from './model';
import type { Draft } from './things';

/** What a right to do something with a thing draws. */
interface Right {
  readonly kinds: readonly string[];
  readonly action: RegExp;
  readonly label: string;
  readonly reason: Reason;
  /** The thing is the one that gives. */
  readonly back?: true;
}

const RIGHTS: readonly Right[] = [
  { kinds: ['queue'], action: /^sqs:(SendMessage|\*)/, label: 'send', reason: 'queue' },
  { kinds: ['queue'], action: /^sqs:(ReceiveMessage|\*)/, label: 'receive', reason: 'queue', back: true },
  { kinds: ['topic'], action: /^sns:(Publish|\*)/, label: 'publish', reason: 'queue' },
  { kinds: ['stream'], action: /^kinesis:(Put|\*)/, label: 'put', reason: 'queue' },
  { kinds: ['stream'], action: /^kinesis:(GetRecords|\*)/, label: 'read', reason: 'queue', back: true },
  { kinds: ['bus'], action: /^events:(PutEvents|\*)/, label: 'put', reason: 'queue' },
  { kinds: ['bucket'], action: /^s3:(PutObject|\*)/, label: 'write', reason: 'data' },
  { kinds: ['bucket'], action: /^s3:(GetObject|\*)/, label: 'read', reason: 'data' },
  { kinds: ['table', 'globalTable'], action: /^dynamodb:(PutItem|UpdateItem|BatchWrite|\*)/, label: 'write', reason: 'data' },
  { kinds: ['table', 'globalTable'], action: /^dynamodb:(GetItem|Query|\*)/, label: 'read', reason: 'data' },
  { kinds: ['function'], action: /^lambda:(Invoke|\*)/, label: 'invoke', reason: 'event' },
  { kinds: ['steps'], action: /^states:StartExecution/, label: 'start', reason: 'event' },
];

/** Who may act: what runs somebody's code. */
const ACTORS = ['server', 'fleet', 'service', 'function', 'steps'];

/** Who sends, receives, reads and writes, by the policies of roles, and what calls functions. */
export function rights(ways: Ways): Found {
  return { arrows: [...byPolicies(ways), ...byEvents(ways)] };
}

function byPolicies(ways: Ways): Arrow[] {
  const { deployment } = ways;
  const acting = actorsByRole(ways);
  return deployment.ofType('AWS::IAM::Policy', 'AWS::IAM::Role').flatMap((entry) => {
    const documents =
      entry.type === 'AWS::IAM::Policy'
        ? [entry.get('PolicyDocument')]
        : list(entry.get('Policies')).map((one) => (isRecord(one) ? one.PolicyDocument : undefined));
    const roles = entry.type === 'AWS::IAM::Policy' ? deployment.of(entry, 'Roles') : [entry];
    const actors = [...new Set(roles.flatMap(({ key }) => acting.get(key) ?? []))];
    if (actors.length === 0) return [];
    return documents
      .flatMap((document) => statementsOf(document))
      .flatMap(({ Action, Resource, Effect }) =>
        Effect === 'Deny'
          ? []
          : thingsIn(ways, Resource, entry.stack).flatMap((target) => actors.flatMap((actor) => arrowsOf(actor, target, Action))),
      );
  });
}

/** Who acts with a role, by its key: itself, or through what its servers and tasks are started from. Several may share one. */
function actorsByRole({ deployment, drafts }: Ways): Map<string, Draft[]> {
  const acting = new Map<string, Draft[]>();
  for (const draft of drafts.filter(({ kind }) => ACTORS.includes(kind))) {
    let reached = [draft.entry];
    for (let step = 0; step < 3; step++)
      reached = [
        ...new Set([
          ...reached,
          ...reached
            .filter((one) => one === draft.entry || STARTS.test(one.type))
            .flatMap((one) => deployment.referred(one.resource.Properties, one.stack)),
        ]),
      ];
    for (const { key } of reached.filter(({ type }) => type === 'AWS::IAM::Role')) acting.set(key, [...(acting.get(key) ?? []), draft]);
  }
  return acting;
}

/** What stands between something that runs and its role. */
const STARTS = /(LaunchTemplate|LaunchConfiguration|InstanceProfile|TaskDefinition)$/;

function arrowsOf(actor: Draft, target: Draft, action: Json): Arrow[] {
  const found = RIGHTS.filter((right) => right.kinds.includes(target.kind) && allows(action, right.action));
  const [to, back] = [false, true].map((isBack) => found.filter((right) => (right.back ?? false) === isBack));
  const label = (rights: readonly Right[]): string => rights.map((one) => one.label).join(', ');
  return [
    ...(to.length > 0 ? [arrow(actor, target, to[0].reason, label(to))] : []),
    ...(back.length > 0 ? [arrow(target, actor, back[0].reason, label(back))] : []),
  ];
}

function statementsOf(document: Json | undefined): { readonly [name: string]: Json }[] {
  return isRecord(document) ? list(document.Statement).filter(isRecord) : [];
}

/** Event sources, permissions of functions, subscriptions, integrations. */
function byEvents(ways: Ways): Arrow[] {
  const { deployment } = ways;
  const between = (type: string, source: readonly string[], target: readonly string[], label: string): Arrow[] =>
    deployment.ofType(type).flatMap((entry) => {
      const [from, to] = [source, target].map((properties) => thingsOf(ways.parts, deployment.of(entry, ...properties)));
      return from.flatMap((one) => to.filter((other) => other !== one).map((other) => arrow(one, other, 'event', label)));
    });
  return [
    ...between('AWS::Lambda::EventSourceMapping', ['EventSourceArn'], ['FunctionName'], 'events'),
    ...between('AWS::Lambda::Permission', ['SourceArn'], ['FunctionName'], 'invoke'),
    ...between('AWS::SNS::Subscription', ['TopicArn'], ['Endpoint'], 'subscribes'),
    ...between('AWS::ApiGatewayV2::Integration', ['ApiId'], ['IntegrationUri'], 'invoke'),
    ...ways.drafts
      .filter(({ kind }) => kind === 'steps')
      .flatMap((steps) =>
        thingsIn(
          ways,
          [steps.entry.get('DefinitionString') ?? null, steps.entry.get('DefinitionSubstitutions') ?? null],
          steps.entry.stack,
        ).map((target) => arrow(steps, target, 'event', 'step')),
      ),
  ];
}
