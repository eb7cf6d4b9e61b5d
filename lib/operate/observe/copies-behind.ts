import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AuroraCluster } from '../../tiers/data/aurora-cluster';
import { SecondaryCluster } from '../../tiers/data/secondary-cluster';
import { acknowledgeRules } from '../../foundation/acknowledge';
import { describe, PART_OF_COMPOSITE } from './alarm-guide';
import { math, metricsOf } from './metrics';

/** Props of {@link CopiesBehind}. */
export interface CopiesBehindProps {
  /** Identifiers of the clusters in this region, at most a hundred. */
  readonly clusters: string[];
}

/** Metrics that one alarm can look at (CloudWatch API, "PutMetricAlarm", Metrics). */
const PER_ALARM = 10;
/** Construct ids, by the number of the first cluster. */
const IDS = Array.from({ length: 10 }, (_, index) => `Clusters${index * PER_ALARM}`);

/**
 * How far the clusters of a region are behind the region that has the writers, ten to an alarm. The founding region has them too: after a
 * failover its clusters are the copies.
 */
export class CopiesBehind extends Construct {
  /** The alarms; they tell nobody. */
  public readonly alarms: cloudwatch.Alarm[];

  public constructor(scope: Construct, id: string, props: CopiesBehindProps) {
    super(scope, id);
    const { clusters } = props;
    acknowledgeRules(this, PART_OF_COMPOSITE);
    this.alarms = IDS.slice(0, Math.ceil(clusters.length / PER_ALARM)).map((alarmId, index) => {
      const some = clusters.slice(index * PER_ALARM, (index + 1) * PER_ALARM);
      const lag = (DBClusterIdentifier: string): cloudwatch.IMetric =>
        metricsOf('AWS/RDS', { DBClusterIdentifier })('AuroraGlobalDBReplicationLag', cloudwatch.Stats.MAXIMUM);
      const lags = some.map((cluster, place) => [`lag${place}`, lag(cluster)] as const);
      return new cloudwatch.Alarm(this, alarmId, {
        alarmDescription: describe('global-lag', `${some[0]} to ${some.at(-1) ?? some[0]}`),
        metric: math('lag (ms)', `MAX([${lags.map(([name]) => name).join(', ')}])`, Object.fromEntries(lags)),
        // As much as the failover document allows unless it is told otherwise.
        threshold: 60_000,
        evaluationPeriods: 5,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        // The cluster that has the writer reports no lag, and a failover swaps who that is.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
    });
  }
}

/** Identifiers of the clusters directly below a construct: the region's own databases, or a stack of further shards. */
export function clustersIn(parent: Construct): string[] {
  return parent.node.children.flatMap((child) =>
    child instanceof AuroraCluster || child instanceof SecondaryCluster ? [child.clusterIdentifier] : [],
  );
}
