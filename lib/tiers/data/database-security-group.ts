import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** Props of {@link DatabaseSecurityGroup}. */
export interface DatabaseSecurityGroupProps {
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** What it is for. Final: another description replaces the group. */
  readonly description: string;
  /** Port of the databases in it. */
  readonly port: number;
}

/**
 * The group of databases and of the functions that rotate their passwords. It admits itself, so that no other group has to be
 * let in for the rotation, and reaches nothing but itself and the VPC's endpoints.
 */
export class DatabaseSecurityGroup extends ec2.SecurityGroup {
  public constructor(scope: Construct, id: string, props: DatabaseSecurityGroupProps) {
    super(scope, id, { vpc: props.vpc, description: props.description, allowAllOutbound: false });
    const port = ec2.Port.tcp(props.port);
    this.addIngressRule(this, port, 'The rotation function, inside this group');
    this.addEgressRule(this, port, 'The rotation function, inside this group');
    this.addEgressRule(ec2.Peer.ipv4(props.vpc.vpcCidrBlock), ec2.Port.HTTPS, 'The rotation function to Secrets Manager');
  }
}
