import { Duration, Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Domain } from '../../foundation/foundation';
import { addressTtl } from './address-ttl';
import type { WebOrigin } from '../web/web-origin';
import type { Geography } from '../../foundation/regions/geography';
import { Places } from '../../foundation/regions/places';
import { Routing } from '../../foundation/regions/routing';

/** Props of {@link RegionRecords}. */
export interface RegionRecordsProps {
  /** The website's name and how DNS chooses. */
  readonly domain: Domain;
  /** The web tier of this region. */
  readonly origin: WebOrigin;
  /**
   * The regions; without it there is one, and no health check.
   * @default - one region
   */
  readonly geography?: Geography;
}

/**
 * The name that the CDN asks for one kind of web tier: `origin.<domain>` is a server, `balancer.origin.<domain>` a load balancer. Each region has its record there, with an explicit set identifier and its final policy from the first
 * day, because Route 53 refuses to change either (AWS::Route53::RecordSet). In several regions each also has a name of its own,
 * `<region>.origin.<domain>`, by which a health check asks whether it is ready; DNS leaves out the one that isn't.
 */
export class RegionRecords extends Construct {
  /** The name that the CDN asks. */
  public readonly originName: string;
  /** Asks this region by its own name, if there are others. */
  public readonly healthCheck?: route53.HealthCheck;

  public constructor(scope: Construct, id: string, props: RegionRecordsProps) {
    super(scope, id);
    const { domain, origin, geography } = props;
    const { region } = Stack.of(this);
    const origins = `origin.${domain.domainName}`;
    this.originName = origin.label === undefined ? origins : `${origin.label}.${origins}`;
    const shared = { zone: domain.hostedZone, target: origin.target, ttl: addressTtl(origin.target) };
    if (geography) {
      const ownName = `${region}.${origins}`;
      new route53.ARecord(this, 'Own', { ...shared, recordName: `${ownName}.` });
      this.healthCheck = new route53.HealthCheck(this, 'Health', {
        type: route53.HealthCheckType.HTTPS,
        fqdn: ownName,
        resourcePath: '/readyz',
        requestInterval: Duration.seconds(10),
        failureThreshold: 3,
        enableSNI: true,
      });
    }
    const choice = { ...shared, healthCheck: this.healthCheck };
    const byPlace = domain.routing === Routing.GEOLOCATION;
    const nearest = byPlace ? `nearest.${this.originName}` : this.originName;
    const latency = new route53.ARecord(this, 'Latency', { ...choice, recordName: `${nearest}.`, setIdentifier: region, region });
    if (!byPlace) return;
    if (geography?.isFounding ?? true) {
      // Whose place has no region, or whose region is dark: the nearest that is ready. Route 53 takes all as healthy where a default is not.
      new route53.ARecord(this, 'Default', {
        ...{ zone: domain.hostedZone, recordName: `${this.originName}.`, setIdentifier: 'default' },
        target: route53.RecordTarget.fromAlias({
          bind: () => ({ dnsName: latency.domainName, hostedZoneId: domain.hostedZone.hostedZoneId, evaluateTargetHealth: true }),
        }),
        geoLocation: route53.GeoLocation.default(),
      });
    }
    for (const place of (domain.places ?? new Places({})).placesOf(region)) {
      const { geoLocation } = place;
      new route53.ARecord(this, place.id, {
        ...{ ...choice, recordName: `${this.originName}.`, setIdentifier: `${region}-${place.id}`, geoLocation },
      });
    }
  }
}
