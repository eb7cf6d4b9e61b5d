import { Aws, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, OWN_POLICY } from '../acknowledge';
import { manageBySystemsManager } from './managed-node';

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
  /** What the servers may do. Starts with Systems Manager and the CloudWatch agent's metrics; reads nothing. */
  public readonly role: iam.Role;
  /** What the servers may reach, and what reaches them. Without ingress until a web tier opens one. */
  public readonly securityGroup: ec2.SecurityGroup;

  public constructor(scope: Construct, id: string, props: ServerIdentityProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    });
    manageBySystemsManager(this.role);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'CWAgent' } },
      }),
    );
    this.role.addToPolicy(new iam.PolicyStatement({ actions: ['ec2:DescribeTags'], resources: ['*'] }));
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc: props.vpc, description: props.description });
    acknowledgeRules(this, OWN_POLICY);
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'PutMetricData, DescribeTags and X-Ray know no resource, and the namespace of metrics is bound by a condition; the agent of Systems Manager speaks for its own server alone, and no action here reads a parameter',
    });
  }

  /** Lets the servers write to streams of one log group, such as `/webapp/application`; to no other, such as that of drills. */
  public grantWriteLogs(logGroupName: string): void {
    const { region } = Stack.of(this);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [`arn:${Aws.PARTITION}:logs:${region}:${Aws.ACCOUNT_ID}:log-group:${logGroupName}:*`],
      }),
    );
    acknowledge(this.role, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:${region}:<AWS::AccountId>:log-group:${logGroupName}:*]`]:
        'the streams of one log group, one per server: a taken server can write lines in the name of another, but delete none',
    });
  }
}
