import { Box } from './box';
import { Ledger } from './ledger';
import type { Moto } from '../../../tools/servers/moto';
import { eventually } from '../../../tools/servers/processes';
import type { Servers } from '../servers';
import { QuickAws } from './quick-aws';

/** Writers leave the machine to the steps, and write often enough to be in every moment. */
const REST_MS = 80;
const READY = ['freeze', 'copy', 'verify'] as const;

/** A move on which two hands work at once, again and again: a new one is made when one has come to its end. */
export class Hands {
  /** How long a step takes on this machine by now. */
  public paceMs = 1_000;
  private box?: Box;
  private ledger?: Ledger;
  private moves = 0;

  private constructor(
    private readonly servers: Servers,
    private readonly moto: Moto,
    public readonly aws: QuickAws,
    private readonly name: string,
  ) {}

  /** Starts what all of them need. */
  public static async create(servers: Servers, name: string): Promise<Hands> {
    const moto = await servers.moto();
    return servers.stoppedAtEnd(new Hands(servers, moto, servers.stoppedAtEnd(await QuickAws.create(servers.directory, moto)), name));
  }

  /** Leaves the writers of a move that is not over. */
  public async stop(): Promise<void> {
    this.ledger?.abandon();
    return Promise.resolve();
  }

  /** A move with writers at work, up to the switch. */
  public async ready(): Promise<Box> {
    this.aws.decide = async () => Promise.resolve('does');
    if (!this.box) {
      this.moves += 1;
      const quick = { PROGRAMS: this.aws.programs, SETTLE: '0.5', PATIENCE: '5', CALL_SECONDS: '3' };
      this.box = await Box.create(this.servers, this.moto, `${this.name}${this.moves}`, 200, quick);
      this.ledger = new Ledger(this.box, REST_MS);
    }
    const before = this.ledger!.writes;
    await eventually(() => this.ledger!.writes > before + 20, 60_000);
    const begin = Date.now();
    await this.box.runbook.steps(...READY);
    this.paceMs = (Date.now() - begin) / READY.length;
    return this.box;
  }

  /**
   * Brings it to an end, as somebody does who doesn't know what happened: abort, and where that is refused, switch. Returns which side
   * serves and what is wrong with it.
   */
  public async end(): Promise<{ readonly serves: 'old' | 'new'; readonly wrong: readonly string[] }> {
    this.aws.decide = async () => Promise.resolve('does');
    const [box, ledger] = [this.box!, this.ledger!];
    const { code } = await box.runbook.patiently('abort');
    if (code !== 0) await box.runbook.steps('switch');
    const [serves, other] = code === 0 ? [box.old, box.fresh] : [box.fresh, box.old];
    const wrong: string[] = [];
    if ((await box.writer()) !== serves.endpoint) wrong.push(`the setting says ${await box.writer()}`);
    const before = ledger.writes;
    await eventually(() => ledger.writes > before + 20, 60_000);
    await ledger.pause();
    wrong.push(...(await ledger.differences(serves.endpoint)));
    ledger.resume();
    if (await box.takesWrites(other.endpoint)) wrong.push('the other side takes writes, too');
    if (serves === box.fresh) {
      await ledger.close();
      await Promise.all([box.old.stop(), box.fresh.stop()]);
      this.box = undefined;
    }
    return { serves: serves === box.old ? 'old' : 'new', wrong };
  }
}
