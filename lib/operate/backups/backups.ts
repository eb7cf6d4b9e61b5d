import { Aws, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import type { Foundation } from '../../foundation/foundation';
import { InvalidInput } from '../../foundation/invalid-input';
import { actingForIfSaid } from '../../foundation/security/service-trust';
import { type DataTiers, holdersOf } from './holders';

/** Who may delete what a vault keeps, before its time is over. */
export enum VaultLock {
  /** Whoever IAM lets. */
  NONE = 'none',
  /** Nobody, until somebody with the right to takes the lock away. */
  GOVERNANCE = 'governance',
  /** Nobody, for ever, root and AWS included: after three days the lock can't be taken away any more, and the vault stays until it is empty. */
  COMPLIANCE = 'compliance',
}

/** What can be chosen about a vault. */
export interface VaultOptions {
  /**
   * Who may delete what is in it.
   * @default VaultLock.NONE
   */
  readonly lock?: VaultLock;
  /**
   * How long a backup is kept, 1 to 3,650 days.
   * @default 35 days
   */
  readonly retention?: Duration;
  /**
   * A vault that gets a copy of each backup: of another region, and best of another account. Its policy must let this account copy into it, and its
   * key must let this account use it. Amazon RDS copies across regions or accounts; what one service can't, its documentation says.
   * @default - no copies
   */
  readonly copyTo?: backup.IBackupVault;
}

/** Copies of the data beside those that each service makes itself. */
export abstract class Backups {
  /** A vault of AWS Backup with a copy of the data each night. */
  public static vault(options: VaultOptions = {}): Backups {
    return new Vaulted(options);
  }

  /**
   * Creates what makes the backups.
   * @param tiers what may hold data.
   */
  public abstract bind(scope: Construct, foundation: Foundation, tiers: DataTiers): BackupVault;
}

class Vaulted extends Backups {
  public constructor(private readonly options: VaultOptions) {
    super();
  }

  public bind(scope: Construct, { name, key, removalPolicy }: Foundation, tiers: DataTiers): BackupVault {
    return new BackupVault(scope, 'Backups', { ...this.options, name, key, removalPolicy, holders: holdersOf(tiers) });
  }
}

/** Props of {@link BackupVault}. */
export interface BackupVaultProps extends VaultOptions {
  /** Name of the deployment; what is backed up carries it in the tag `stagecraft:vault`. */
  readonly name: string;
  /** Encrypts the backups. */
  readonly key: Foundation['key'];
  /** What holds data. */
  readonly holders: IConstruct[];
  /**
   * What happens to the vault when it leaves the template. A vault that isn't empty can't be deleted at all.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The tag by which the plan finds what it backs up: names of deployments may begin alike, values of tags are compared as a whole. */
const TAG = 'stagecraft:vault';

/**
 * A vault of AWS Backup, and a plan that copies everything with the deployment's tag into it at 05:00 UTC.
 *
 * **Stateful**: the vault is retained.
 */
export class BackupVault extends Construct {
  /** Where backups are. */
  public readonly vault: backup.BackupVault;
  /** When they are made. */
  public readonly plan: backup.BackupPlan;
  /** What AWS Backup may do. */
  public readonly role: iam.Role;

  public constructor(scope: Construct, id: string, props: BackupVaultProps) {
    super(scope, id);
    const { name, key, copyTo, lock = VaultLock.NONE, retention = Duration.days(35) } = props;
    const days = retention.isUnresolved() ? 35 : retention.toDays({ integral: false });
    if (!Number.isInteger(days) || days < 1 || days > 3650) {
      throw new InvalidInput(`retention of ${days} days is not possible: backups are kept 1 to 3650 whole days`);
    }
    this.vault = new backup.BackupVault(this, 'Vault', {
      encryptionKey: key,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...(lock !== VaultLock.NONE && {
        lockConfiguration: { minRetention: retention, ...(lock === VaultLock.COMPLIANCE && { changeableFor: Duration.days(3) }) },
      }),
    });
    this.plan = new backup.BackupPlan(this, 'Plan', {
      backupVault: this.vault,
      backupPlanRules: [
        new backup.BackupPlanRule({
          ruleName: 'Nightly',
          scheduleExpression: events.Schedule.cron({ hour: '5', minute: '0' }),
          startWindow: Duration.hours(1),
          completionWindow: Duration.hours(12),
          deleteAfter: retention,
          ...(copyTo && { copyActions: [{ destinationBackupVault: copyTo, deleteAfter: retention }] }),
        }),
      ],
    });
    const managed = ['AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForS3Backup'];
    this.role = new iam.Role(this, 'Role', {
      assumedBy: actingForIfSaid('backup.amazonaws.com', `backup:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:*`),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName(`service-role/${managed[0]}`),
        iam.ManagedPolicy.fromAwsManagedPolicyName(managed[1]),
      ],
    });
    const arn = 'arn:<AWS::Partition>:iam::aws:policy/';
    acknowledge(this.role, {
      [`AwsSolutions-IAM4[Policy::${arn}service-role/${managed[0]}]`]: 'what AWS Backup documents for its role; it changes as services do',
      [`AwsSolutions-IAM4[Policy::${arn}${managed[1]}]`]: 'what AWS Backup documents for buckets; it changes as services do',
    });
    this.plan.addSelection('Data', {
      role: this.role,
      disableDefaultBackupPolicy: true,
      resources: [backup.BackupResource.fromTag(TAG, name)],
    });
    for (const holder of props.holders) Tags.of(holder).add(TAG, name);
  }
}
