import { join } from 'node:path';
import { Front, type FrontOptions } from '../../tools/servers/front';
import { HealthChecks, type Target } from '../../tools/servers/health-checks';
import { freePort } from '../../tools/servers/processes';
import type { Servers } from '../support/servers';

/** A load balancer as AWS's: round robin, health checks, no second try for a request whose server is gone. */
export async function balance(
  servers: Servers,
  urls: readonly string[],
  everyMs: number,
): Promise<{ readonly url: string; readonly isOut: (url: string) => boolean }> {
  const targets = urls.map((url): Target => ({ url, isIn: true, against: 0 }));
  const [site, port] = [await freePort(), await freePort()];
  const options = (): FrontOptions => ({
    entrances: [{ port: site, isCdn: false, behaviours: [{ path: '/', origins: [`http://127.0.0.1:${port}`], keepSeconds: 0 }] }],
    balancers: [{ port, targets: targets.filter(({ isIn }) => isIn).map(({ url }) => Number(new URL(url).port)), tryNext: false }],
  });
  const front = servers.stoppedAtEnd(await Front.create(join(servers.directory, 'front'), options()));
  const checks = new HealthChecks(
    () => targets,
    everyMs,
    () => {
      front.change(options());
    },
  );
  servers.stoppedAtEnd({
    stop: async () => {
      checks.stop();
      return Promise.resolve();
    },
  });
  return { url: `http://127.0.0.1:${site}`, isOut: (url) => targets.some((target) => target.url === url && !target.isIn) };
}
