import { setTimeout as wait } from 'node:timers/promises';
import { isFailed } from '../servers/load';
import { BadInput } from '../shared/bad-input';
import { type Climb, climb, climbInWords } from './climb';
import type { Say } from './deployment';
import type { Fault } from './faults';
import type { Rehearsal } from './rehearsal';

/** What somebody said would happen, and what did. */
export interface Prediction {
  /** What was killed for ten seconds. */
  readonly part: string;
  /** Of a hundred requests in that time, how many somebody said would fail. */
  readonly said: number;
  /** How many did. */
  readonly was: number;
  readonly failed: number;
  readonly requests: number;
  /** What those that failed were for. */
  readonly what: readonly string[];
  /** Whether it was near enough. */
  readonly right: boolean;
}

const PREDICTED_MS = 10_000;
/** A prediction may be so much off, of a hundred. */
const NEAR = 5;
/** One machine has no room for more. */
export const MOST_USERS = 5_000;

/** What somebody may do to a rehearsal, from a terminal or on the page. What takes long is done one at a time. */
export class Controls {
  /** Climbs that ended. */
  public readonly climbs: Climb[] = [];
  /** Exercises that were done. */
  public readonly predictions: Prediction[] = [];
  /** What goes on; nothing else that takes long may begin meanwhile. */
  public busy?: string;

  /**
   * @param last the highest stage that may be climbed to.
   * @param wasWrong called when a prediction was.
   */
  public constructor(
    private readonly rehearsal: Rehearsal,
    public readonly last: number,
    private readonly say: Say,
    private readonly wasWrong: () => void = () => undefined,
  ) {}

  /** Lets people come and go. */
  public async setUsers(count: number): Promise<void> {
    await this.rehearsal.traffic.setUsers(Math.min(MOST_USERS, Math.max(0, Math.round(count))));
  }

  /** Breaks a part. */
  public async break(name: string, fault: Fault): Promise<void> {
    await this.rehearsal.faults.begin(name, fault);
    this.say(`${name} is ${fault}`);
  }

  /** Brings a part back. */
  public async bringBack(name: string): Promise<void> {
    await this.rehearsal.faults.end(name);
    this.say(`${name} is back`);
  }

  /** Puts a job into the queue that nobody can do. */
  public async poison(): Promise<void> {
    const { moto, data, current } = this.rehearsal.deployment;
    for (const { id, name } of current.queues) {
      await moto.send(data.attributes.get(id)?.Ref ?? '', 'poison');
      this.say(`a poison job is in ${name}`);
    }
  }

  /** Climbs to the next stage. */
  public async climb(): Promise<Climb> {
    const { stage } = this.rehearsal;
    if (stage >= this.last) throw new BadInput(`stage ${stage} is the highest that one machine can stand for`);
    return this.alone(`climbing to stage ${stage + 1}`, async () => {
      const done = await climb(this.rehearsal, this.say);
      this.climbs.push(done);
      this.say(climbInWords(done));
      return done;
    });
  }

  /** Moves the writers to another region: planned where theirs is there, and else as one that is gone. */
  public async failOver(): Promise<void> {
    const { regions } = this.rehearsal;
    const target = regions.all.find(({ region, isDark }) => !isDark && region !== regions.writer)?.region;
    if (target === undefined) throw new BadInput('there is no other region that could take the writers');
    const isGone = regions.all.some(({ region, isDark }) => isDark && region === regions.writer);
    await this.alone(`moving the writers to ${target}`, async () => {
      const { seconds } = await regions.failOver(target, isGone ? 'failover' : 'switchover');
      this.say(`the writers are in ${target}, after ${seconds} s`);
    });
  }

  /** An exercise: a part is killed for ten seconds, after somebody said what will happen. */
  public async predict(part: string, said: number): Promise<Prediction> {
    const { traffic, faults } = this.rehearsal;
    if (!faults.things.some(({ name }) => name === part))
      throw new BadInput(`there is no ${part}: allowed are ${faults.things.map(({ name }) => name).join(', ')}`);
    return this.alone(`${part} is killed for ten seconds`, async () => {
      const moment = traffic.now;
      await this.break(part, 'killed');
      await wait(PREDICTED_MS);
      const samples = traffic.since(moment);
      await this.bringBack(part);
      const failed = samples.filter(isFailed);
      const was = (100 * failed.length) / Math.max(1, samples.length);
      const what = [...new Set(failed.map((sample) => sample.what))];
      const one = { part, said, was, failed: failed.length, requests: samples.length, what, right: Math.abs(was - said) <= NEAR };
      this.predictions.push(one);
      if (!one.right) this.wasWrong();
      this.say(predictionInWords(one));
      return one;
    });
  }

  private async alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.busy !== undefined) throw new BadInput(`wait: ${this.busy}`);
    this.busy = what;
    try {
      return await work();
    } finally {
      this.busy = undefined;
    }
  }
}

/** A prediction and what came of it, in one line. */
export function predictionInWords({ part, said, was, failed, requests, what, right }: Prediction): string {
  const which = what.length === 0 ? '' : `: ${what.join(', ')}`;
  return `${part} was killed: you said ${said} of 100 would fail; it was ${was.toFixed(1)} (${failed} of ${requests}${which}), ${right ? 'near enough' : `more than ${NEAR} off`}`;
}
