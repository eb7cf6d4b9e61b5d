import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { acknowledge } from '../foundation/acknowledge';
import { actingForIfSaid } from '../foundation/security/service-trust';
import { Runbook, type RunbookProps } from './runbook';

/** Props of {@link ReplicationRunbook}. */
export interface ReplicationRunbookProps extends RunbookProps {
  /** The bucket whose earlier objects are copied, by its own replication rules. */
  readonly source: s3.Bucket;
  /** Receives the report of objects that failed, below `s3-batch/`. */
  readonly reports: s3.Bucket;
}

const REPORTS = 's3-batch';

/** One S3 Batch Replication job over all objects that no rule has copied yet (S3 docs, "Replicating existing objects with Batch Replication"). */
export class ReplicationRunbook extends Runbook {
  /** The job, as an Automation document that ends when the job does. */
  public readonly document: ssm.CfnDocument;
  /** What the job may do. */
  public readonly jobRole: iam.Role;

  public constructor(scope: Construct, id: string, props: ReplicationRunbookProps) {
    super(scope, id, props);
    const { source, reports } = props;
    const jobs = `s3:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:job/*`;
    this.jobRole = new iam.Role(this, 'JobRole', { assumedBy: actingForIfSaid('batchoperations.s3.amazonaws.com', jobs) });
    this.allowJob(source, reports);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.jobRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' } },
      }),
    );
    this.allow(['s3:CreateJob'], '*', 'creating a job knows no resource');
    this.allow(
      ['s3:DescribeJob'],
      `arn:<P>:s3:${Stack.of(this).region}:<A>:job/*`,
      'a job has no ARN before it exists: any of this account may be looked at',
    );
    const job = { Service: 's3control', AccountId: Aws.ACCOUNT_ID };
    this.document = this.createDocument([
      {
        name: 'create',
        action: 'aws:executeAwsApi',
        inputs: {
          ...job,
          Api: 'CreateJob',
          ClientRequestToken: '{{ automation:EXECUTION_ID }}',
          ConfirmationRequired: false,
          Description: 'Uploads from before there were several regions',
          Operation: { S3ReplicateObject: {} },
          Priority: 10,
          RoleArn: this.jobRole.roleArn,
          ManifestGenerator: {
            S3JobManifestGenerator: {
              ExpectedBucketOwner: Aws.ACCOUNT_ID,
              SourceBucket: source.bucketArn,
              EnableManifestOutput: false,
              Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ['NONE', 'FAILED'] },
            },
          },
          Report: {
            ...{ Bucket: reports.bucketArn, Prefix: REPORTS, Format: 'Report_CSV_20180820' },
            ...{ Enabled: true, ReportScope: 'FailedTasksOnly' },
          },
        },
        outputs: [{ Name: 'JobId', Selector: '$.JobId', Type: 'String' }],
      },
      {
        name: 'wait',
        action: 'aws:waitForAwsResourceProperty',
        timeoutSeconds: 172_800,
        inputs: {
          ...{ ...job, Api: 'DescribeJob', JobId: '{{ create.JobId }}' },
          ...{ PropertySelector: '$.Job.Status', DesiredValues: ['Complete', 'Failed', 'Cancelled'] },
        },
      },
      {
        name: 'complete',
        action: 'aws:assertAwsResourceProperty',
        inputs: {
          ...{ ...job, Api: 'DescribeJob', JobId: '{{ create.JobId }}' },
          ...{ PropertySelector: '$.Job.Status', DesiredValues: ['Complete'] },
        },
      },
      {
        name: 'none_failed',
        action: 'aws:assertAwsResourceProperty',
        isEnd: true,
        inputs: {
          ...{ ...job, Api: 'DescribeJob', JobId: '{{ create.JobId }}' },
          ...{ PropertySelector: '$.Job.ProgressSummary.NumberOfTasksFailed', DesiredValues: ['0'] },
        },
      },
    ]);
  }

  private allowJob(source: s3.Bucket, reports: s3.Bucket): void {
    const allow = (actions: string[], resources: string[]): void => {
      this.jobRole.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    };
    allow(['s3:GetReplicationConfiguration', 's3:PutInventoryConfiguration'], [source.bucketArn]);
    allow(['s3:InitiateReplication'], [source.arnForObjects('*')]);
    allow(['s3:PutObject'], [reports.arnForObjects(`${REPORTS}/*`)]);
    const id = (bucket: s3.Bucket): string => Stack.of(this).getLogicalId(bucket.node.defaultChild as s3.CfnBucket);
    acknowledge(this.jobRole, {
      [`AwsSolutions-IAM5[Resource::<${id(source)}.Arn>/*]`]: 'every object of the uploads is copied',
      [`AwsSolutions-IAM5[Resource::<${id(reports)}.Arn>/${REPORTS}/*]`]: 'reports of the job, whose names S3 makes',
    });
  }
}
