import type { Json, Resource } from '../../shared/template';
import { type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';
import { targetsIn } from '../references';

/** Types with a version, and whether a new major version needs AllowMajorVersionUpgrade. */
const ENGINES: Readonly<Record<string, boolean>> = {
  'AWS::RDS::DBCluster': true,
  'AWS::RDS::DBInstance': true,
  'AWS::RDS::GlobalCluster': false,
  'AWS::DocDB::DBCluster': false,
  'AWS::Neptune::DBCluster': false,
  'AWS::ElastiCache::ReplicationGroup': false,
  'AWS::MemoryDB::Cluster': false,
  'AWS::OpenSearchService::Domain': false,
  'AWS::Elasticsearch::Domain': false,
  'AWS::AmazonMQ::Broker': false,
  'AWS::EKS::Cluster': false,
  'AWS::MSK::Cluster': false,
};
const VERSIONS = ['EngineVersion', 'ElasticsearchVersion', 'KafkaVersion', 'Version'];

/** Versions that the service refuses: an older one, a new major one that nobody allowed, a source that runs ahead of its copies. */
export function engineRisks({ after, changes }: Facts): Risk[] {
  return changes
    .filter(({ type, verdict }) => type in ENGINES && verdict === Verdict.CHANGED)
    .flatMap((change) => {
      const property = VERSIONS.find((name) => change.after?.Properties?.[name] !== undefined) ?? VERSIONS[0];
      const [old, now] = [change.before, change.after].map((resource) => resource?.Properties?.[property]);
      const refused = (message: string): Risk[] => [riskAt(change, 'refused-update', message, property)];
      if (!isVersion(old) || !isVersion(now)) return [];
      const [product, next] = [productOf(old), productOf(now)];
      if (product !== next) return product === 'OpenSearch' ? refused(`the service refuses to go back from ${old} to ${now}`) : [];
      const order = compared(String(old), String(now));
      if (order > 0) return refused(`the service refuses to go back from version ${old} to ${now}`);
      if (order === 0) return [];
      if (change.type === 'AWS::EKS::Cluster' && numbers(String(now))[1] - numbers(String(old))[1] > 1)
        return refused(`EKS refuses ${old} → ${now}: one minor version in each update`);
      const engine = JSON.stringify(change.after?.Properties?.Engine ?? change.before?.Properties?.Engine ?? '');
      const allowed = [true, 'true'].includes(change.after?.Properties?.AllowMajorVersionUpgrade as never);
      if (ENGINES[change.type] && !allowed && majorOf(engine, String(old)) !== majorOf(engine, String(now)))
        return refused(`RDS refuses ${old} → ${now}, another major version, without AllowMajorVersionUpgrade: true`);
      const resources = after.find(({ name }) => name === change.stack)?.template.Resources ?? {};
      const copy = Object.entries(resources).find(([, one]) => isBehind(one, change.stack, change.logicalId, String(now)));
      return copy ? refused(`its read replica ${copy[0]} would run an older version: upgrade the replica in a deployment before`) : [];
    });
}

function isVersion(value: Json | undefined): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && /\d/.test(value));
}

/** `Elasticsearch` of `Elasticsearch_7.10`; OpenSearch began anew with 1.0. */
function productOf(version: number | string): string {
  return /^[A-Za-z]+(?=_)/.exec(String(version))?.[0] ?? '';
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}

/** Above zero if the first is newer; a version that says less than the other is no other. */
function compared(one: string, other: string): number {
  const [a, b] = [numbers(one), numbers(other)];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) if (a[index] !== b[index]) return a[index] - b[index];
  return 0;
}

function majorOf(engine: string, version: string): string {
  const [first, second = 0] = numbers(version);
  const byOne = engine.includes('postgres') ? first >= 10 : /sqlserver|oracle|db2/.test(engine);
  return byOne ? String(first) : `${first}.${second}`;
}

function isBehind({ Type, Properties = {} }: Resource, stack: string, source: string, version: string): boolean {
  if (Type !== 'AWS::RDS::DBInstance' || !isVersion(Properties.EngineVersion)) return false;
  const isCopy = targetsIn(Properties.SourceDBInstanceIdentifier ?? null, stack).some(({ id }) => id === source);
  return isCopy && compared(String(Properties.EngineVersion), version) < 0;
}
