import { describeWithServers, type ServerKind, Servers } from '../support/servers';
import { Load } from '../../tools/servers/load';

/**
 * A drill on this machine. CI runs them; elsewhere they are skipped, because each starts servers, breaks one of them under
 * load, and waits for the rest to recover.
 */
export function describeDrill(kinds: readonly ServerKind[], title: string, body: (servers: Servers) => void): void {
  if (process.env.CI === 'true') {
    describeWithServers(kinds, title, (servers) => {
      // A drill that fails half-way leaves its visitors behind.
      afterEach(async () => Load.endAll());
      body(servers);
    });
    return;
  }
  process.stderr.write(`${title}: not run here, CI=true npx jest test/drills runs it\n`);
  describe.skip(title, () => {
    body(new Servers());
  });
}

/** Prints what a drill measured, in one line. */
export function report(drill: string, figures: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(figures).map(([what, value]) => `${what} ${value}`);
  console.info(`drill ${drill}: ${text.join(', ')}`);
}
