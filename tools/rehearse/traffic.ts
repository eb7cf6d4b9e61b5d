import { Browser } from '../servers/browser';
import { type Click, Load, type Sample } from '../servers/load';
import type { People } from './people';

/** What visitors look at, of a hundred pages. */
const PAGES: readonly (readonly [share: number, what: string, path: (people: People) => string])[] = [
  [10, 'home', () => '/'],
  [10, 'list', () => '/users'],
  [70, 'person', (people) => `/users/${people.some()}`],
  [4, 'products', () => '/products'],
  [4, 'orders', () => '/orders'],
];
/** Who comes for the first time has nothing in the browser. */
const NEW_SHARE = 0.25;
/** What is kept of the past: enough for every question. */
const MOST_SAMPLES = 200_000;
const FILE = /(?:href|src)="(\/(?:static|uploads)\/[^"]+)"/g;

/** What a visitor was promised. */
export interface Written {
  readonly name: string;
  readonly path: string;
  /** When, in ms of the clock. */
  readonly at: number;
}

/** People who use the reference application: they sign in, look at pages with all their files, change things and look whether it is there. */
export class Traffic {
  /** Writes that were confirmed. */
  public readonly written: Written[] = [];
  /** Promises that were broken: an own write that isn't seen, a lost session. */
  public readonly broken: string[] = [];
  /** The longest time without a confirmed write, in ms. */
  public longestPause = 0;
  /** How many of a hundred steps write. */
  public writes = 5;
  private readonly accounts = new Set<Load>();
  private readonly loads: Load[] = [];
  private readonly zero = performance.now();
  private past: Sample[] = [];
  private lastWrite = performance.now();
  private number = 0;

  public constructor(
    /** Where the website is; everybody comes in at one of them, in turn. */
    private readonly origins: readonly string[],
    private readonly people: People,
    /** For how many milliseconds people look at a page. */
    private readonly think: number,
  ) {}

  /** How many people there are. */
  public get users(): number {
    return this.loads.length;
  }

  /** How many of them are signed in. */
  public get signedIn(): number {
    return this.accounts.size;
  }

  /** How much more people look at the first than at others: the exponent of Zipf's law; 0 looks at all alike. */
  public set skew(exponent: number) {
    this.people.skew = exponent;
  }

  public get skew(): number {
    return this.people.skew;
  }

  /** Lets people come and go. */
  public async setUsers(count: number): Promise<void> {
    while (this.loads.length < count) this.loads.push(this.visitor());
    const going = this.loads.splice(count);
    await Promise.all(going.map(async (load) => load.end()));
    for (const load of going) {
      this.keep(load);
      this.accounts.delete(load);
    }
  }

  /** Milliseconds of its clock. */
  public get now(): number {
    return performance.now() - this.zero;
  }

  /** Requests that ended since a moment. */
  public since(moment: number): Sample[] {
    for (const load of this.loads) this.keep(load);
    if (this.past.length > MOST_SAMPLES) this.past = this.past.slice(-MOST_SAMPLES / 2);
    return this.past.filter(({ ended }) => ended >= moment);
  }

  /** Begins to measure pauses anew. */
  public forgetPauses(): void {
    this.longestPause = 0;
    this.lastWrite = performance.now();
  }

  private keep(load: Load): void {
    const shift = this.zeroes.get(load) ?? 0;
    for (const sample of load.samples.splice(0)) this.past.push({ ...sample, began: sample.began + shift, ended: sample.ended + shift });
    this.broken.push(...load.surprises.splice(0));
  }

  private readonly zeroes = new WeakMap<Load, number>();

  private visitor(): Load {
    const me = (this.number += 1);
    const name = `Visitor ${me}`;
    const origin = this.origins[me % this.origins.length];
    let browser = new Browser(origin);
    let files = new Set<string>();
    let signedIn = false;
    const load: Load = new Load(
      1,
      async (_, click) => {
        if (!signedIn) signedIn = await this.signIn(browser, name, click);
        else if (Math.random() < NEW_SHARE) files = new Set();
        const dice = Math.random() * 100;
        if (dice < this.writes) await this.write(browser, me, click);
        else if (dice < this.writes + 2 && signedIn) signedIn = await this.account(browser, name, click);
        else await this.look(browser, files, click);
        if (!signedIn) browser = new Browser(origin);
        if (signedIn) this.accounts.add(load);
        else this.accounts.delete(load);
      },
      this.think,
    );
    this.zeroes.set(load, this.now - load.now);
    return load;
  }

  private async look(browser: Browser, files: Set<string>, click: Click): Promise<void> {
    let rest = Math.random() * PAGES.reduce((sum, [share]) => sum + share, 0);
    const [, what, path] = PAGES.find(([share]) => (rest -= share) < 0) ?? PAGES[0];
    const page = await click(what, async () => browser.get(path(this.people)));
    for (const [, file] of page?.matchAll(FILE) ?? []) {
      if (files.has(file)) continue;
      files.add(file);
      await click('file', async () => browser.get(file));
    }
  }

  private async write(browser: Browser, me: number, click: Click): Promise<void> {
    const name = `Written ${me}-${this.written.length}-${Math.round(performance.now())}`;
    const { pictures } = this.people;
    const photo = pictures[Math.floor(Math.random() * pictures.length)] ?? '';
    let path: string | undefined;
    await click('write', async () => {
      const response = await browser.post('/users', { name, photo });
      if (response.status === 303) path = response.headers.get('location') ?? undefined;
      return response;
    });
    if (path === undefined) return;
    this.written.push({ name, path, at: this.now });
    this.longestPause = Math.max(this.longestPause, performance.now() - this.lastWrite);
    this.lastWrite = performance.now();
    const where = path;
    const page = await click('own write', async () => browser.get(where));
    if (page?.includes(name) === false) throw new Error(`${name} was written to ${where} and is not seen by its author`);
  }

  private async signIn(browser: Browser, name: string, click: Click): Promise<boolean> {
    let done = false;
    await click('sign in', async () => {
      const response = await browser.post('/login', { name });
      done = response.status === 303;
      return response;
    });
    return done;
  }

  private async account(browser: Browser, name: string, click: Click): Promise<boolean> {
    const page = await click('account', async () => browser.get('/me'));
    if (page === undefined || page.includes(`Hello, ${name}`)) return true;
    this.broken.push(`${name} was signed out`);
    return false;
  }
}
