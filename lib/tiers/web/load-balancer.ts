import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, DISPOSABLE } from '../../foundation/acknowledge';
import type { OriginSecret } from '../../foundation/security/origin-secret';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import type { WebOrigin } from './web-origin';

/** Props of {@link LoadBalancer}. */
export interface LoadBalancerProps {
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Public subnets, one per zone. */
  readonly subnets: ec2.SubnetSelection;
  /** The servers behind it; their security group opens port 80 to the load balancer. */
  readonly identity: ServerIdentity;
  /** Receives the access logs, below `alb/`. */
  readonly logBucket: s3.IBucket;
  /**
   * Lets only requests through that carry this secret; others get 403.
   * @default - everybody may connect
   */
  readonly originSecret?: OriginSecret;
  /**
   * Certificate of the name that callers use; its region is this one.
   * @default - HTTP on port 80
   */
  readonly certificate?: acm.ICertificate;
  /**
   * Path that everybody may ask, for health checks of DNS, which can't send the secret.
   * @default - none
   */
  readonly openPath?: string;
  /**
   * How requests are spread. Round robin is fair when they cost about the same, least outstanding requests when they don't.
   * @default TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN
   */
  readonly algorithm?: elbv2.TargetGroupLoadBalancingAlgorithmType;
  /**
   * DESTROY turns deletion protection off.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Path of the health check. It must not ask the database: a slow database would take every server out.
   * @default /healthz
   */
  readonly healthCheckPath?: string;
}

/**
 * The only public address of a fleet: an internet-facing Application Load Balancer in every zone.
 * Stickiness is off on purpose: any server can answer any request, so any server may die.
 */
export class LoadBalancer extends Construct {
  /** The load balancer. */
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  /** Where a fleet registers its servers. */
  public readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** The one listener: HTTPS with a certificate, otherwise HTTP. */
  public readonly listener: elbv2.ApplicationListener;
  /** How a CDN or a DNS record reaches it. */
  public readonly origin: WebOrigin;

  public constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { vpc, certificate, originSecret, identity } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc, description: 'Load balancer', allowAllOutbound: false });
    this.loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: props.subnets,
      internetFacing: true,
      securityGroup,
      dropInvalidHeaderFields: true,
      // A busy CDN keeps its connections, for an hour by default, although DNS says another region by then.
      clientKeepAlive: Duration.minutes(1),
      deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
    });
    this.loadBalancer.logAccessLogs(props.logBucket, 'alb');

    this.targetGroup = new elbv2.ApplicationTargetGroup(this, 'Servers', {
      vpc,
      port: 80,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targetType: elbv2.TargetType.INSTANCE,
      loadBalancingAlgorithmType: props.algorithm ?? elbv2.TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN,
      deregistrationDelay: Duration.seconds(60),
      healthCheck: {
        path: props.healthCheckPath ?? '/healthz',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    this.listener = this.loadBalancer.addListener('Listener', {
      ...(certificate ? { port: 443, certificates: [certificate], sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS } : { port: 80 }),
      protocol: certificate ? elbv2.ApplicationProtocol.HTTPS : elbv2.ApplicationProtocol.HTTP,
      open: false,
      defaultAction: originSecret ? elbv2.ListenerAction.fixedResponse(403) : elbv2.ListenerAction.forward([this.targetGroup]),
    });
    if (originSecret) {
      this.listener.addAction('FromCdn', {
        priority: 10,
        conditions: [elbv2.ListenerCondition.httpHeader(originSecret.header, [originSecret.value])],
        action: elbv2.ListenerAction.forward([this.targetGroup]),
      });
    }
    if (props.openPath !== undefined) {
      this.listener.addAction('Open', {
        priority: 5,
        conditions: [elbv2.ListenerCondition.pathPatterns([props.openPath])],
        action: elbv2.ListenerAction.forward([this.targetGroup]),
      });
    }
    securityGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(certificate ? 443 : 80), 'The public entry');
    securityGroup.addEgressRule(identity.securityGroup, ec2.Port.HTTP, 'Requests to servers');
    identity.securityGroup.addIngressRule(securityGroup, ec2.Port.HTTP, 'Requests from the load balancer');
    acknowledge(securityGroup, {
      'AwsSolutions-EC23': 'the public entry of the website; requests without the secret header of the CDN get 403',
    });

    if (props.removalPolicy === RemovalPolicy.DESTROY) acknowledgeRules(this, { ELBDeletionProtectionEnabled: DISPOSABLE });
    acknowledgeRules(this, {
      ALBWAFEnabled: 'requests come through the CDN, where a firewall is a choice: EdgeTier.cdn({ webAclId })',
      ...(!certificate && {
        ALBHttpToHttpsRedirection: 'without a domain there is no name that a certificate could prove; with one the listener is HTTPS alone',
        ELBv2ACMCertificateRequired:
          'without a domain there is no name that a certificate could prove; with one the listener is HTTPS alone',
      }),
    });

    this.origin = {
      hostName: this.loadBalancer.loadBalancerDnsName,
      https: certificate !== undefined,
      label: 'balancer',
      target: route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(this.loadBalancer, { evaluateTargetHealth: true })),
    };
  }
}
