import { createInterface } from 'node:readline/promises';
import { emitKeypressEvents } from 'node:readline';
import type { Say } from './deployment';
import { type Thing, thingsOf } from './faults';
import type { Rehearsal } from './rehearsal';
import { climb } from './climb';

/** What keys do; the rest of a terminal is numbers. */
export const KEYS = '1-9 break or bring back a part · h+number lets it hang · p predict, then break · +/- people · c climb · q end';

/** Lets somebody at a keyboard break things. Ends when they want. */
export class Keyboard {
  private readonly down = new Map<string, 'killed' | 'hanging'>();
  private isHang = false;
  private isPrediction = false;
  private busy = false;
  private leave: () => void = () => undefined;
  /** Resolves when somebody has had enough. */
  public readonly left = new Promise<void>((resolve) => (this.leave = resolve));

  public constructor(
    private readonly rehearsal: Rehearsal,
    private readonly say: Say,
  ) {
    emitKeypressEvents(process.stdin);
    process.stdin.setRawMode(true);
    process.stdin.on('keypress', this.press);
  }

  /** Lines that say which number is which part. */
  public legend(): string {
    return thingsOf(this.rehearsal)
      .slice(0, 9)
      .map(({ name }, index) => `${index + 1} ${name}${this.down.has(name) ? ` (${this.down.get(name) ?? ''})` : ''}`)
      .join(' · ');
  }

  public end(): void {
    process.stdin.off('keypress', this.press);
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }

  private readonly press = (text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }): void => {
    if (key.name === 'q' || (key.ctrl === true && key.name === 'c')) this.leave();
    else if (!this.busy)
      void this.act(text ?? '').catch((error: unknown) => {
        this.say(String(error));
      });
  };

  private async act(text: string): Promise<void> {
    const { traffic } = this.rehearsal;
    if (text === 'h') this.isHang = true;
    else if (text === 'p') {
      this.isPrediction = true;
      this.say('predict: which part? type its number');
    } else if (text === '+') await traffic.setUsers(Math.ceil(traffic.users * 1.5) + 1);
    else if (text === '-') await traffic.setUsers(Math.floor(traffic.users / 1.5));
    else if (text === 'c')
      await this.alone(async () => {
        const { failed, pause, to } = await climb(this.rehearsal, this.say);
        this.say(failed === undefined ? `climbed to stage ${to}; writes paused for ${pause.toFixed(1)} s` : `the climb stopped: ${failed}`);
      });
    else if (/^[1-9]$/.test(text)) {
      const thing = thingsOf(this.rehearsal).at(Number(text) - 1);
      const [isHang, isPrediction] = [this.isHang, this.isPrediction];
      this.isHang = this.isPrediction = false;
      if (thing && isPrediction) await this.alone(async () => this.predict(thing));
      else if (thing) await this.breakOrBring(thing, isHang);
    }
  }

  private async breakOrBring(thing: Thing, isHang: boolean): Promise<void> {
    const state = this.down.get(thing.name);
    if (state === undefined) {
      this.down.set(thing.name, isHang ? 'hanging' : 'killed');
      if (isHang) thing.hang(true);
      else await thing.kill();
      this.say(`${thing.name} is ${isHang ? 'hanging' : 'killed'}`);
      return;
    }
    if (state === 'hanging') thing.hang(false);
    else await thing.restore();
    this.down.delete(thing.name);
    this.say(`${thing.name} is back`);
  }

  /** An exercise: what somebody thinks first, and then what happens in ten seconds. */
  private async predict(thing: Thing): Promise<void> {
    const { traffic } = this.rehearsal;
    this.end();
    const ask = createInterface({ input: process.stdin, output: process.stderr });
    const answer = Number(await ask.question(`${thing.name} is killed for ten seconds. Of 100 requests in that time, how many fail? `));
    ask.close();
    process.stdin.setRawMode(true);
    process.stdin.resume();
    process.stdin.on('keypress', this.press);
    const moment = traffic.now;
    await this.breakOrBring(thing, false);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const samples = traffic.since(moment);
    const failed = samples.filter(({ status }) => status === 0 || status >= 500);
    const what = [...new Set(failed.map((sample) => sample.what))].join(', ');
    const share = (100 * failed.length) / Math.max(1, samples.length);
    await this.breakOrBring(thing, false);
    this.say(
      `you said ${Number.isFinite(answer) ? answer : '?'} of 100; it was ${share.toFixed(1)} (${failed.length} of ${samples.length}${what === '' ? '' : `: ${what}`})`,
    );
  }

  private async alone(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    await work().finally(() => (this.busy = false));
  }
}
