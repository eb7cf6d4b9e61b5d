import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

/** Props of {@link SecretsEndpoint}. */
export interface SecretsEndpointProps {
  /** The VPC; it can have one such endpoint, because its private name is taken. */
  readonly vpc: ec2.IVpc;
  /** Isolated subnets, one per zone. */
  readonly subnets: ec2.SubnetSelection;
  /** Addresses that may ask. */
  readonly cidr: string;
}

/**
 * The way to Secrets Manager for functions that rotate passwords in subnets without a route out.
 *
 * One per zone, because its private name is then what every server in the VPC uses. It costs by the hour and zone.
 */
export class SecretsEndpoint extends Construct {
  /** The endpoint. */
  public readonly endpoint: ec2.InterfaceVpcEndpoint;

  public constructor(scope: Construct, id: string, props: SecretsEndpointProps) {
    super(scope, id);
    const { vpc, subnets } = props;
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
    securityGroup.addIngressRule(ec2.Peer.ipv4(props.cidr), ec2.Port.HTTPS, 'Secrets Manager from the VPC');
    acknowledge(securityGroup, { 'AwsSolutions-EC23': 'open to the addresses of this VPC alone' });
  }
}
