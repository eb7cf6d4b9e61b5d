/** One request and how it ended. */
export interface Sample {
  /** What it was for, as the drill calls it. */
  readonly what: string;
  /** When it began, in ms of the load's clock. */
  readonly began: number;
  /** When it ended. */
  readonly ended: number;
  /** Status of the answer; 0 where there was none. */
  readonly status: number;
}

/** Whether there was no answer, or an error of the server. */
export function isFailed({ status }: Sample): boolean {
  return status === 0 || status >= 500;
}

/** Makes a request and returns the text of the answer, unless it failed. */
export type Click = (what: string, request: () => Promise<Response>) => Promise<string | undefined>;

/** What one visitor does, again and again. What it throws is no failed request but a broken promise. */
export type Journey = (visitor: number, click: Click) => Promise<void>;

/** A visitor thinks for so long between two clicks, so that the load is the servers' and not this process's. */
const THINK_MS = 15;

/** Lets time pass. */
export async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Visitors who click all the time, and a record of every answer. */
export class Load {
  private static readonly going = new Set<Load>();

  public readonly samples: Sample[] = [];
  /** Promises that were broken: a wrong page, a lost session. */
  public readonly surprises: string[] = [];
  private readonly zero = performance.now();
  private readonly visitors: Promise<void>[];
  private over = false;

  /**
   * Sends visitors.
   * @param size how many.
   * @param journey what each of them does.
   * @param think for how many milliseconds they look at what they got.
   */
  public constructor(size: number, journey: Journey, think = THINK_MS) {
    Load.going.add(this);
    this.visitors = Array.from({ length: size }, async (_, visitor) => {
      while (!this.over) {
        await journey(visitor, this.click).catch((error: unknown) => {
          this.surprises.push(String(error));
        });
        await wait(think);
      }
    });
  }

  /** Ends every load that goes on. */
  public static async endAll(): Promise<void> {
    await Promise.all([...Load.going].map(async (load) => load.end()));
  }

  /** Milliseconds since the load began. */
  public get now(): number {
    return performance.now() - this.zero;
  }

  /** Waits until every visitor has clicked on average so often again. */
  public async goOn(clicks: number): Promise<void> {
    const enough = this.samples.length + clicks * this.visitors.length;
    const end = Date.now() + 30_000;
    while (this.samples.length < enough) {
      if (Date.now() > end) throw new Error(`${this.samples.length} answers, not ${enough}, in 30 s`);
      await wait(20);
    }
  }

  /** Ends it once every visitor has the answer that is under way. */
  public async end(): Promise<void> {
    this.over = true;
    Load.going.delete(this);
    await Promise.all(this.visitors);
  }

  /** Requests that failed. */
  public failures(what?: (sample: Sample) => boolean): Sample[] {
    return this.samples.filter((sample) => isFailed(sample) && (what?.(sample) ?? true));
  }

  /** How many ended in which way, such as `503: 12`. */
  public static statuses(samples: readonly Sample[]): Partial<Record<number, number>> {
    const counted: Partial<Record<number, number>> = {};
    for (const { status } of samples) counted[status] = (counted[status] ?? 0) + 1;
    return counted;
  }

  /** The time that all but a share of the answers took at most, in whole ms. */
  public static percentile(samples: readonly Sample[], share: number): number {
    const times = samples.map(({ began, ended }) => ended - began).sort((a, b) => a - b);
    return Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
  }

  private readonly click: Click = async (what, request) => {
    const began = this.now;
    const ended = (status: number): void => void this.samples.push({ what, began, ended: this.now, status });
    try {
      const response = await request();
      const text = await response.text();
      ended(response.status);
      return response.status < 500 ? text : undefined;
    } catch {
      ended(0);
      return undefined;
    }
  };
}
