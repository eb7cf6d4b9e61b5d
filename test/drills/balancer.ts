import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As in the target group: a server is out after so many failed checks, and in again after so many good ones. */
const OUT_AFTER = 3;
const IN_AFTER = 2;
/** A server that is only slow is not gone. */
const ANSWER_MS = 1_000;

interface Target {
  readonly url: string;
  healthy: boolean;
  /** Checks in a row that say the opposite. */
  against: number;
}

/** What a load balancer does, with its faults: round robin, a health check, no second try for a request whose server is gone. */
export class Balancer {
  private readonly targets: Target[];
  private readonly server: Server;
  private readonly checks: NodeJS.Timeout;
  private turn = 0;

  private constructor(urls: readonly string[], intervalMs: number) {
    this.targets = urls.map((url) => ({ url, healthy: true, against: 0 }));
    this.server = createServer((incoming, outgoing) => {
      this.pass(incoming, outgoing);
    });
    this.checks = setInterval(() => {
      for (const target of this.targets) void this.check(target);
    }, intervalMs);
  }

  /**
   * Starts it.
   * @param urls the servers.
   * @param intervalMs between two health checks. In the target group it is 10 seconds.
   */
  public static async start(urls: readonly string[], intervalMs: number): Promise<Balancer> {
    const balancer = new Balancer(urls, intervalMs);
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  /** Where visitors find it. */
  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Whether it sends no more requests to a server. */
  public isOut(url: string): boolean {
    return this.targets.some((target) => target.url === url && !target.healthy);
  }

  public async stop(): Promise<void> {
    clearInterval(this.checks);
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const healthy = this.targets.filter((target) => target.healthy);
    const { url } = healthy[(this.turn += 1) % healthy.length] ?? this.targets[0];
    const { method, headers } = incoming;
    const passed = request(url + (incoming.url ?? ''), { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.once('error', () => outgoing.destroy());
    });
    passed.once('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    incoming.pipe(passed);
  }

  private async check(target: Target): Promise<void> {
    const well = await fetch(`${target.url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
      ({ ok }) => ok,
      () => false,
    );
    target.against = well === target.healthy ? 0 : target.against + 1;
    if (target.against < (target.healthy ? OUT_AFTER : IN_AFTER)) return;
    target.healthy = well;
    target.against = 0;
  }
}
