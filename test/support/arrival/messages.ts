import type { Resource } from '../synth';
import { isAllowed } from './policy';
import { ACCOUNT, type World } from './world';

/** Who publishes where a resource names a topic, a queue or a bucket, and what AWS documents about the request. */
interface Sender {
  readonly service: (world: World) => string;
  readonly context?: (world: World, id: string, resource: Resource) => Readonly<Record<string, string>>;
}

const from = (sourceArn: string): Readonly<Record<string, string>> => ({ 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': sourceArn });

/** CloudWatch guide, "Notifying users on alarm changes": composite alarms are alarms here. */
const ALARM: Sender = {
  service: () => 'cloudwatch.amazonaws.com',
  context: ({ region }, id) => from(`arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:<${id}>`),
};
/** EventBridge guide, "Using resource-based policies": a topic and its key see no condition keys at all. */
const RULE: Sender = { service: () => 'events.amazonaws.com' };
/** Cost Management guide, "Creating an Amazon SNS topic for budget notifications". */
const BUDGET: Sender = {
  service: () => 'budgets.amazonaws.com',
  context: () => from(`arn:aws:budgets::${ACCOUNT}:budget/monthly`),
};
/** Backup guide, "Notification options": no condition keys are promised. */
const BACKUP: Sender = { service: () => 'backup.amazonaws.com' };

const ALARMS = Object.fromEntries(
  ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    ['AlarmActions', 'OKActions', 'InsufficientDataActions'].map((actions) => [`${type} ${actions}`, ALARM]),
  ),
);

/** Every place where a resource may name a topic. A new place needs its row: who publishes there, or why nobody does. */
const TOPICS: Readonly<Record<string, Sender | string>> = {
  ...ALARMS,
  'AWS::Events::Rule Targets.Arn': RULE,
  'AWS::Budgets::Budget NotificationsWithSubscribers.Subscribers.Address': BUDGET,
  'AWS::Backup::BackupVault Notifications.SNSTopicArn': BACKUP,
  'AWS::SNS::Subscription TopicArn': 'it receives',
  'AWS::SNS::TopicPolicy Topics': 'a policy',
  'AWS::SNS::TopicPolicy PolicyDocument.Statement.Resource': 'a policy',
};

/** Every place where a resource may name a queue. Roles that use it are walked with the roles. */
const QUEUES: Readonly<Record<string, Sender | string>> = {
  'AWS::AutoScaling::ScalingPolicy TargetTrackingConfiguration.CustomizedMetricSpecification.Metrics.MetricStat.Metric.Dimensions.Value':
    'a dimension',
  'AWS::CloudWatch::Alarm Dimensions.Value': 'a dimension',
  'AWS::CloudWatch::Alarm Metrics.MetricStat.Metric.Dimensions.Value': 'a dimension',
  'AWS::CloudWatch::Dashboard DashboardBody': 'a dimension',
  'AWS::IAM::Policy PolicyDocument.Statement.Resource': 'a policy',
  'AWS::SQS::QueuePolicy Queues': 'a policy',
  'AWS::SQS::QueuePolicy PolicyDocument.Statement.Resource': 'a policy',
  'AWS::SQS::Queue RedrivePolicy.deadLetterTargetArn': 'SQS moves the message itself, both queues are of this account',
  'AWS::SSM::Document Content.mainSteps.inputs.InputPayload.DeadLetters': 'a role',
  'AWS::SSM::Document Content.mainSteps.inputs.InputPayload.Queue': 'a role',
  'AWS::SSM::Parameter Value': 'a role',
};

/** SNS guide, "Key management": what every service that publishes to an encrypted topic needs. */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** What doesn't arrive in a stack, and why; empty where everything does. */
export function lostMessages(world: World): string[] {
  return [
    ...lost(world, 'AWS::SNS::Topic', TOPICS, 'sns:Publish', 'AWS::SNS::TopicPolicy', 'Topics'),
    ...lost(world, 'AWS::SQS::Queue', QUEUES, 'sqs:SendMessage', 'AWS::SQS::QueuePolicy', 'Queues'),
    ...foreignDestinations(world),
    ...ofServiceLinkedRole(world),
  ];
}

function lost(
  world: World,
  type: string,
  table: Readonly<Record<string, Sender | string>>,
  action: string,
  policyType: string,
  owners: string,
): string[] {
  return world.mentions(type).flatMap(({ id, resource, path, target }) => {
    const place = `${resource.Type} ${path}`;
    if (!Object.hasOwn(table, place)) return [`${place} names ${target}: say in this table who publishes there`];
    const sender = table[place];
    if (typeof sender === 'string') return [];
    const principal = { service: sender.service(world) };
    const context = sender.context?.(world, id, resource);
    const statements = world.policyOf(policyType, owners, target);
    const refused = isAllowed(statements, { principal, action, resource: `<${target}>`, context }) ? [] : [`${target} refuses ${id}`];
    return [...refused, ...KEY_ACTIONS.flatMap((use) => keyRefuses(world, target, { principal, action: use, context }, id))];
  });
}

interface KeyUse {
  readonly principal: { readonly service: string };
  readonly action: string;
  readonly context?: Readonly<Record<string, string>>;
}

function keyRefuses(world: World, target: string, use: KeyUse, id: string): string[] {
  const { KmsMasterKeyId } = world.resources[target].Properties;
  if (KmsMasterKeyId === undefined) return [];
  return isAllowed(world.keyPolicy(KmsMasterKeyId), { ...use, resource: '*' })
    ? []
    : [`the key of ${target} refuses ${use.action} by ${id}`];
}

/** An alarm's other destinations need no policy of theirs; one that nobody has looked at is found here. */
function foreignDestinations(world: World): string[] {
  const known = ['AWS::SNS::Topic', 'AWS::AutoScaling::ScalingPolicy'];
  return world.all('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm').flatMap(([id, { Properties }]) =>
    ['AlarmActions', 'OKActions', 'InsufficientDataActions']
      .flatMap((actions) => [world.say(Properties[actions] ?? [])].flat().map(String))
      .filter((said) => !said.startsWith('arn:aws:automate:') && !known.includes(world.typeOf(said) ?? ''))
      .map((said) => `${id} tells ${said}: nobody has looked at what that takes`),
  );
}

/** Auto Scaling publishes by a service-linked role, which a key's policy can't name before it exists (Auto Scaling guide, "Key policy for an encrypted topic"). */
function ofServiceLinkedRole(world: World): string[] {
  return world
    .all('AWS::AutoScaling::AutoScalingGroup')
    .filter(([, { Properties }]) => Properties.NotificationConfigurations !== undefined)
    .map(([id]) => `${id} publishes by a service-linked role: use a rule of EventBridge`);
}
