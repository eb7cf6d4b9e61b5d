import { type Resource, ofType } from '../../../support/synth';
import { NAME, ofStage, textOf } from './build';
import { isAllowed, type RequestContext, type Statement, statementsOf } from './policy';

const STAGES = ['privateDatabase', 'readPath', 'statelessTier', 'dataScaling', 'multiRegion'] as const;

interface Target {
  readonly ResourceType: string;
  readonly ResourceArns?: unknown[];
  readonly ResourceTags?: Record<string, unknown>;
}

/** What FIS calls a resource, and what CloudFormation does. */
const TYPES: Record<string, string> = {
  'aws:ec2:autoscaling-group': 'AWS::AutoScaling::AutoScalingGroup',
  'aws:ec2:instance': 'AWS::AutoScaling::AutoScalingGroup',
  'aws:ec2:spot-instance': 'AWS::AutoScaling::AutoScalingGroup',
  'aws:ec2:subnet': 'AWS::EC2::Subnet',
  'aws:elasticache:replicationgroup': 'AWS::ElastiCache::ReplicationGroup',
  'aws:rds:cluster': 'AWS::RDS::DBCluster',
  'aws:rds:db': 'AWS::RDS::DBInstance',
  'aws:s3:bucket': 'AWS::S3::Bucket',
};

const templates = (resources: Record<string, Resource>) => Object.entries(ofType(resources, 'AWS::FIS::ExperimentTemplate'));

const tagsOf = ({ Properties }: Resource): Record<string, string> =>
  Object.fromEntries(((Properties.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));

/** The tags of the deployment that a server or a resource has; those of `aws:` come by themselves. */
function carries(id: string, resource: Resource, wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([key, value]) =>
    key === 'aws:autoscaling:groupName' ? textOf(value) === `<${id}>` : tagsOf(resource)[key] === value,
  );
}

describe.each(STAGES)('%s', (name) => {
  const { resources } = ofStage(name);

  test.each(templates(resources))(
    '%s: every target is of this stack, or carries the tag of the deployment, and is there',
    (_, template) => {
      for (const { ResourceType, ResourceArns, ResourceTags } of Object.values(template.Properties.Targets as Record<string, Target>)) {
        const type = TYPES[ResourceType];
        expect(Boolean(ResourceArns) !== Boolean(ResourceTags)).toBe(true);
        for (const arn of ResourceArns ?? []) {
          const id = /<([A-Za-z0-9]+)(?:\.\w+)?>$/.exec(textOf(arn))?.[1] ?? '';
          expect([textOf(arn), Object.keys(ofType(resources, type)).includes(id)]).toEqual([textOf(arn), true]);
        }
        if (ResourceTags) {
          expect(ResourceTags['stagecraft:name']).toBe(NAME);
          expect(Object.entries(ofType(resources, type)).filter(([id, one]) => carries(id, one, ResourceTags)).length).toBeGreaterThan(0);
        }
      }
    },
  );

  test('what has a standby of its own is alone in being found by tags where others would fail', () => {
    const zone = templates(resources).find(([id]) => id.includes('LoseZone'))?.[1].Properties.Targets as
      Partial<Record<string, Target>> | undefined;
    // Tags of the stack itself reach everything in it, so the tag of the deployment alone would find the replicas too.
    const { 'stagecraft:name': deployment, ...wanted } = zone?.Database?.ResourceTags ?? {};
    const found = Object.values(ofType(resources, 'AWS::RDS::DBInstance')).filter(
      (one) => deployment !== undefined && carries('', one, wanted),
    );
    expect(found.map(({ Properties }) => Properties.MultiAZ === true)).toEqual(deployment === undefined ? [] : [true]);
  });

  const roles = Object.keys(ofType(resources, 'AWS::IAM::Role')).filter((id) => id.startsWith('Drills'));

  test.each(roles)('%s: what it may do, it may do to this deployment alone', (roleId) => {
    const statements = statementsOf(resources, roleId);
    const changes = statements.flatMap((statement) =>
      statement.actions.filter((action) => !/^[\w-]+:(?:Describe|Get|List)/.test(action)).map((action) => ({ action, statement })),
    );
    for (const { action, statement } of changes) {
      for (const pattern of statement.resources) {
        const own = pattern.replaceAll('*', 'own');
        expect([action, own, isAllowed(statements, action, own, ownContext(statement))]).toEqual([action, own, true]);
        if (UNBOUND.includes(action)) continue;
        // The same kind of resource of somebody else in this account, which bears no tag of ours.
        const foreign = pattern
          .replace(/<(?!AWS::)[^>]+>/g, '<Foreign>')
          .replaceAll(NAME, 'other')
          .replaceAll('*', 'foreign');
        expect([action, foreign, isAllowed(statements, action, foreign, FOREIGN)]).toEqual([action, foreign, false]);
      }
    }
  });

  test.each(roles)('%s: what can carry the tag of the deployment must carry it', (roleId) => {
    for (const { actions, resources: on, conditions } of statementsOf(resources, roleId)) {
      // Nodes of a cache are named after their group, which must carry it.
      if (!actions.some((action) => TAGGABLE.includes(action)) || on.every((resource) => resource.includes(':cluster:<'))) continue;
      expect([actions, conditions.StringEquals['aws:ResourceTag/stagecraft:name']]).toEqual([actions, NAME]);
    }
  });

  test.each(roles)('%s: is assumed by one service for this account', (roleId) => {
    const { Statement: trust } = resources[roleId].Properties.AssumeRolePolicyDocument as { Statement: Record<string, any>[] }; // eslint-disable-line @typescript-eslint/no-explicit-any -- templates have no type
    expect(trust).toHaveLength(1);
    expect(trust[0].Principal.Service).toMatch(/^(?:fis|ssm)\.amazonaws\.com$/);
    expect(trust[0].Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
  });
});

/** Changes to what IAM can ask for its tags. */
const TAGGABLE = [
  ...['ec2:TerminateInstances', 'ec2:SendSpotInstanceInterruptions', 'rds:RebootDBInstance', 'rds:FailoverDBCluster'],
  ...['elasticache:TestFailover', 'elasticache:InterruptClusterAzPower'],
];

/** Rights that IAM can't bind to a resource or to a tag, each reviewed: a log delivery changes nothing; an execution has no name and no tag. */
const UNBOUND = ['logs:CreateLogDelivery', 'ssm:StopAutomationExecution'];

/** What AWS says of a request for somebody else's resource: it is a drill like ours, but nothing carries our tag or is in our VPC. */
const FOREIGN: RequestContext = {
  'ec2:Vpc': 'arn:<AWS::Partition>:ec2:us-east-1:<AWS::AccountId>:vpc/foreign',
  'ec2:FisActionId': 'aws:ec2:asg-insufficient-instance-capacity-error',
  'ec2:FisTargetArns': ['arn:<AWS::Partition>:autoscaling:us-east-1:<AWS::AccountId>:autoScalingGroup:1:autoScalingGroupName/foreign'],
  's3:IsReplicationPauseRequest': 'true',
  's3:DestinationRegion': 'eu-west-1',
  'iam:PassedToService': 'ssm.amazonaws.com',
  'aws:ResourceTag/stagecraft:name': 'other',
};

/** A request as the statement wants it. */
function ownContext({ conditions }: Statement): RequestContext {
  const wanted = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => {
      const [first] = (Array.isArray(value) ? value : [value]).map((one) => textOf(one).replaceAll('*', 'own'));
      return [key, operator.startsWith('ForAllValues') ? [first] : first] as const;
    }),
  );
  return Object.fromEntries(wanted);
}
