import { HttpError } from './reply';

/** What strangers can ask for that costs more than a page. */
export enum Bound {
  /** Any request at all. */
  REQUEST = 'request',
  /** Anything that is stored. */
  WRITE = 'write',
  /** A picture. */
  UPLOAD = 'upload',
  /** A session. */
  SIGN_IN = 'sign-in',
  /** A report: work for seconds. */
  REPORT = 'report',
  /** A read from the writer, past cache and readers. */
  FRESH = 'fresh',
}

/** So many at once, and then so many a second. */
interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** For one client, and for all of them, in one process of a server. */
const RATES: Readonly<Record<Bound, { readonly client: Rate; readonly total: Rate }>> = {
  [Bound.REQUEST]: { client: { burst: 300, perSecond: 50 }, total: { burst: 5_000, perSecond: 2_000 } },
  [Bound.WRITE]: { client: { burst: 60, perSecond: 2 }, total: { burst: 1_000, perSecond: 200 } },
  [Bound.UPLOAD]: { client: { burst: 10, perSecond: 1 / 60 }, total: { burst: 60, perSecond: 2 } },
  [Bound.SIGN_IN]: { client: { burst: 10, perSecond: 1 / 10 }, total: { burst: 200, perSecond: 20 } },
  [Bound.REPORT]: { client: { burst: 10, perSecond: 1 / 10 }, total: { burst: 50, perSecond: 5 } },
  [Bound.FRESH]: { client: { burst: 30, perSecond: 2 }, total: { burst: 1_000, perSecond: 200 } },
};

/** Clients that are remembered. A forgotten one starts anew, and all together still have the bound of all. */
const MOST_CLIENTS = 20_000;

/** Bodies of pictures that are in memory at once: 16 of 5 MB. */
const UPLOADS_AT_ONCE = 16;
const UPLOADS_AT_ONCE_PER_CLIENT = 4;

interface Bucket {
  tokens: number;
  at: number;
}

/** How much strangers may ask of this server, each of them and all together. */
export class Bounds {
  private readonly buckets = new Map<string, Bucket>();
  private readonly uploads = new Map<string, number>();
  private uploading = 0;

  /** @param now the clock, in milliseconds. */
  public constructor(private readonly now: () => number = Date.now) {}

  /** Whether a client may have one more. Who is on this server itself has no name, and may. */
  public allows(bound: Bound, client: string | undefined): boolean {
    if (client === undefined) return true;
    const { client: own, total } = RATES[bound];
    return this.take(`${bound} ${client}`, own) && this.take(`${bound} *`, total);
  }

  /** Ends a request that is one too many. */
  public require(bound: Bound, client: string | undefined): void {
    if (!this.allows(bound, client)) {
      throw new HttpError(429, 'That was too much at once. Please try again in a while.', { 'retry-after': '30', connection: 'close' });
    }
  }

  /** Takes a place for the body of a picture, and says how to give it back. */
  public uploadPlace(client: string | undefined): () => void {
    const key = client ?? '';
    const own = this.uploads.get(key) ?? 0;
    if (this.uploading >= UPLOADS_AT_ONCE || (client !== undefined && own >= UPLOADS_AT_ONCE_PER_CLIENT)) {
      throw new HttpError(503, 'Too many pictures are being sent right now. Please try again in a moment.', {
        'retry-after': '10',
        connection: 'close',
      });
    }
    this.uploading += 1;
    this.uploads.set(key, own + 1);
    return () => {
      this.uploading -= 1;
      const left = (this.uploads.get(key) ?? 1) - 1;
      if (left === 0) this.uploads.delete(key);
      else this.uploads.set(key, left);
    };
  }

  private take(key: string, { burst, perSecond }: Rate): boolean {
    const now = this.now();
    const known = this.buckets.get(key);
    const tokens = known ? Math.min(burst, known.tokens + ((now - known.at) / 1_000) * perSecond) : burst;
    this.buckets.delete(key);
    const enough = tokens >= 1;
    this.buckets.set(key, { tokens: enough ? tokens - 1 : tokens, at: now });
    // The longest unheard of goes first; what all share is asked all the time, so it stays.
    if (this.buckets.size > MOST_CLIENTS) this.buckets.delete(this.buckets.keys().next().value ?? key);
    return enough;
  }
}
