import { signalFamily, slowDown } from '../servers/processes';
import type { Deployment } from './deployment';
import type { Regions } from './regions';

/** What can be wrong with a part. */
export const FAULTS = {
  killed: 'kill',
  paused: 'pause',
  slow: 'slow',
  behind: 'lag',
} as const;

/** How a part is broken. */
export type Fault = keyof typeof FAULTS;

/** Something that can be broken and brought back. */
export interface Thing {
  readonly name: string;
  /** Logical id of the resource that it is, or is one of. */
  readonly id: string;
  /** In which ways it can be broken. */
  readonly faults: readonly Fault[];
}

interface Breakable extends Thing {
  /** Breaks it, and returns what brings it back. */
  readonly break: (fault: Fault) => Promise<() => Promise<void> | void>;
}

/** Everything of a deployment that can be broken, and how it is broken now. */
export class Faults {
  private readonly broken = new Map<string, { readonly fault: Fault; readonly mend: () => Promise<void> | void }>();

  public constructor(private readonly regions: Regions) {}

  /** Everything that can be broken now. */
  public get things(): readonly Thing[] {
    return this.breakables();
  }

  /** How something is broken; undefined where it is well. */
  public of(name: string): Fault | undefined {
    return this.broken.get(name)?.fault;
  }

  /** Breaks something; what is broken in another way is brought back first. */
  public async begin(name: string, fault: Fault): Promise<void> {
    const thing = this.breakables().find((one) => one.name === name && one.faults.includes(fault));
    if (!thing || this.of(name) === fault) return;
    await this.end(name);
    this.broken.set(name, { fault, mend: await thing.break(fault) });
  }

  /** Brings something back. */
  public async end(name: string): Promise<void> {
    const one = this.broken.get(name);
    this.broken.delete(name);
    await one?.mend();
  }

  /** Forgets what is no part of the deployment any more. */
  public forget(): void {
    const names = new Set(this.things.map(({ name }) => name));
    for (const name of this.broken.keys()) if (!names.has(name)) this.broken.delete(name);
  }

  private breakables(): Breakable[] {
    const { all } = this.regions;
    const parts = all.flatMap((region) => partsOf(region).map((one) => ({ ...one, id: region.labelled(one.id) })));
    return all.length > 1 ? [...all.map((region) => this.wholeOf(region)), ...parts] : parts;
  }

  /** A region as one thing. */
  private wholeOf({ region }: Deployment): Breakable {
    return {
      ...{ name: region, id: region, faults: ['killed'] },
      break: async () => {
        // What was broken in it is broken no more: nothing of it is there.
        await this.regions.darken(region);
        return async () => this.regions.lighten(region);
      },
    };
  }
}

/** Everything of a region. */
function partsOf({ data, fleet, current, labelled }: Pick<Deployment, 'data' | 'fleet' | 'current' | 'labelled'>): Breakable[] {
  const names = new Map([...current.databases, ...current.stores].map(({ id, name }) => [id, labelled(name)]));
  return [
    ...fleet.members.map(({ name, part, host }) => ({
      ...{ name, id: part.id, faults: ['killed', 'paused', 'slow'] as const },
      break: breaking(
        () => host.pid,
        () => {
          host.kill();
        },
        async () => {
          await host.systemctl('start', 'app');
        },
      ),
    })),
    ...[...data.databases].map(([id, server]) => ({
      ...{ name: names.get(id) ?? id, id },
      faults: data.copies.has(id) ? (['killed', 'paused', 'slow', 'behind'] as const) : (['killed', 'paused', 'slow'] as const),
      break: breaking(
        () => server.pid,
        async () => server.stop(),
        async () => server.start(),
        // What is written goes on to arrive, and nobody who asks sees it.
        async (begins) => {
          await server.sql(`SELECT pg_wal_replay_${begins ? 'pause' : 'resume'}()`);
        },
      ),
    })),
    ...[...data.stores].map(([id, server]) => ({
      ...{ name: names.get(id) ?? id, id, faults: ['killed', 'paused', 'slow'] as const },
      break: breaking(
        () => server.pid,
        async () => server.stop(),
        async () => server.start(),
      ),
    })),
  ];
}

function breaking(
  pid: () => number | undefined,
  kill: () => Promise<void> | void,
  start: () => Promise<void>,
  fallBehind?: (begins: boolean) => Promise<void>,
): Breakable['break'] {
  const all = (name: NodeJS.Signals): void => {
    const first = pid();
    if (first !== undefined) signalFamily(first, name);
  };
  const ways: Readonly<Record<Fault, () => Promise<() => Promise<void> | void> | (() => Promise<void> | void)>> = {
    killed: async () => {
      await kill();
      return start;
    },
    paused: () => {
      all('SIGSTOP');
      return () => {
        all('SIGCONT');
      };
    },
    slow: () => {
      const first = pid();
      return first === undefined ? () => undefined : slowDown(first);
    },
    behind: async () => {
      await fallBehind?.(true);
      return async () => fallBehind?.(false);
    },
  };
  return async (fault) => ways[fault]();
}
