import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUTOMATION, type Run } from '../../../../tools/servers/automation';

/** A global database of the imitation. */
export interface WorldDatabase {
  readonly name: string;
  readonly writer: string;
  readonly members: string[];
  readonly forwarding: string[];
  readonly Status: string;
  readonly moving?: { readonly until: number };
  /** Until then AWS is still setting its replication up. */
  readonly unready_until?: number;
  /** Error code that every move of it meets. */
  readonly refused?: string;
}

/** All that the imitation knows. */
export interface WorldState {
  readonly regions: string[];
  readonly databases: WorldDatabase[];
  readonly metrics: { region: string; name: string; dimensions: { Name: string; Value: string }[]; value: number }[];
  readonly dark: string[];
  readonly hanging: string[];
  readonly pointer: Readonly<Record<string, { value: string; at: number } | undefined>>;
  readonly calls: string[];
  readonly kill_at: number;
  readonly kill_after: number;
  readonly now: number;
}

export const HOME = 'us-east-1';
export const AWAY = 'eu-west-1';
const IMITATION = join(__dirname, '../../../support/aws-imitation');

/** Names of so many global databases of the deployment, and two of others. */
export function databasesOf(count: number, regions: readonly string[]): WorldDatabase[] {
  const users = Array.from({ length: count - 2 }, (_, shard) => `webapp-users-${shard}`);
  return ['webapp-products', 'webapp-orders', ...users, 'other-orders', 'webapp-users-x'].map((name) => ({
    ...{ name, writer: HOME, members: [...regions], forwarding: regions.slice(1), Status: 'available' },
  }));
}

/** The imitation in a state, and the document to run in it. */
export class World {
  private readonly home = mkdtempSync(join(tmpdir(), 'failover-'));
  private readonly file = join(this.home, 'state.json');

  public constructor(
    document: unknown,
    public readonly count: number,
    change: Partial<WorldState> = {},
    regions: readonly string[] = [HOME, AWAY],
  ) {
    writeFileSync(join(this.home, 'automation.py'), AUTOMATION);
    writeFileSync(join(this.home, 'document.json'), JSON.stringify(document));
    const databases = databasesOf(count, regions);
    this.write({
      ...{ regions: [...regions], databases, metrics: lagsOf(databases, 200), dark: [], hanging: [], pointer: {}, calls: [] },
      ...{ kill_at: 0, kill_after: 0, now: 100_000, tokens: 10, tokens_at: 0 },
      ...change,
    });
  }

  public get state(): WorldState {
    return JSON.parse(readFileSync(this.file, 'utf8')) as WorldState;
  }

  public change(change: Partial<WorldState>): void {
    this.write({ ...this.state, ...change });
  }

  /** How a run of the document ended; nothing where it was killed. */
  public run(Target: string, Mode: string, more: Record<string, string> = {}): Run | undefined {
    const inputs = JSON.stringify({ Target, Mode, ...more });
    const { stdout, stderr, status } = spawnSync(
      'python3',
      ['-B', join(this.home, 'automation.py'), join(this.home, 'document.json'), inputs],
      {
        env: { ...process.env, STATE: this.file, PYTHONPATH: IMITATION },
        encoding: 'utf8',
      },
    );
    if (status === 137) return undefined;
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Run;
  }

  /** Databases of the deployment whose writer is in a region. */
  public writersIn(region: string): number {
    return this.state.databases.filter(({ name, writer }) => /^webapp-(?:products|orders|users-\d+)$/.test(name) && writer === region)
      .length;
  }

  /** What a visitor of a region gets: databases that take a write, here or passed on, when the application follows the newest pointer. */
  public writesFrom(region: string): number {
    const { databases, pointer, dark } = this.state;
    const newest =
      Object.values(pointer)
        .flatMap((one) => one ?? [])
        .sort((a, b) => b.at - a.at)
        .at(0)?.value ?? HOME;
    return databases.filter(({ name, writer, members, forwarding, moving }) => {
      if (!/^webapp-(?:products|orders|users-\d+)$/.test(name) || moving || !members.includes(region)) return false;
      if (writer === region) return newest === region;
      return forwarding.includes(region) && !dark.includes(writer);
    }).length;
  }

  private write(state: WorldState): void {
    writeFileSync(this.file, JSON.stringify(state));
  }
}

/** Lag as the console groups it: by cluster and source region. */
export function lagsOf(databases: readonly WorldDatabase[], milliseconds: number, name = 'AuroraGlobalDBRPOLag'): WorldState['metrics'] {
  return databases.map((one) => ({
    ...{ region: AWAY, name, value: milliseconds },
    dimensions: [
      { Name: 'DBClusterIdentifier', Value: `${one.name}-${AWAY}` },
      { Name: 'SourceRegion', Value: HOME },
    ],
  }));
}
