import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Fn, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules } from '../../foundation/acknowledge';
import type { Awake } from '../../foundation/awake/awake';
import { VolumeSnapshots } from './volume-snapshots';
import { ServerRecovery } from './server-recovery';
import { OfferKind, RegionOffers } from '../../foundation/regions/region-offers';
import type { Release } from '../../foundation/servers/release';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { ServerTemplate } from '../../foundation/servers/server-template';
import type { WebOrigin } from './web-origin';

/** Props of {@link SingleServer}. */
export interface SingleServerProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Public subnets; the server stands in the first, and its volume in that zone for ever. */
  readonly subnets: ec2.SubnetSelection;
  /** Role and security group of the server. */
  readonly identity: ServerIdentity;
  /** What it runs. */
  readonly release: Release;
  /** Encrypts the data volume. */
  readonly key: kms.IKey;
  /** Hears of patches that failed. A topic that was imported must admit `events.amazonaws.com` itself. */
  readonly alarmTopic: sns.ITopic;
  /**
   * Instance type, arm64. Another one stops and starts the server.
   * @default - t4g.medium, or the nearest that the region has
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Size of the data volume. It can grow later, never shrink.
   * @default 50 GiB
   */
  readonly dataVolumeSize?: Size;
  /**
   * Whether EC2's metrics come every minute, which is paid, or every five.
   * @default true
   */
  readonly detailedMonitoring?: boolean;
  /**
   * When it is awake; it is patched then.
   * @default - always; patched on Sunday at 04:30 UTC
   */
  readonly awake?: Awake;
  /**
   * What happens to the data volume when it leaves the template.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The first that the region has: 4 GiB, or more where it has no burstable Graviton. */
const DEFAULT_TYPES = ['t4g.medium', 'm7g.medium', 'm6g.medium', 'm6gd.medium', 'r6g.medium'];

/**
 * One server with a public address, and a data volume that outlives it.
 *
 * **Stateful**: the volume is retained and has a snapshot a day. The server itself holds nothing: it attaches the volume at boot.
 * No deploy replaces it. It follows the *default* version of its launch template, which CloudFormation never moves, so neither
 * a new image nor a new boot script nor a new release touches it; a release arrives through Session Manager instead.
 */
export class SingleServer extends Construct {
  /** The server. */
  public readonly instance: ec2.CfnInstance;
  /** What the server was started from. */
  public readonly template: ServerTemplate;
  /** Its fixed public address. */
  public readonly address: ec2.CfnEIP;
  /** Where the database, if it is on the server, and the uploads are. */
  public readonly dataVolume: ec2.Volume;
  /** Brings a release to the server. A deploy waits for it. */
  public readonly delivery: ssm.CfnAssociation;
  /** How a CDN or a DNS record reaches it. */
  public readonly origin: WebOrigin;

