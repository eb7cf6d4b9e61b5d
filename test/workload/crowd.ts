import { Browser } from './application';

/** Visitors who click all the time until they are told to stop. */
export class Crowd {
  public readonly failures: string[] = [];
  public visits = 0;
  private leaving = false;
  private readonly visitors: Promise<void>[];

  public constructor(origin: string, size: number) {
    this.visitors = Array.from({ length: size }, async () => this.visit(new Browser(origin)));
  }

  public async leave(): Promise<void> {
    this.leaving = true;
    await Promise.all(this.visitors);
  }

  private async visit(browser: Browser): Promise<void> {
    while (!this.leaving) {
      for (const click of [
        async () => browser.get('/'),
        async () => browser.get('/users'),
        async () => browser.get('/users/1'),
        async () => browser.post('/users', { name: 'Crowd' }),
        async () => browser.get('/architecture'),
        async () => browser.post('/login', { name: 'Crowd' }),
      ]) {
        await click().then(
          async (response) => {
            this.visits += 1;
            const body = await response.text();
            if (response.status >= 400) this.failures.push(`${response.status} ${response.url} ${body}`);
          },
          (error: unknown) => this.failures.push(String(error)),
        );
      }
    }
  }
}
