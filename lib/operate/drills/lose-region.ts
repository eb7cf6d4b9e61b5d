import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type Network, SubnetGroup } from '../../foundation/network/network';
import type { Geography } from '../../foundation/regions/geography';
import type { SiteBucket } from '../../tiers/edge/site-bucket';
import { Drill, type DrillProps } from './drill';
import { DRILL_TAG, markForDrills, ONLY_TAG } from './drill-tag';
import { NetworkOutage } from './network-outage';

/** Props of {@link LoseRegion}. */
export interface LoseRegionProps extends DrillProps {
  /** The VPC and its groups of subnets. */
  readonly network: Network;
  /** The regions. */
  readonly geography: Geography;
  /** The bucket whose objects are copied to the other regions. */
  readonly uploads: SiteBucket;
  /** Alarms that stop it, at most five. Not this region's own: they ring as soon as it is dark. With an empty list none stops it. */
  readonly stopOn: cloudwatch.IAlarm[];
}

const DURATION = 'PT30M';
const TITLE = 'lose-region';

/**
 * Makes this region dark for half an hour, as others see it: its load balancer and its way out are cut off, and uploads are no longer copied
 * from it. The databases go on copying, because FIS has nothing that holds a global database up.
 */
export class LoseRegion extends Drill {
  public constructor(scope: Construct, id: string, props: LoseRegionProps) {
    const { ground, network, geography, uploads, stopOn } = props;
    const { vpc } = network;
    const outage = new NetworkOutage(vpc, vpc.selectSubnets(network.subnets(SubnetGroup.PUBLIC)).subnets);
    const others = geography.regions.filter((region) => region !== geography.region);
    // FIS finds buckets by tags alone, and other buckets of the deployment copy nothing.
    markForDrills(uploads, ground.name, TITLE);
    super(scope, id, {
      ground,
      title: TITLE,
      stopOn,
      description: `Makes ${ground.name} dark in ${geography.region} for half an hour`,
      targets: {
        Subnets: { resourceType: 'aws:ec2:subnet', resourceArns: outage.subnetArns, selectionMode: 'ALL' },
        Uploads: { resourceType: 'aws:s3:bucket', resourceTags: { [DRILL_TAG]: ground.name, [ONLY_TAG]: TITLE }, selectionMode: 'ALL' },
      },
      actions: {
        CutOff: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { scope: 'all', duration: DURATION },
          targets: { Subnets: 'Subnets' },
        },
        ...Object.fromEntries(
          others.map((region) => [
            `PauseCopies-${region}`,
            {
              actionId: 'aws:s3:bucket-pause-replication',
              parameters: { region, duration: DURATION },
              targets: { Buckets: 'Uploads' },
            },
          ]),
        ),
      },
    });
    for (const permission of outage.permissions) this.allow(permission);
    const { bucketArn } = uploads;
    this.allow({
      actions: ['s3:PauseReplication'],
      resources: [bucketArn],
      conditions: { StringEquals: { 's3:DestinationRegion': others } },
    });
    // Reading knows no condition of S3's own: with one it would be refused (Service Authorization Reference, Amazon S3).
    this.allow({ actions: ['s3:GetReplicationConfiguration'], resources: [bucketArn] });
    this.allow({
      actions: ['s3:PutReplicationConfiguration'],
      resources: [bucketArn],
      conditions: { Bool: { 's3:IsReplicationPauseRequest': 'true' } },
    });
    this.allowToFind(...outage.descriptions, 's3:ListAllMyBuckets', 'tag:GetResources');
  }
}
