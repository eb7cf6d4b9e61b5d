import { BadInput } from '../../shared/bad-input';
import { captionsOf } from '../captions';
import { climbInWords } from '../climb';
import { type Controls, MOST_USERS, predictionInWords } from '../controls';
import { FAULTS, type Fault } from '../faults';
import type { Journal } from '../journal';
import { IMITATED, LIMITS } from '../limits';
import type { Numbers } from '../meters';
import type { Rehearsal } from '../rehearsal';
import type { View } from '../view';
import type { Ask, Messages, PartView, SecondMessage, StageMessage } from './messages';
import { Site } from './site';

/** So much of the past somebody who comes late is told. */
const LINES = 200;

/** The page of a rehearsal: shows what goes on, and does what somebody asks for there. */
export class Page {
  private site?: Site;
  private view: View;
  private last?: SecondMessage;

  private constructor(
    private readonly rehearsal: Rehearsal,
    private readonly controls: Controls,
    private readonly journal: Journal,
  ) {
    this.view = rehearsal.view();
  }

  /** Serves it at a port of 127.0.0.1. */
  public static async open(port: number, rehearsal: Rehearsal, controls: Controls, journal: Journal): Promise<Page> {
    const page = new Page(rehearsal, controls, journal);
    const hello = (): [string, unknown][] => [
      ['stage', page.stage()],
      ['log', journal.all.slice(-LINES)],
      ['done', page.done()],
      ...(page.last ? [['second', page.last] satisfies [string, unknown]] : []),
    ];
    page.site = await Site.start(port, { hello, ask: async (asked) => page.do(asked) });
    journal.onLine((one) => {
      page.tell('log', [one]);
    });
    return page;
  }

  /** Where it is. */
  public get url(): string {
    return this.site?.url ?? '';
  }

  /** Shows a second. */
  public show(numbers: Numbers): void {
    if (this.view.title !== this.rehearsal.title) {
      this.view = this.rehearsal.view();
      this.tell('stage', this.stage());
    }
    const { traffic, watch } = this.rehearsal;
    this.last = {
      numbers,
      captions: captionsOf(this.view, numbers),
      parts: this.parts(),
      signs: watch.look(numbers.parts),
      ...{ writes: traffic.writes, skew: traffic.skew },
      ...(this.controls.busy !== undefined && { busy: this.controls.busy }),
    };
    this.tell('second', this.last);
  }

  public async stop(): Promise<void> {
    await this.site?.stop();
  }

  private tell<Name extends keyof Messages>(name: Name, value: Messages[Name]): void {
    this.site?.tell(name, value);
  }

  private stage(): StageMessage {
    const { rehearsal, view, controls } = this;
    return {
      ...{ title: view.title, svg: view.svg, site: rehearsal.deployment.url, imitated: IMITATED, limits: LIMITS },
      ...(rehearsal.stage < controls.last && { next: rehearsal.stage + 1 }),
      hasQueue: rehearsal.deployment.current.queues.length > 0,
      hasRegions: rehearsal.regions.all.length > 1,
    };
  }

  private parts(): PartView[] {
    const { faults } = this.rehearsal;
    return faults.things.map(({ name, id, faults: ways }) => {
      const fault = faults.of(name);
      return {
        ...{ name, box: this.view.boxes[id] ?? '', ways: ways.map((one) => ({ fault: one, words: FAULTS[one] })) },
        ...(fault !== undefined && { fault }),
      };
    });
  }

  private done(): Messages['done'] {
    const { climbs, predictions } = this.controls;
    return {
      climbs: climbs.map((one) => ({ ...one, words: climbInWords(one) })),
      predictions: predictions.map((one) => ({ ...one, words: predictionInWords(one) })),
    };
  }

  private async do(value: unknown): Promise<void> {
    const { controls } = this;
    const { traffic } = this.rehearsal;
    const asked = askOf(value);
    switch (asked.do) {
      case 'users':
        return controls.setUsers(asked.value);
      case 'writes':
        traffic.writes = asked.value;
        return;
      case 'skew':
        traffic.skew = asked.value;
        return;
      case 'break':
        return controls.break(asked.part, asked.fault);
      case 'bring back':
        return controls.bringBack(asked.part);
      case 'poison':
        return controls.poison();
      case 'climb':
        this.long(controls.climb());
        return;
      case 'fail over':
        this.long(controls.failOver());
        return;
      case 'predict':
        this.long(controls.predict(asked.part, asked.said));
    }
  }

  /** What takes long is shown when it ends; nobody waits for it on a connection. */
  private long(work: Promise<unknown>): void {
    work
      .catch((error: unknown) => {
        this.journal.say(error instanceof BadInput ? error.message : String(error));
      })
      .finally(() => {
        this.tell('done', this.done());
      });
  }
}

const MOST: Readonly<Record<'users' | 'writes' | 'skew' | 'said', number>> = { users: MOST_USERS, writes: 100, skew: 3, said: 100 };

/** What was asked for, if it makes sense. */
export function askOf(value: unknown): Ask {
  const asked = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const number = (name: 'value' | 'said', most: number): number => {
    const one = asked[name];
    if (typeof one === 'number' && one >= 0 && one <= most) return one;
    throw new BadInput(`${name} ${JSON.stringify(one)} is not possible: allowed are 0 to ${most}`);
  };
  const part = typeof asked.part === 'string' ? asked.part : '';
  const { do: what } = asked;
  if (what === 'users' || what === 'writes' || what === 'skew') return { do: what, value: number('value', MOST[what]) };
  if (what === 'break' && typeof asked.fault === 'string' && Object.hasOwn(FAULTS, asked.fault))
    return { do: what, part, fault: asked.fault as Fault };
  if (what === 'bring back') return { do: what, part };
  if (what === 'predict') return { do: what, part, said: number('said', MOST.said) };
  if (what === 'climb' || what === 'poison' || what === 'fail over') return { do: what };
  throw new BadInput(`${JSON.stringify(what)} is not possible here`);
}
