import { randomBytes } from 'node:crypto';
import { Browser } from '../../workload/application';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const PAUSE_MS = 50;

/** Somebody who uploads pictures all the time, and looks at those that are there. */
export class Uploader {
  /** Paths of accepted pictures, and what was sent. */
  public readonly pictures = new Map<string, Buffer>();
  /** What went wrong. */
  public readonly failures: string[] = [];
  /** How many pictures were looked at. */
  public seen = 0;
  private leaving = false;
  private readonly work: Promise<void>;

  public constructor(origin: string) {
    this.work = this.upload(new Browser(origin));
  }

  /** Ends uploading. */
  public async close(): Promise<void> {
    this.leaving = true;
    await this.work;
  }

  private async upload(browser: Browser): Promise<void> {
    while (!this.leaving) {
      const body = Buffer.concat([PNG, randomBytes(200 + Math.ceil(Math.random() * 5_000))]);
      const response = await browser.send('/uploads', { method: 'POST', body, headers: { 'content-type': 'image/png' } });
      if (response.ok) this.pictures.set(((await response.json()) as { url: string }).url, body);
      else this.failures.push(`${response.status} for a new picture`);
      await this.look(browser, Math.floor(Math.random() * this.pictures.size));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private async look(browser: Browser, index: number): Promise<void> {
    const [path, bytes] = [...this.pictures].at(index) ?? [];
    if (path === undefined || bytes === undefined) return;
    const response = await browser.get(path);
    if (Buffer.from(await response.arrayBuffer()).equals(bytes)) this.seen += 1;
    else this.failures.push(`${response.status} for ${path}`);
  }
}
