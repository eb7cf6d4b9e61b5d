import { type Size, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { OfferKind, RegionOffers } from '../../foundation/regions/region-offers';
import { SubnetGroup } from '../../foundation/network/network';
import { Setting } from '../../foundation/settings/settings';
import { Fleet, type FleetOptions } from './fleet';
import { LoadBalancer } from './load-balancer';
import { SingleServer } from './single-server';
import type { WebOrigin } from './web-origin';

/** Options of {@link WebTier.singleServer}. */
export interface SingleServerOptions {
  /**
   * Instance type, arm64.
   * @default - t4g.medium, or the nearest that the region has
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Size of the data volume. It can grow later, never shrink.
   * @default 50 GiB
   */
  readonly dataVolumeSize?: Size;
}

/** Options of {@link WebTier.fleet}. */
export interface FleetTierOptions extends FleetOptions {
  /**
   * How the load balancer spreads requests.
   * @default TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN
   */
  readonly algorithm?: elbv2.TargetGroupLoadBalancingAlgorithmType;
}

/** A web tier that was bound: what the other tiers and the caller need of it. */
export interface Web {
  /** How a CDN or a DNS record reaches it. */
  readonly origin: WebOrigin;
  /** Shell command that opens a session on one of the servers. */
  readonly sessionCommand: string;
  /**
   * The single server.
   * @default - this tier is a fleet
   */
  readonly server?: SingleServer;
  /**
   * The fleet.
   * @default - this tier is a single server
   */
  readonly fleet?: Fleet;
  /**
   * The fleet's load balancer.
   * @default - this tier is a single server
   */
  readonly loadBalancer?: LoadBalancer;
}

/** What answers requests. */
export abstract class WebTier {
  /** One public server with a data volume. */
  public static singleServer(options: SingleServerOptions = {}): WebTier {
    return new Single(options);
  }

  /** Identical private servers behind a load balancer. */
  public static fleet(options: FleetTierOptions = {}): WebTier {
    return new ServerFleet(options);
  }

  /** Whether there is exactly one server, with a data volume. */
  public abstract readonly single: boolean;

  /** The same tier on another instance type. */
  public abstract withInstanceType(instanceType: ec2.InstanceType): WebTier;

  /** The same tier with other bounds or another share of Spot, or this tier where it is no fleet. */
  public withFleet(_options: FleetTierOptions): WebTier {
    return this;
  }

  /** The same tier with another data volume, or this tier where it has none. */
  public withDataVolume(_size: Size): WebTier {
    return this;
  }

  /** Creates the servers under an architecture. */
  public abstract bind(scope: Construct, foundation: Foundation): Web;
}

class Single extends WebTier {
  public readonly single = true;

  public constructor(private readonly options: SingleServerOptions) {
    super();
  }

  public withInstanceType(instanceType: ec2.InstanceType): WebTier {
    return new Single({ ...this.options, instanceType });
  }

  public override withDataVolume(dataVolumeSize: Size): WebTier {
    return new Single({ ...this.options, dataVolumeSize });
  }

  public bind(scope: Construct, foundation: Foundation): Web {
    const { name, network, key, settings, servers, release, alarmTopic, detailedMonitoring, removalPolicy, awake } = foundation;
    const server = new SingleServer(scope, 'Server', {
      ...this.options,
      name,
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.PUBLIC),
      identity: servers,
      release,
      key,
      alarmTopic,
      detailedMonitoring,
      removalPolicy,
      awake,
    });
    settings.put(Setting.DATA_VOLUME, server.dataVolume.volumeId);
    return { server, origin: server.origin, sessionCommand: `aws ssm start-session --target ${server.instance.ref}` };
  }
}

class ServerFleet extends WebTier {
  public readonly single = false;

  public constructor(
    private readonly options: FleetTierOptions,
    private readonly size?: ec2.InstanceType,
  ) {
    super();
  }

  public withInstanceType(instanceType: ec2.InstanceType): WebTier {
    return new ServerFleet(this.options, instanceType);
  }

  public override withFleet(options: FleetTierOptions): WebTier {
    return new ServerFleet({ ...this.options, ...options }, this.size);
  }

  public bind(scope: Construct, foundation: Foundation): Web {
    const { name, network, servers, release, alarmTopic, logBucket, originSecret, geography, removalPolicy } = foundation;
    const loadBalancer = new LoadBalancer(scope, 'LoadBalancer', {
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.PUBLIC),
      identity: servers,
      logBucket,
      originSecret,
      removalPolicy,
      certificate: certificate(scope, foundation),
      openPath: geography && '/readyz',
      algorithm: this.options.algorithm,
    });
    const fleet = new Fleet(scope, 'Fleet', {
      ...this.options,
      ...(this.size && { instanceTypes: siblings(this.size, Stack.of(scope).region) }),
      name,
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.APP),
      identity: servers,
      release,
      targetGroup: loadBalancer.targetGroup,
      alarmTopic,
    });
    const group = fleet.autoScalingGroup.autoScalingGroupName;
    const anyServer = `aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names ${group} --query "AutoScalingGroups[0].Instances[?LifecycleState=='InService'] | [0].InstanceId" --output text`;
    return { fleet, loadBalancer, origin: loadBalancer.origin, sessionCommand: `aws ssm start-session --target $(${anyServer})` };
  }
}

/** The type itself, and those of its size that the region has: several make a Spot interruption less likely to take many at once. */
function siblings(type: ec2.InstanceType, region: string): ec2.InstanceType[] {
  const [, size] = type.toString().split('.');
  const others = ['m7g', 'm6g', 'r7g', 'r6g'].map((family) => `${family}.${size}`);
  const there = others.filter((other) => RegionOffers.hasType(OfferKind.SERVERS, region, other));
  return [...new Set([type.toString(), ...there])].map((one) => new ec2.InstanceType(one));
}

/** With a CDN in front, callers use the origin's name; without one, the website's. */
function certificate(scope: Construct, { domain, originSecret }: Foundation): acm.ICertificate | undefined {
  return (
    domain &&
    new acm.Certificate(scope, 'OriginCertificate', {
      ...(originSecret
        ? // The wildcard is for the regions' own names below it: another certificate later would be one more thing to change then.
          // The website's own name is there because the CDN passes the visitor's Host on and wants a certificate for it.
          { domainName: `origin.${domain.domainName}`, subjectAlternativeNames: [`*.origin.${domain.domainName}`, domain.domainName] }
        : { domainName: domain.domainName }),
      validation: acm.CertificateValidation.fromDns(domain.hostedZone),
    })
  );
}
