import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeRules } from '../acknowledge';
import { InvalidInput } from '../invalid-input';
import { coldAfterDays } from './cold';
import { LockedLogs } from './locked-logs';

/** Props of {@link LogBucket}. */
export interface LogBucketProps {
  /**
   * What happens to the bucket when it leaves the template: DESTROY, or it is kept. Kept also when its own creation is rolled back: it has logs
   * by then, and a bucket that is not empty would fail the rollback. Nothing waits for its name, which CloudFormation makes.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Keeps a second copy of every log that nobody can delete or change for so long, with S3 Object Lock. It can be added to a bucket that is there, and
   * holds for logs that come from then on; taking it away keeps the copy. Not together with DESTROY: what is locked can't be destroyed.
   * @default - whoever IAM lets may delete logs
   */
  readonly lock?: s3.ObjectLockRetention;
}

/**
 * The bucket for access logs and flow logs, which grow cold by themselves: infrequent access after 30 days, Glacier after 90,
 * gone after two years.
 *
 * Stateful. Encrypted with S3's own key, because load balancers can't deliver to a bucket with a customer-managed one
 * (ELB docs, "Enable access logs"), and with ACLs on, because CloudFront's standard logs are delivered through them.
 */
export class LogBucket extends s3.Bucket {
  /** The copy that nobody can delete, if one was asked for. */
  public readonly locked?: LockedLogs;

  public constructor(scope: Construct, id: string, props: LogBucketProps = {}) {
    const { lock } = props;
    super(scope, id, {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
      versioned: true,
      removalPolicy: props.removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      lifecycleRules: [coldAfterDays(730, Duration.days(30))],
    });
    acknowledgeRules(this, {
      S3BucketLoggingEnabled: 'this is the bucket that receives access logs; logging it into itself would never end',
      ...(!lock && {
        S3BucketReplicationEnabled:
          'logs tell of the past and expire; nothing is restored from them: a locked copy is a choice (LogBucket.lock)',
      }),
      S3DefaultEncryptionKMS: 'load balancers deliver to no bucket with a customer-managed key',
    });
    acknowledge(this, { 'AwsSolutions-S1': 'this is the bucket that receives access logs; logging it into itself would never end' });
    if (lock && props.removalPolicy === RemovalPolicy.DESTROY) {
      throw new InvalidInput(
        'locked logs can not be destroyed: leave out the lock (-c logLock), or what destroys them (-c disposable=true)',
      );
    }
    this.locked = lock && new LockedLogs(this, 'Locked', { source: this, lock });
  }

  /**
   * Sends the flow logs of a VPC here.
   * @param scope where the flow log belongs, usually the VPC's network.
   * @param vpc the VPC.
   */
  public collectFlowLogs(scope: Construct, vpc: ec2.IVpc): ec2.CfnFlowLog {
    const delivery = new iam.ServicePrincipal('delivery.logs.amazonaws.com');
    const { region, partition } = Stack.of(this);
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${Aws.ACCOUNT_ID}:*` },
    };
    const grant = (actions: string[], resources: string[]): void => {
      this.addToResourcePolicy(new iam.PolicyStatement({ principals: [delivery], actions, resources, conditions }));
    };
    grant(['s3:PutObject'], [this.arnForObjects(`flow/AWSLogs/${Aws.ACCOUNT_ID}/*`)]);
    grant(['s3:GetBucketAcl', 's3:ListBucket'], [this.bucketArn]);
    const flowLog = new ec2.CfnFlowLog(scope, 'FlowLog', {
      resourceId: vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 's3',
      logDestination: this.arnForObjects('flow/'),
    });
    if (this.policy) flowLog.node.addDependency(this.policy);
    return flowLog;
  }
}
