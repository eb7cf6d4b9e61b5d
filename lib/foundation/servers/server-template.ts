import { Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { bootScript } from './boot-script';
import { dependOn } from '../depend-on';
import type { Release } from './release';
import { ServerSize } from './server-size';
import type { ServerIdentity } from './server-identity';

/** Props of {@link ServerTemplate}. */
export interface ServerTemplateProps {
  /** Name of the deployment, which the boot script reads its settings by. */
  readonly name: string;
  /** Role and security group of the servers. */
  readonly identity: ServerIdentity;
  /** What the application's `start` script is told to be, such as `web`. */
  readonly role: string;
  /**
   * More environment variables of the application.
   * @default - none
   */
  readonly environment?: { readonly [name: string]: string };
  /**
   * Arguments of `cfn-signal` that name who waits for a server that answers: stack and resource.
   * @default - nobody waits
   */
  readonly signal?: string;
  /** The release whose change makes a new version of this template, so that a fleet rolls. */
  readonly release: Release;
  /** Instance type; arm64, as the image is. */
  readonly instanceType: ec2.InstanceType;
  /**
   * Size of the root volume in GiB. It holds nothing that is not rebuilt at boot.
   * @default 16
   */
  readonly rootVolumeSize?: number;
}

/** Amazon's own pointer to the newest Amazon Linux 2023 for arm64. */
const IMAGE_PARAMETER = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/**
 * What every server is started from: Amazon Linux 2023 on arm64, the boot script, IMDSv2, an encrypted root volume.
 *
 * EC2 resolves the image when it launches a server. A template that names "the latest image" itself would replace a
 * running server on the day AWS publishes one (aws/aws-cdk#5675).
 */
export class ServerTemplate extends Construct {
  /** The launch template. */
  public readonly launchTemplate: ec2.LaunchTemplate;

  public constructor(scope: Construct, id: string, props: ServerTemplateProps) {
    super(scope, id);
    const environment = Object.entries(props.environment ?? {}).map(([key, value]) => `${key}=${value}`);
    const userData = bootScript({ NAME: props.name, ROLE: props.role, ENVIRONMENT: environment.join(' '), SIGNAL: props.signal ?? '' });
    ServerSize.check(Stack.of(this).region, [props.instanceType]);
    this.launchTemplate = new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      machineImage: ec2.MachineImage.resolveSsmParameterAtLaunch(IMAGE_PARAMETER),
      instanceType: props.instanceType,
      role: props.identity.role,
      securityGroup: props.identity.securityGroup,
      userData: ec2.UserData.custom(userData),
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      detailedMonitoring: true,
      ebsOptimized: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: ec2.BlockDeviceVolume.ebs(props.rootVolumeSize ?? 16, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 }),
        },
      ],
    });
    Tags.of(this.launchTemplate).add('Name', props.name);
    Tags.of(this.launchTemplate).add('release', props.release.version);
    dependOn(this.launchTemplate, props.release.parameter);
  }
}
