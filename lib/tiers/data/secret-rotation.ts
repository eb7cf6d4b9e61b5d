import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** Props of {@link SecretRotation}. */
export interface SecretRotationProps {
  /** The VPC. It needs a way to Secrets Manager: `Network` brings an endpoint, a VPC of your own needs one or a route out. */
  readonly vpc: ec2.IVpc;
  /** Subnets of the database, where the rotation function runs too. */
  readonly subnets: ec2.SubnetSelection;
  /** User name and password of the database, attached to it. */
  readonly secret: secretsmanager.ISecret;
  /** The database's own security group, which the function joins. */
  readonly securityGroup: ec2.ISecurityGroup;
}

/** A new database password every thirty days, by the function that Secrets Manager hosts. */
export class SecretRotation extends Construct {
  /** The schedule. */
  public readonly schedule: secretsmanager.RotationSchedule;

  public constructor(scope: Construct, id: string, props: SecretRotationProps) {
    super(scope, id);
    this.schedule = props.secret.addRotationSchedule('Schedule', {
      automaticallyAfter: Duration.days(30),
      rotateImmediatelyOnUpdate: false,
      hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({
        vpc: props.vpc,
        vpcSubnets: props.subnets,
        securityGroups: [props.securityGroup],
        excludeCharacters: ` %+~\`#$&*()|[]{}:;<>?!'/@"\\`,
      }),
    });
  }
}
