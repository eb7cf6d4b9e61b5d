import { isRecord } from '../resolve/values';
import { list } from '../shared/words';
import { type Found, type Ways, arrow, thingsIn, thingsOf } from './arrows';
import type { Entry } from './deployment';
import type { Arrow } from './model';

/** What is copied: replicas, global databases, buckets, dead letters, snapshots. */
export function copies(ways: Ways): Found {
  return { arrows: [...replicas(ways), ...globalDatabases(ways), ...buckets(ways), ...deadLetters(ways), ...snapshots(ways)] };
}

function replicas(ways: Ways): Arrow[] {
  return ways.drafts
    .filter(({ kind }) => kind === 'database' || kind === 'cluster')
    .flatMap((copy) => {
      const source = copy.entry.get('SourceDBInstanceIdentifier') ?? copy.entry.get('ReplicationSourceIdentifier');
      if (source === undefined) return [];
      const found = thingsIn(ways, source, copy.entry.stack);
      const named = ways.deployment.named(source, copy.entry.say);
      return [...found, ...(found.length === 0 && named ? thingsOf(ways.parts, [named]) : [])].map((one) =>
        arrow(one, copy, 'copy', 'async'),
      );
    });
}

function globalDatabases(ways: Ways): Arrow[] {
  const { deployment, parts } = ways;
  const members = new Map<string, Entry[]>();
  for (const cluster of deployment.ofType('AWS::RDS::DBCluster')) {
    const value = cluster.get('GlobalClusterIdentifier');
    if (value === undefined) continue;
    const key = deployment.named(value, cluster.say)?.key ?? deployment.referred(value, cluster.stack).at(0)?.key ?? '';
    members.set(key, [...(members.get(key) ?? []), cluster]);
  }
  return deployment.ofType('AWS::RDS::GlobalCluster').flatMap((one) => {
    const sources = thingsOf(parts, deployment.of(one, 'SourceDBClusterIdentifier'));
    return sources.flatMap((source) => thingsOf(parts, members.get(one.key) ?? []).map((copy) => arrow(source, copy, 'copy', 'async')));
  });
}

function buckets(ways: Ways): Arrow[] {
  return ways.drafts
    .filter(({ kind }) => kind === 'bucket')
    .flatMap((bucket) =>
      list(bucket.entry.get('ReplicationConfiguration.Rules')).flatMap((rule) => {
        const destination = isRecord(rule) && isRecord(rule.Destination) ? rule.Destination.Bucket : undefined;
        const found = thingsIn(ways, destination, bucket.entry.stack).filter((one) => one.kind === 'bucket');
        const named = ways.deployment.named(destination, bucket.entry.say);
        return (found.length > 0 ? found : named ? thingsOf(ways.parts, [named]) : []).map((copy) => arrow(bucket, copy, 'copy', 'async'));
      }),
    );
}

function deadLetters(ways: Ways): Arrow[] {
  return ways.drafts
    .filter(({ kind }) => kind === 'queue')
    .flatMap((queue) =>
      thingsIn(ways, queue.entry.get('RedrivePolicy'), queue.entry.stack).map((dead) =>
        arrow(queue, dead, 'dead letters', `after ${queue.entry.say(queue.entry.get('RedrivePolicy.maxReceiveCount'))}`),
      ),
    );
}

function snapshots(ways: Ways): Arrow[] {
  const tags = (value: unknown): string[] => list(value as never).map((one) => JSON.stringify(one));
  return ways.drafts
    .filter(({ kind }) => kind === 'snapshots')
    .flatMap((policy) => {
      const wanted = tags(policy.entry.get('PolicyDetails.TargetTags'));
      return ways.drafts
        .filter(({ kind, entry }) => kind === 'volume' && tags(entry.get('Tags')).some((one) => wanted.includes(one)))
        .map((volume) => arrow(volume, policy, 'backup', 'daily'));
    });
}
