import { Aws, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

/** Props of {@link ServerIdentity}. */
export interface ServerIdentityProps {
  /** The VPC of the security group. */
  readonly vpc: ec2.IVpc;
  /** What these servers are, for the security group's description. Final: another description replaces the group. */
  readonly description: string;
}

/**
 * Who a kind of server is: its IAM role and its security group. Data tiers admit an identity, not a server,
 * so the single server and the fleet are the same to the database, and a climb changes no rule there.
 */
export class ServerIdentity extends Construct {
  /** What the servers may do. Starts with Session Manager and the CloudWatch agent's metrics. */
  public readonly role: iam.Role;
  /** What the servers may reach, and what reaches them. Without ingress until a web tier opens one. */
  public readonly securityGroup: ec2.SecurityGroup;

  public constructor(scope: Construct, id: string, props: ServerIdentityProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'CWAgent' } },
      }),
    );
    this.role.addToPolicy(new iam.PolicyStatement({ actions: ['ec2:DescribeTags'], resources: ['*'] }));
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc: props.vpc, description: props.description });
    acknowledge(this, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]':
        'the managed policy is what Session Manager documents, and it follows new agent versions',
      'AwsSolutions-IAM5[Resource::*]':
        'PutMetricData, the Describe actions and those of X-Ray know no resource; the metric namespace is bound by a condition',
    });
  }

  /** Lets the servers write to log streams of the groups below a path such as `/webapp/`. */
  public grantWriteLogs(prefix: string): void {
    const { region } = Stack.of(this);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [`arn:${Aws.PARTITION}:logs:${region}:${Aws.ACCOUNT_ID}:log-group:${prefix}*`],
      }),
    );
    acknowledge(this.role, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:${region}:<AWS::AccountId>:log-group:${prefix}*]`]:
        "the streams below the deployment's own log groups, one per server",
    });
  }
}
