import type { Json } from '../../shared/template';
import { isObject } from '../../shared/project';
import { type Change, type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';
import { targetsIn } from '../references';

/** Rules of changes that are safe if something is done between two deployments. */
export const STEP_RULES: readonly string[] = ['not-in-one-step', 'users-unreachable'];

const HELPERS = ['AWS::KMS::Key', 'AWS::SecretsManager::Secret'];
const SETTING = 'AWS::SSM::Parameter';
/** Settings without which the application keeps its data on the server. */
const ON_SERVER = '/storage/uploads';

/** The application is sent to a store that this deployment makes: what it had is elsewhere, and nothing moves it in between. */
export function stepRisks({ changes }: Facts): Risk[] {
  const added = changes.filter(({ verdict, holdsData }) => verdict === Verdict.ADDED && holdsData);
  // What a reader knows by its name first: a password comes after its store.
  const fresh = [...added.filter(({ type }) => !HELPERS.includes(type)), ...added.filter(({ type }) => HELPERS.includes(type))];
  const hadServer = changes.some(({ verdict, type }) => type === 'AWS::EC2::Instance' && verdict !== Verdict.ADDED);
  const settings = changes
    .filter(({ type }) => type === SETTING)
    .flatMap((change): Risk[] => {
      const name = change.after?.Properties?.Name;
      const isMoved =
        change.verdict === Verdict.CHANGED ||
        (change.verdict === Verdict.ADDED && hadServer && typeof name === 'string' && name.endsWith(ON_SERVER));
      const store = isMoved ? fresh.find((one) => refersTo(change.after?.Properties?.Value, change.stack, one)) : undefined;
      if (!store) return [];
      return [
        riskAt(
          change,
          'not-in-one-step',
          `it sends the application to ${store.path}, which is new and empty: deploy the bridge and run its runbook first`,
          'Value',
        ),
      ];
    });
  const left = changes.filter(({ verdict, holdsData, fate }) => verdict === Verdict.RETIRED && holdsData && fate === 'retained');
  const behind = left.flatMap((gone): Risk[] => {
    const store = fresh.find(({ stack }) => stack === gone.stack);
    if (!store || store.type === gone.type) return [];
    return [
      riskAt(
        gone,
        'not-in-one-step',
        `it leaves the deployment in the same step that makes ${store.path}, new and empty: deploy the bridge and run its runbook first`,
      ),
    ];
  });
  return [...settings, ...behind];
}

/** A map of shards says where each user is. Another map without a move in between, and users are looked for where they aren't. */
export function shardMapRisks({ after, changes }: Facts): Risk[] {
  const regions = new Set(after.flatMap(({ region = [] }) => region)).size;
  return changes
    .filter(({ type, verdict }) => type === SETTING && verdict !== Verdict.ADDED)
    .flatMap((change): Risk[] => {
      const [old, now] = [mapOf(change.before?.Properties?.Value), mapOf(change.after?.Properties?.Value)];
      if (!old || !now || old.strategy === 'core') return [];
      const says = (message: string): Risk[] => [riskAt(change, 'users-unreachable', message, 'Value')];
      if (old.strategy !== now.strategy)
        return says(
          `users are placed by ${now.strategy} instead of ${old.strategy}: most are looked for where they are not, and nothing moves them`,
        );
      if (now.size !== old.size)
        return says(
          `a range becomes ${now.size} ids instead of ${old.size}: users are looked for where they are not, and nothing moves them`,
        );
      if (now.shards < old.shards)
        return says(`${old.shards} shards become ${now.shards}: the users of the others are not found any more; a map only grows`);
      const stores = changes.some(
        ({ verdict, type, stack }) => verdict === Verdict.ADDED && type === 'AWS::RDS::DBCluster' && stack === change.stack,
      );
      if (old.strategy !== 'hash' || now.shards === old.shards || !stores) return [];
      const share = Math.round((1 - old.shards / now.shards) * 100);
      return says(
        `about ${share} % of the users belong to a shard that is new and empty: ${regions > 1 ? 'with several regions no runbook moves them; add shards before the climb to several regions' : `type -c serving=${old.shards} first, run the runbook reshard, then deploy this`}`,
      );
    });
}

interface ShardMap {
  readonly strategy: string;
  readonly shards: number;
  readonly size: number;
}

function mapOf(value: Json | undefined): ShardMap | undefined {
  if (typeof value !== 'string' || !value.includes('"shards"')) return undefined;
  try {
    const map = JSON.parse(value) as unknown;
    if (!isObject(map) || typeof map.strategy !== 'string' || typeof map.shards !== 'number') return undefined;
    return { strategy: map.strategy, shards: map.shards, size: Number(map.size ?? 0) };
  } catch {
    return undefined;
  }
}

function refersTo(value: Json | undefined, stack: string, store: Change): boolean {
  return store.stack === stack && targetsIn(value ?? null, stack).some(({ id }) => id === store.logicalId);
}