  public constructor(scope: Construct, id: string, props: SingleServerProps) {
    super(scope, id);
    const { identity, vpc } = props;
    const { region } = Stack.of(this);
    const instanceType = props.instanceType ?? new ec2.InstanceType(RegionOffers.among(OfferKind.SERVERS, region, DEFAULT_TYPES)[0]);
    const [subnet] = vpc.selectSubnets(props.subnets).subnets;

    this.dataVolume = new ec2.Volume(this, 'DataVolume', {
      availabilityZone: subnet.availabilityZone,
      size: props.dataVolumeSize ?? Size.gibibytes(50),
      volumeType: ec2.EbsDeviceVolumeType.GP3,
      encrypted: true,
      encryptionKey: props.key,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledge(this.dataVolume, { 'CloudFormation-Validate::W3010': "a volume lives in the zone of its server's subnet" });
    new VolumeSnapshots(this, 'Snapshots', { volume: this.dataVolume });
    this.allowAttach(props);

    this.template = new ServerTemplate(this, 'Template', { name: props.name, role: 'web', identity, release: props.release, instanceType });
    const { launchTemplate } = this.template;
    this.instance = new ec2.CfnInstance(this, 'Instance', {
      launchTemplate: { launchTemplateId: launchTemplate.launchTemplateId, version: launchTemplate.defaultVersionNumber },
      instanceType: instanceType.toString(),
      subnetId: subnet.subnetId,
      monitoring: props.detailedMonitoring ?? true,
      propagateTagsToVolumeOnCreation: true,
      tags: [{ key: 'Name', value: props.name }],
    });
    acknowledge(this.instance, {
      'AwsSolutions-EC29': 'the server holds nothing: its data volume is retained, and a climb to a fleet retires the server',
    });
    if (props.detailedMonitoring === false) {
      const chosen = 'chosen without: the metrics of five minutes are free, and nothing scales by them here';
      acknowledge(this.instance, { 'AwsSolutions-EC28': chosen });
      acknowledgeRules(this.instance, { EC2InstanceDetailedMonitoringEnabled: chosen });
    }
    acknowledgeRules(this.instance, {
      EC2InstanceProfileAttached: 'the launch template brings the profile, which the rule does not follow',
    });
    acknowledgeRules(this.dataVolume, {
      EC2EBSInBackupPlan:
        'Data Lifecycle Manager makes a snapshot a night and keeps two weeks of them; a vault of AWS Backup is a choice: Backups.vault()',
    });
    this.instance.node.addDependency(identity.role, subnet.internetConnectivityEstablished);

    new ServerRecovery(this, 'Recovery', { instance: this.instance });

    this.address = new ec2.CfnEIP(this, 'Address', { domain: 'vpc' });
    this.address.node.addDependency(subnet.internetConnectivityEstablished);
    new ec2.CfnEIPAssociation(this, 'AddressAssociation', { allocationId: this.address.attrAllocationId, instanceId: this.instance.ref });
    identity.securityGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTP, 'The public website');
    acknowledge(identity.securityGroup, { 'AwsSolutions-EC23': 'a single public web server answers the whole internet on port 80' });
    this.delivery = this.deliver(props.release);
    this.patch(props);
    this.origin = {
      hostName: publicName(this.address.ref, Stack.of(this).region),
      https: false,
      target: route53.RecordTarget.fromIpAddresses(this.address.ref),
    };
  }

  /** Attaching from the boot script, not by a VolumeAttachment, which can't move to a server that takes over. */
  private allowAttach({ name, identity: { role }, key }: SingleServerProps): void {
    const stack = Stack.of(this);
    const instances = stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
    const volume = stack.formatArn({ service: 'ec2', resource: 'volume', resourceName: this.dataVolume.volumeId });
    const viaEc2 = { StringEquals: { 'kms:ViaService': `ec2.${stack.region}.amazonaws.com` } };
    const allow = (actions: string[], resource: string, conditions?: { [operator: string]: object }): void => {
      role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource], conditions }));
    };
    allow(['ec2:AttachVolume'], volume);
    allow(['ec2:AttachVolume'], instances, { StringEquals: { 'aws:ResourceTag/Name': name } });
    allow(['kms:CreateGrant'], key.keyArn, { ...viaEc2, Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    allow(['kms:Decrypt'], key.keyArn, viaEc2);
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::arn:aws:ec2:${stack.region}:<AWS::AccountId>:instance/*]`]:
        'the server is not known before it exists: bound by its name tag, and to one volume',
    });
  }

  /** Every Sunday at 04:30 UTC, after the night's snapshot, or at the end of the first of the days on which it is awake; with a restart where something was patched, a minute or two without service. */
  private patch({ name, awake, alarmTopic }: SingleServerProps): void {
    const patches = new ssm.CfnAssociation(this, 'Patches', {
      associationName: `${name}-patches`,
      name: 'AWS-RunShellScript',
      targets: [{ key: 'InstanceIds', values: [this.instance.ref] }],
      parameters: { commands: [readFileSync(join(__dirname, 'patch.sh'), 'utf8')], executionTimeout: ['7200'] },
      scheduleExpression: awake?.maintenance.cron ?? 'cron(30 4 ? * SUN *)',
      applyOnlyAtCronInterval: true,
    });
    // Each run that fails sends a message; a server that doesn't hear of its run sends none.
    new events.Rule(this, 'PatchFailures', {
      eventPattern: {
        source: ['aws.ssm'],
        detailType: ['EC2 State Manager Instance Association State Change'],
        detail: { 'association-id': [patches.attrAssociationId], status: [{ 'anything-but': ['Success', 'Pending', 'InProgress'] }] },
      },
      targets: [new targets.SnsTopic(alarmTopic)],
    });
  }

  /** A new release reaches the running server within this deploy; every half hour Systems Manager makes sure that it did. */
  private deliver(release: Release): ssm.CfnAssociation {
    const association = new ssm.CfnAssociation(this, 'Delivery', {
      name: 'AWS-RunShellScript',
      targets: [{ key: 'InstanceIds', values: [this.instance.ref] }],
      parameters: { commands: [`cloud-init status --wait >/dev/null || true; /usr/local/sbin/boot release # ${release.version}`] },
      scheduleExpression: 'rate(30 minutes)',
      // A deploy ends when the server answers with this release, and goes back when it doesn't (AWS's handler waits on create and update).
      waitForSuccessTimeoutSeconds: Duration.minutes(30).toSeconds(),
    });
    association.node.addDependency(release.parameter);
    return association;
  }
}

/**
 * The public DNS name of an Elastic IP. The server's own attribute is its name from before the address was associated.
 * us-east-1 has a domain of its own (EC2 docs, "EC2 instance hostnames").
 */
function publicName(address: string, region: string): string {
  const domain = region === 'us-east-1' ? 'compute-1' : `${region}.compute`;
  return `ec2-${Fn.join('-', Fn.split('.', address))}.${domain}.amazonaws.com`;
}
