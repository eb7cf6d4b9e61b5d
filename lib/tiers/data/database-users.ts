import { join } from 'node:path';
import { Aws, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, OWN_POLICY } from '../../foundation/acknowledge';

/** Props of {@link DatabaseUsers}. */
export interface DatabaseUsersProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The VPC. It needs a way to Secrets Manager: `Network` brings an endpoint, a VPC of your own needs one or a route out. */
  readonly vpc: ec2.IVpc;
  /** Subnets of the databases, where the function runs too. */
  readonly subnets: ec2.SubnetSelection;
  /** The databases' own security group, which the function joins. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** Encrypts the secrets and the function's log. */
  readonly key: kms.IKey;
  /** What the databases hold, such as `orders` or `users/?*`: their secrets are named so. */
  readonly roles: string[];
}

/** The name of the secret of a database's master user. */
export function masterSecretName(name: string, role: string): string {
  return `${name}/master/${role}`;
}

const CODE = join(__dirname, '../../../workload/database-users/bundle');

/**
 * The function that makes the application's user in a database, and gives users new passwords every thirty days. It logs in as the master, which no
 * server of the application may. It stands in the databases' own security group, and reaches them and Secrets Manager alone.
 */
export class DatabaseUsers extends Construct {
  /** The function. */
  public readonly function: lambda.Function;
  private readonly provider: Provider;
  private readonly invocation: lambda.CfnPermission;
  private readonly group: ec2.ISecurityGroup;

  public constructor(scope: Construct, id: string, props: DatabaseUsersProps) {
    super(scope, id);
    const { name, vpc, subnets, securityGroup, key } = props;
    this.group = securityGroup;
    const log = this.log('Log', key);
    const role = this.role('Role', log);
    allowUse(role, props);
    this.function = new lambda.Function(this, 'Function', {
      description: `Makes database users of ${name} and changes their passwords`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(CODE),
      handler: 'index.handler',
      // RDS's authority: Node.js reads this file only when it is told (Lambda guide, "Building Lambda functions with Node.js").
      environment: { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' },
      timeout: Duration.minutes(5),
      memorySize: 256,
      role,
      logGroup: log,
      ...{ vpc, vpcSubnets: subnets, securityGroups: [securityGroup] },
    });
    const providerLog = this.log('ProviderLog', key);
    this.provider = new Provider(this, 'Provider', {
      onEventHandler: this.function,
      logGroup: providerLog,
      frameworkOnEventRole: this.role('ProviderRole', providerLog),
    });
    this.invocation = new lambda.CfnPermission(this, 'Invocation', {
      action: 'lambda:InvokeFunction',
      functionName: this.function.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
    });
    this.acknowledgeFindings(props);
  }

  /** Makes the user that a secret names, which also names the secret of the master (`masterarn`). Again when the secret is another one. */
  public admit(scope: Construct, id: string, secret: secretsmanager.ISecret, removalPolicy: RemovalPolicy): CustomResource {
    const user = new CustomResource(scope, id, {
      removalPolicy,
      resourceType: 'Custom::DatabaseUser',
      serviceToken: this.provider.serviceToken,
      properties: { SecretId: secret.secretArn },
    });
    // The rules that let the function in are resources of their own.
    user.node.addDependency(this.group);
    return user;
  }

  /** A new password every thirty days, the first in thirty days. */
  public rotate(scope: Construct, id: string, secret: secretsmanager.ISecret): secretsmanager.CfnRotationSchedule {
    const schedule = new secretsmanager.CfnRotationSchedule(scope, id, {
      secretId: secret.secretArn,
      rotationLambdaArn: this.function.functionArn,
      rotationRules: { scheduleExpression: 'rate(30 days)' },
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(this.invocation);
    return schedule;
  }

  private log(id: string, encryptionKey: kms.IKey): logs.LogGroup {
    return new logs.LogGroup(this, id, { encryptionKey, retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
  }

  private acknowledgeFindings(props: DatabaseUsersProps): void {
    const wildcards = secretsOf(this, props, '<AWS::Partition>', '<AWS::AccountId>');
    const id = Stack.of(this).getLogicalId(this.function.node.defaultChild as lambda.CfnFunction);
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'a random password belongs to no resource, and a network interface of a function has no ARN before it is made',
      ...Object.fromEntries(
        wildcards.map((one) => [`AwsSolutions-IAM5[Resource::${one}]`, "these secrets alone; the end of a secret's ARN is random"]),
      ),
      [`AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`]: 'the versions of this one function',
    });
    acknowledgeRules(this, {
      ...OWN_POLICY,
      LambdaConcurrency: 'it is called once a month for each secret, and by a deploy; a limit would only make one of them fail',
      LambdaDLQ: 'no event is lost: Secrets Manager tries a failed rotation again, and CloudFormation takes back a deploy that failed',
      LambdaInsideVPC: 'the function of the users is; the one that CloudFormation calls only passes its question on, and knows no password',
    });
  }

  private role(id: string, log: logs.LogGroup): iam.Role {
    const role = new iam.Role(this, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    return role;
  }
}

/** Patterns of all secrets: of the application and of the master of each database. */
function secretsOf(scope: Construct, { name, roles }: DatabaseUsersProps, partition: string, account: string): string[] {
  const names = roles.flatMap((holds) => [`${name}/${holds}`, masterSecretName(name, holds)]);
  return names.map((one) => `arn:${partition}:secretsmanager:${Stack.of(scope).region}:${account}:secret:${one}-??????`);
}

function allowUse(role: iam.Role, props: DatabaseUsersProps): void {
  const { key } = props;
  const { region } = Stack.of(role);
  const resources = secretsOf(role, props, Aws.PARTITION, Aws.ACCOUNT_ID);
  const allow = (actions: string[], on: string[], conditions?: iam.Conditions): void => {
    role.addToPolicy(new iam.PolicyStatement({ actions, resources: on, conditions }));
  };
  allow(
    ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map((action) => `secretsmanager:${action}`),
    resources,
  );
  allow(['secretsmanager:GetRandomPassword'], ['*']);
  allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn], {
    StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
  });
  // What any function in a VPC needs (Lambda guide, "Giving Lambda functions access to resources in an Amazon VPC").
  allow(['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], ['*']);
}
