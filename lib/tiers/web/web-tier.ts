import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { InvalidInput } from '../../foundation/invalid-input';
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
   * @default t4g.medium
   */
  readonly instanceType?: ec2.InstanceType;
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

  /** Creates the servers under an architecture. */
  public abstract bind(scope: Construct, foundation: Foundation): Web;
}

/** The instance type that a text names; arm64 only, because image and release are built for it. */
export class ServerSize {
  /**
   * Reads an instance type.
   * @param size a type such as `t4g.large`; one of another CPU architecture is refused.
   */
  public static parse(size: string): ec2.InstanceType {
    if (!/^[a-z]+\d+g[a-z]*\.(?:metal|nano|micro|small|medium|\d*x?large)$/.test(size)) {
      throw new InvalidInput(
        `size=${size} is not an arm64 (Graviton) instance type: type one such as -c size=t4g.large or -c size=m7g.xlarge`,
      );
    }
    return new ec2.InstanceType(size);
  }
}

class Single extends WebTier {
  public readonly single = true;

  public constructor(private readonly options: SingleServerOptions) {
    super();
  }

  public withInstanceType(instanceType: ec2.InstanceType): WebTier {
    return new Single({ ...this.options, instanceType });
  }

  public bind(scope: Construct, foundation: Foundation): Web {
    const { name, network, key, settings, servers, release, removalPolicy } = foundation;
    const server = new SingleServer(scope, 'Server', {
      ...this.options,
      name,
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.PUBLIC),
      identity: servers,
      release,
      key,
      removalPolicy,
    });
    settings.put(Setting.DATA_VOLUME, server.dataVolume.volumeId);
    return { server, origin: server.origin, sessionCommand: `aws ssm start-session --target ${server.instance.ref}` };
  }
}

class ServerFleet extends WebTier {
  public readonly single = false;

  public constructor(private readonly options: FleetTierOptions) {
    super();
  }

  public withInstanceType(instanceType: ec2.InstanceType): WebTier {
    const [, size] = instanceType.toString().split('.');
    const siblings = ['m7g', 'm6g', 'r7g', 'r6g'].map((family) => `${family}.${size}`);
    const types = [...new Set([instanceType.toString(), ...siblings])];
    return new ServerFleet({ ...this.options, instanceTypes: types.map((type) => new ec2.InstanceType(type)) });
  }

  public bind(scope: Construct, foundation: Foundation): Web {
    const { name, network, servers, release, alarmTopic, logBucket, originSecret, geography } = foundation;
    const loadBalancer = new LoadBalancer(scope, 'LoadBalancer', {
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.PUBLIC),
      identity: servers,
      logBucket,
      originSecret,
      certificate: certificate(scope, foundation),
      openPath: geography && '/readyz',
      algorithm: this.options.algorithm,
    });
    const fleet = new Fleet(scope, 'Fleet', {
      ...this.options,
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
