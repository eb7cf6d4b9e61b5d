import type { Moto } from '../servers/moto';
import type { Deployment } from './deployment';
import { LAG_MS } from './limits';

interface Rule {
  readonly from: string;
  readonly to: string;
  readonly prefix: string;
  readonly deployment: Deployment;
}

/** Copies files between buckets as S3 does by the rules in the templates: what is new, and what was removed; never a copy of a copy. */
export class UploadCopies {
  private readonly timer: NodeJS.Timeout;
  private readonly copied = new Map<string, Set<string>>();
  private readonly arrived = new Set<string>();
  private isBusy = false;

  /** Begins. `regions` are those that there are now. */
  public constructor(
    private readonly moto: Moto,
    private readonly regions: () => readonly Deployment[],
  ) {
    this.timer = setInterval(() => {
      if (this.isBusy) return;
      this.isBusy = true;
      void this.round()
        .catch(() => undefined)
        .finally(() => (this.isBusy = false));
    }, LAG_MS);
  }

  public async stop(): Promise<void> {
    clearInterval(this.timer);
    return Promise.resolve();
  }

  private rules(): Rule[] {
    return this.regions().flatMap((deployment) =>
      deployment.current.buckets.flatMap(({ id, copies }) =>
        copies.map(({ prefix, to }) => ({
          ...{ deployment, prefix, from: deployment.data.attributes.get(id)?.Ref ?? '' },
          to: deployment.value(to)?.split(':').at(-1) ?? '',
        })),
      ),
    );
  }

  private async round(): Promise<void> {
    const owners = new Map(
      this.regions().flatMap((one) => one.current.buckets.map(({ id }) => [one.data.attributes.get(id)?.Ref, one] as const)),
    );
    for (const { from, to, prefix, deployment } of this.rules()) {
      const there = owners.get(to);
      if (deployment.isDark || !there || there.isDark) continue;
      const done = this.copied.get(`${from} ${to}`) ?? new Set();
      this.copied.set(`${from} ${to}`, done);
      const keys = new Set(await this.keysIn(from, prefix));
      for (const key of keys) {
        if (done.has(key) || this.arrived.has(`${from}/${key}`)) continue;
        await this.moto.copy(from, to, key);
        this.arrived.add(`${to}/${key}`);
        done.add(key);
      }
      for (const key of done) {
        if (keys.has(key)) continue;
        await this.moto.remove(to, key);
        done.delete(key);
      }
    }
  }

  private async keysIn(bucket: string, prefix: string): Promise<string[]> {
    const all: string[] = [];
    for (;;) {
      const some = await this.moto.keysIn(bucket, prefix, all.at(-1));
      if (some.length === 0) return all;
      all.push(...some);
    }
  }
}
