import { Duration, Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Domain } from '../../foundation/foundation';
import { addressTtl } from './address-ttl';
import type { WebOrigin } from '../web/web-origin';
import type { Geography } from '../../foundation/regions/geography';
import { Residency } from '../../foundation/regions/residency';
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
    const record = (recordId: string, setIdentifier: string, policy: Pick<route53.ARecordProps, 'region' | 'geoLocation'>): void => {
      new route53.ARecord(this, recordId, {
        ...{ ...shared, recordName: `${this.originName}.`, setIdentifier },
        ...{ ...policy, healthCheck: this.healthCheck },
      });
    };
    if (domain.routing !== Routing.GEOLOCATION) {
      record('Latency', region, { region });
      return;
    }
    if (!geography || geography.isFounding) record('Default', region, { geoLocation: route53.GeoLocation.default() });
    for (const place of (domain.residency ?? new Residency({})).placesOf(region)) {
      record(place.id, `${region}-${place.id}`, { geoLocation: place.geoLocation });
    }
  }
}
