import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

/** Props of {@link SecretRotation}. */
export interface SecretRotationProps {
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Subnets of the database, where the rotation function runs too. */
  readonly subnets: ec2.SubnetSelection;
  /** User name and password of the database, attached to it. */
  readonly secret: secretsmanager.ISecret;
  /** The database's own security group; the function joins it, so no other group has to be let in. */
  readonly database: ec2.SecurityGroup;
  /** Port of the database. */
  readonly port: number;
}

/**
 * A new database password every thirty days, by the function that Secrets Manager hosts.
 *
 * Data subnets have no route out, so Secrets Manager comes in through an interface endpoint: one per zone, because its private
 * name is then what every server in the VPC uses. It costs by the hour and zone.
 */
export class SecretRotation extends Construct {
  /** The schedule. */
  public readonly schedule: secretsmanager.RotationSchedule;
  /** The way to Secrets Manager. */
  public readonly endpoint: ec2.InterfaceVpcEndpoint;

  public constructor(scope: Construct, id: string, props: SecretRotationProps) {
    super(scope, id);
    const { vpc, database, subnets } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Secrets Manager endpoint',
      allowAllOutbound: false,
    });
    this.endpoint = new ec2.InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      subnets,
      service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      securityGroups: [securityGroup],
      open: false,
    });
    securityGroup.addIngressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.HTTPS, 'Secrets Manager from the VPC');
    database.addIngressRule(database, ec2.Port.tcp(props.port), 'The rotation function, inside this group');
    database.addEgressRule(database, ec2.Port.tcp(props.port), 'The rotation function, inside this group');
    database.addEgressRule(securityGroup, ec2.Port.HTTPS, 'The rotation function to Secrets Manager');
    this.schedule = props.secret.addRotationSchedule('Schedule', {
      automaticallyAfter: Duration.days(30),
      rotateImmediatelyOnUpdate: false,
      hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({
        vpc,
        vpcSubnets: subnets,
        securityGroups: [database],
        excludeCharacters: ` %+~\`#$&*()|[]{}:;<>?!'/@"\\`,
      }),
    });
    this.schedule.node.addDependency(this.endpoint);
    acknowledge(securityGroup, { 'AwsSolutions-EC23': 'open to the addresses of this VPC alone' });
  }
}
