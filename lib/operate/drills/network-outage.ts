import { Aws, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Permission } from './drill';

/** FIS works on a copy of a subnet's network ACL, which it makes, marks with this tag, and removes. */
const MANAGED = 'managedByFIS';

/** Subnets that are cut off from everything outside them. */
export class NetworkOutage {
  /** ARNs of the subnets. */
  public readonly subnetArns: string[];

  public constructor(
    private readonly vpc: ec2.IVpc,
    subnets: ec2.ISubnet[],
  ) {
    this.subnetArns = subnets.map(({ subnetId }) => this.arn(`subnet/${subnetId}`));
  }

  /** What a drill needs for it: these subnets and this VPC's network ACLs, and no other. */
  public get permissions(): Permission[] {
    const [acls, vpc] = [this.arn('network-acl/*'), this.arn(`vpc/${this.vpc.vpcId}`)];
    const because = "FIS makes a network ACL that has no name yet: bound by FIS's own tag or by the VPC";
    return [
      {
        actions: ['ec2:CreateTags'],
        resources: [acls],
        conditions: { StringEquals: { 'ec2:CreateAction': 'CreateNetworkAcl', [`aws:RequestTag/${MANAGED}`]: 'true' } },
        because,
      },
      {
        actions: ['ec2:CreateNetworkAcl'],
        resources: [acls],
        conditions: { StringEquals: { [`aws:RequestTag/${MANAGED}`]: 'true' } },
        because,
      },
      { actions: ['ec2:CreateNetworkAcl'], resources: [vpc] },
      {
        actions: ['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAcl'],
        resources: [acls],
        conditions: { StringEquals: { [`ec2:ResourceTag/${MANAGED}`]: 'true' }, ArnEquals: { 'ec2:Vpc': vpc } },
        because,
      },
      { actions: ['ec2:ReplaceNetworkAclAssociation'], resources: this.subnetArns },
      { actions: ['ec2:ReplaceNetworkAclAssociation'], resources: [acls], conditions: { ArnEquals: { 'ec2:Vpc': vpc } }, because },
    ];
  }

  /** What FIS looks at before. */
  public get descriptions(): string[] {
    return [
      'ec2:DescribeManagedPrefixLists',
      'ec2:DescribeNetworkAcls',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'ec2:GetManagedPrefixListEntries',
    ];
  }

  private arn(resource: string): string {
    return `arn:${Aws.PARTITION}:ec2:${Stack.of(this.vpc).region}:${Aws.ACCOUNT_ID}:${resource}`;
  }
}
