import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { LogBucket } from '../../../../lib';
import { isAllowed, statementsOf } from '../../operate/drills/policy';
import { type Resource, ofType, resourcesOf, satellites, synthesize } from '../../../support/synth';

const built = (lock?: ObjectLockRetention, removalPolicy?: RemovalPolicy): Record<string, Resource> => {
  const stack = new Stack(new App(), 'Stack');
  new LogBucket(stack, 'Logs', { lock, removalPolicy });
  return resourcesOf(Template.fromStack(stack));
};
const ofBuckets = (resources: Readonly<Record<string, Resource>>): Resource[] => Object.values(ofType(resources, 'AWS::S3::Bucket'));

test('nothing is locked unless somebody chose it: a lock can not be taken back', () => {
  expect(JSON.stringify(built())).not.toMatch(/ObjectLock|Replication/);
  expect(ofBuckets(built())).toHaveLength(1);
});

test('the bucket that logs are delivered to has no lock, because S3 delivers its access logs to none that has one; all of it is copied', () => {
  const [source, copy] = ofBuckets(built(ObjectLockRetention.compliance(Duration.days(400))));
  expect(source.Properties).not.toHaveProperty('ObjectLockEnabled');
  expect(copy.Properties).toMatchObject({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } } },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  expect([copy.DeletionPolicy, copy.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  expect(source.Properties.ReplicationConfiguration).toMatchObject({
    Rules: [{ Status: 'Enabled', Filter: {}, DeleteMarkerReplication: { Status: 'Disabled' } }],
  });
});

test('a bucket that is there gets its copy in place: nothing but the replication changes', () => {
  const [before] = ofBuckets(built());
  const [after] = ofBuckets(built(ObjectLockRetention.governance(Duration.days(1))));
  const { ReplicationConfiguration: added, ...same } = after.Properties;
  expect(added).toBeDefined();
  expect(same).toEqual(before.Properties);
});

test('the copy expires as the logs do, or with its lock where that is longer', () => {
  const expiry = (days: number): unknown =>
    (ofBuckets(built(ObjectLockRetention.governance(Duration.days(days))))[1].Properties.LifecycleConfiguration as { Rules: object[] })
      .Rules[0];
  expect(expiry(30)).toMatchObject({ ExpirationInDays: 730 });
  expect(expiry(2555)).toMatchObject({ ExpirationInDays: 2555 });
});

test('S3 may write copies, and deletes none', () => {
  const resources = built(ObjectLockRetention.governance(Duration.days(30)));
  const [role] = Object.keys(ofType(resources, 'AWS::IAM::Role'));
  const statements = statementsOf(resources, role);
  const actions = statements.flatMap((statement) => statement.actions);
  expect(actions).toContain('s3:ReplicateObject');
  expect(actions.filter((action) => /Delete|Bypass|Retention/.test(action))).toEqual([]);
  expect(isAllowed(statements, 's3:ReplicateObject', 'arn:aws:s3:::another/flow/x', {})).toBe(false);
});

test.each([
  [() => built(ObjectLockRetention.governance(Duration.days(30)), RemovalPolicy.DESTROY), /^locked logs can not be destroyed: leave out/],
  [() => synthesize({ stage: 1, logLock: 'compliance:30', disposable: 'true' }), /^locked logs can not be destroyed: leave out/],
])('what can not be kept is refused', (build, message) => {
  expect(build).toThrow(message);
});

test('-c logLock locks the logs of every region, those of the CDN too where they are elsewhere', () => {
  const synthesized = synthesize({ stage: 3, regions: 'eu-south-1', logLock: 'governance:365' });
  const stacks = [synthesized.resources, ...satellites(synthesized).map((stack) => resourcesOf(Template.fromStack(stack)))];
  const locked = stacks.map((resources) => ofBuckets(resources).filter(({ Properties }) => Properties.ObjectLockEnabled === true).length);
  expect(locked).toEqual([1, 1]);
});
