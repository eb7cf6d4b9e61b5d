import { emitKeypressEvents } from 'node:readline';
import { createInterface } from 'node:readline/promises';
import { BadInput } from '../shared/bad-input';
import type { Controls } from './controls';
import type { Say } from './deployment';
import type { Fault, Thing } from './faults';
import type { Rehearsal } from './rehearsal';

/** What keys do; the rest of a terminal is numbers. */
export const KEYS =
  '1-9 kill a part or bring it back · h, s or l and a number: let it hang, slow it down, let a copy lag · x poison a queue · p predict, then kill · +/- people · c climb · f move the writers to another region · q end';

/** How a letter before a number breaks a part. */
const WAYS: Readonly<Partial<Record<string, Fault>>> = { h: 'paused', s: 'slow', l: 'behind' };

/** Lets somebody at a keyboard break things. Ends when they want. */
export class Keyboard {
  private way: Fault = 'killed';
  private isPrediction = false;
  private isAsking = false;
  private leave: () => void = () => undefined;
  /** Resolves when somebody has had enough. */
  public readonly left = new Promise<void>((resolve) => (this.leave = resolve));

  public constructor(
    private readonly rehearsal: Rehearsal,
    private readonly controls: Controls,
    private readonly say: Say,
  ) {
    emitKeypressEvents(process.stdin);
    this.listen();
  }

  /** A line that says which number is which part. */
  public legend(): string {
    const { faults } = this.rehearsal;
    return faults.things
      .slice(0, 9)
      .map(({ name }, index) => `${index + 1} ${name}${faults.of(name) === undefined ? '' : ` (${faults.of(name) ?? ''})`}`)
      .join(' · ');
  }

  /** Whether somebody is asked something, so that numbers have to wait. */
  public get asking(): boolean {
    return this.isAsking;
  }

  public end(): void {
    process.stdin.off('keypress', this.press);
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }

  private listen(): void {
    process.stdin.setRawMode(true);
    process.stdin.resume();
    process.stdin.on('keypress', this.press);
  }

  private readonly press = (text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }): void => {
    if (key.name === 'q' || (key.ctrl === true && key.name === 'c')) this.leave();
    else
      void this.act(text ?? '').catch((error: unknown) => {
        this.say(error instanceof BadInput ? error.message : String(error));
      });
  };

  private async act(text: string): Promise<void> {
    const { controls } = this;
    const { traffic, faults } = this.rehearsal;
    const way = WAYS[text];
    if (way !== undefined) this.way = way;
    else if (text === 'p') {
      this.isPrediction = true;
      this.say('predict: which part? type its number');
    } else if (text === '+') await controls.setUsers(Math.ceil(traffic.users * 1.5) + 1);
    else if (text === '-') await controls.setUsers(Math.floor(traffic.users / 1.5));
    else if (text === 'x') await controls.poison();
    else if (text === 'c') await controls.climb();
    else if (text === 'f') await controls.failOver();
    else if (/^[1-9]$/.test(text)) {
      const thing = faults.things.at(Number(text) - 1);
      const [fault, isPrediction] = [this.way, this.isPrediction];
      this.way = 'killed';
      this.isPrediction = false;
      if (thing && isPrediction) await this.predict(thing);
      else if (thing && faults.of(thing.name) !== undefined) await controls.bringBack(thing.name);
      else if (thing?.faults.includes(fault)) await controls.break(thing.name, fault);
    }
  }

  /** An exercise: what somebody thinks first, and then what happens. */
  private async predict({ name }: Thing): Promise<void> {
    this.end();
    this.isAsking = true;
    const ask = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await ask.question(`${name} is killed for ten seconds. Of 100 requests in that time, how many fail? `);
    ask.close();
    this.isAsking = false;
    this.listen();
    const said = /^\s*\d+(\.\d+)?\s*$/.test(answer) ? Number(answer) : NaN;
    if (said >= 0 && said <= 100) await this.controls.predict(name, said);
    else this.say('a number from 0 to 100 was expected; nothing was killed');
  }
}
