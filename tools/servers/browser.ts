/** What a program was answered. */
export interface Answer<Body> {
  readonly status: number;
  readonly location: string | null;
  readonly body: Body;
}

/** A visitor's browser: it keeps cookies, and doesn't follow redirects. */
export class Browser {
  public readonly cookies = new Map<string, string>();
  /** When cookies end that don't stay. */
  private readonly ends = new Map<string, number>();

  /**
   * @param origin changes when the visitor is sent to another server.
   * @param now tells the time in ms.
   */
  public constructor(
    public origin: string,
    private readonly now: () => number = Date.now,
  ) {}

  public async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.send(path, { headers });
  }

  /** Sends a form. */
  public async post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return this.send(path, { method: 'POST', body: new URLSearchParams(form), headers: { origin: this.origin, ...headers } });
  }

  public async send(path: string, init: RequestInit): Promise<Response> {
    for (const [name, end] of this.ends) if (this.now() >= end) this.forget(name);
    const headers = new Headers(init.headers);
    headers.set('accept', headers.get('accept') ?? 'text/html');
    if (this.cookies.size > 0) headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(this.origin + path, { ...init, headers, redirect: 'manual' });
    for (const header of response.headers.getSetCookie()) {
      const [, name, value, attributes] = /^([^=]+)=([^;]*)(.*)$/.exec(header) ?? [];
      const [, seconds] = /Max-Age=(\d+)/i.exec(attributes) ?? [];
      this.forget(name);
      if (Number(seconds) === 0) continue;
      this.cookies.set(name, value);
      if ((seconds as string | undefined) !== undefined) this.ends.set(name, this.now() + 1_000 * Number(seconds));
    }
    return response;
  }

  private forget(name: string): void {
    this.cookies.delete(name);
    this.ends.delete(name);
  }

  /** Sends JSON, or asks for it where nothing is sent. */
  public async json<Body = unknown>(path: string, sent?: unknown): Promise<Answer<Body>> {
    const what = sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) };
    const response = await this.send(path, { ...what, headers: { accept: 'application/json', 'content-type': 'application/json' } });
    const text = await response.text();
    const body = (text.startsWith('{') ? JSON.parse(text) : text) as Body;
    return { status: response.status, location: response.headers.get('location'), body };
  }

  /** Adds a user and returns their path. */
  public async addUser(name: string, bio = ''): Promise<string> {
    const response = await this.post('/users', { name, bio });
    if (response.status !== 303) throw new Error(`no user was added: ${response.status} ${await response.text()}`);
    return response.headers.get('location') ?? '';
  }

  /** The text of a page that must be there. */
  public async read(path: string): Promise<string> {
    const response = await this.get(path);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  }
}
