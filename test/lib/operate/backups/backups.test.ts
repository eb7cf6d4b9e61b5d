import { App, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as backup from 'aws-cdk-lib/aws-backup';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { Application, Backups, type Blueprint, RegionalStack, VaultLock, type VaultOptions, WebArchitecture } from '../../../../lib';
import { singleServer } from '../../../../stages/1-single-server';
import { readPath } from '../../../../stages/3-read-path';
import { dataScaling } from '../../../../stages/5-data-scaling';
import { FLAGS, emptyApplication, resourcesOf } from '../../../support/synth';

const directory = emptyApplication();

function architecture(blueprint: Blueprint, options: VaultOptions = {}) {
  const app = new App({ context: FLAGS });
  const stack = new RegionalStack(app, 'Test', { region: 'us-east-1' });
  new WebArchitecture(stack, 'Web', {
    name: 'shop',
    blueprint: { ...blueprint, backups: Backups.vault(options) },
    app: Application.at(directory),
  });
  return { app, stack, template: Template.fromStack(stack) };
}

test.each([
  ['a single server', singleServer, ['AWS::EC2::Volume']],
  ['a read path', readPath, ['AWS::EC2::Volume', 'AWS::RDS::DBInstance', 'AWS::S3::Bucket']],
  ['spread data', dataScaling, [...Array<string>(4).fill('AWS::RDS::DBCluster'), 'AWS::S3::Bucket']],
])('%s: the plan finds what nobody could bring again, and no replica, cache, static file or log', (_, blueprint, types) => {
  const { template } = architecture(blueprint);
  const tagged = Object.values(resourcesOf(template)).filter(
    ({ Type, Properties }) =>
      Type !== 'AWS::Backup::BackupSelection' && JSON.stringify(Properties).includes('{"Key":"stagecraft:vault","Value":"shop"}'),
  );
  expect(tagged.map(({ Type }) => Type).sort()).toEqual(types);
  template.hasResourceProperties('AWS::Backup::BackupSelection', {
    BackupSelection: Match.objectLike({
      ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'stagecraft:vault', ConditionValue: 'shop' }],
    }),
  });
});

test('a backup a night is kept for five weeks, in a vault that is encrypted by the key and outlives the template', () => {
  const { template } = architecture(singleServer);
  template.hasResource('AWS::Backup::BackupVault', {
    Properties: { EncryptionKeyArn: Match.anyValue(), LockConfiguration: Match.absent() },
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
  template.hasResourceProperties('AWS::Backup::BackupPlan', {
    BackupPlan: Match.objectLike({
      BackupPlanRule: [Match.objectLike({ ScheduleExpression: 'cron(0 5 * * ? *)', Lifecycle: { DeleteAfterDays: 35 } })],
    }),
  });
});

test('a lock keeps backups until their time is over; only the last kind can never be taken away', () => {
  const locked = (lock: VaultLock): unknown =>
    Object.values(architecture(singleServer, { lock, retention: Duration.days(90) }).template.findResources('AWS::Backup::BackupVault'))[0]
      .Properties.LockConfiguration;
  expect(locked(VaultLock.GOVERNANCE)).toEqual({ MinRetentionDays: 90 });
  expect(locked(VaultLock.COMPLIANCE)).toEqual({ MinRetentionDays: 90, ChangeableForDays: 3 });
});

test('copies go to a vault elsewhere', () => {
  const elsewhere = 'arn:aws:backup:eu-west-1:111111111111:backup-vault:shop';
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region: 'us-west-2' });
  const copyTo = backup.BackupVault.fromBackupVaultArn(stack, 'Elsewhere', elsewhere);
  new WebArchitecture(stack, 'Web', {
    name: 'shop',
    blueprint: { ...singleServer, backups: Backups.vault({ copyTo }) },
    app: Application.at(directory),
  });
  Template.fromStack(stack).hasResourceProperties('AWS::Backup::BackupPlan', {
    BackupPlan: Match.objectLike({
      BackupPlanRule: [Match.objectLike({ CopyActions: [{ DestinationBackupVaultArn: elsewhere, Lifecycle: { DeleteAfterDays: 35 } }] })],
    }),
  });
});

test.each([0, 1.5, 3651])('a retention of %d days is refused', (days) => {
  expect(() => architecture(singleServer, { retention: Duration.hours(24 * days) })).toThrow(
    `retention of ${days} days is not possible: backups are kept 1 to 3650 whole days`,
  );
});

test('rule packs find nothing in it that is not acknowledged', () => {
  const { app, stack } = architecture(dataScaling, { lock: VaultLock.GOVERNANCE });
  const found = [AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks, HIPAASecurityChecks].flatMap((Pack) =>
    (new Pack(app).validateScope(stack) as { violations: { ruleName: string }[] }).violations.map(({ ruleName }) => ruleName),
  );
  expect(found).toEqual([]);
});
