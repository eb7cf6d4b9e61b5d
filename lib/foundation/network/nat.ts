import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { acknowledge, acknowledgeRules } from '../acknowledge';
import { InvalidInput } from '../invalid-input';
import { ServerSize } from '../servers/server-size';

/** Amazon's own pointer to the newest Amazon Linux 2023, followed at the launch. */
const IMAGE = ec2.MachineImage.resolveSsmParameterAtLaunch('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64');

/** The way out of private subnets. All of it changes in place: a route turns from one to the other, and open connections break. */
export class Nat {
  /**
   * NAT gateways, which AWS runs and pays by the hour and the gigabyte.
   * @param count 1 to 3. With one, the failure of its zone leaves no server a way out.
   */
  public static gateways(count: number): Nat {
    if (![1, 2, 3].includes(count)) throw new InvalidInput(`natGateways ${count} can't be: allowed 1 to 3`);
    return new Nat(count);
  }

  /**
   * One server that translates addresses, by the CDK's `NatInstanceProviderV2`: a third of the price of a gateway, nothing for gigabytes. While it
   * fails nobody has a way out: EC2 recovers it in minutes. It is not patched; `nat=1` and back makes it anew of the newest image.
   * @param instanceType an arm64 type; default t4g.micro.
   */
  public static instance(instanceType: ec2.InstanceType = new ec2.InstanceType('t4g.micro')): Nat {
    return new Nat(1, instanceType);
  }

  private constructor(
    /** How many ways out there are. */
    public readonly count: number,
    /** Type of the server, unless it is a gateway. */
    public readonly instanceType?: ec2.InstanceType,
  ) {}

  /** What makes the instance, or nothing where AWS runs a gateway. */
  public provider(region: string): ec2.NatInstanceProviderV2 | undefined {
    const { instanceType } = this;
    if (instanceType === undefined) return undefined;
    ServerSize.check(region, [instanceType]);
    return ec2.NatProvider.instanceV2({
      instanceType,
      machineImage: IMAGE,
      associatePublicIpAddress: true,
      defaultAllowedTraffic: ec2.NatTrafficDirection.OUTBOUND_ONLY,
    });
  }
}

const FREE_METRICS = 'the metrics of five minutes are free and enough for what translates addresses';

/**
 * Admits the VPC alone, encrypts the root disk and demands IMDSv2, which the provider does not. The image is looked up at the launch: named in the
 * instance, a deploy after a new image would replace it and cut everybody off for a minute or two.
 */
export function hardenNat(provider: ec2.NatInstanceProviderV2, cidr: string): void {
  acknowledgeRules(provider.securityGroup, {
    EC2RestrictedCommonPorts: 'whatever a server sends out comes through it; only addresses of the VPC are admitted',
  });
  provider.connections.allowFrom(ec2.Peer.ipv4(cidr), ec2.Port.allTraffic(), 'Servers that go out');
  for (const server of provider.gatewayInstances) {
    const { launchTemplateId, defaultVersionNumber } = new ec2.LaunchTemplate(server, 'Template', {
      machineImage: IMAGE,
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        { deviceName: '/dev/xvda', volume: ec2.BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 }) },
      ],
    });
    server.instance.launchTemplate = { launchTemplateId, version: defaultVersionNumber };
    server.instance.imageId = undefined;
    acknowledge(server, {
      'AwsSolutions-EC28': FREE_METRICS,
      'AwsSolutions-EC29': 'it translates addresses and holds nothing: AWS recovers it, and one that is gone is made anew',
    });
    acknowledgeRules(server, {
      EC2InstanceNoPublicIp: 'a way out needs a public address; its security group admits the VPC alone',
      EC2InstancesInVPC: 'it stands in a public subnet of the VPC, which the rule does not see beside its network interface',
      EC2InstanceDetailedMonitoringEnabled: FREE_METRICS,
      EC2EBSOptimizedInstance: 'nothing is read from its disk once it runs',
    });
  }
}
