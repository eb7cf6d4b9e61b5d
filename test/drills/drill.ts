import { describeInCi } from '../support/needs';
import { describeWithServers, type ServerKind, type Servers } from '../support/servers';
import { Load } from '../../tools/servers/load';

/**
 * A drill on this machine. CI runs them; elsewhere they are skipped, because each starts servers, breaks one of them under
 * load, and waits for the rest to recover.
 */
export function describeDrill(kinds: readonly ServerKind[], title: string, body: (servers: Servers) => void): void {
  describeInCi(title, () => {
    describeWithServers(kinds, title, (servers) => {
      // A drill that fails half-way leaves its visitors behind.
      afterEach(async () => Load.endAll());
      body(servers);
    });
  });
}

/** Prints what a drill measured, in one line. */
export function report(drill: string, figures: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(figures).map(([what, value]) => `${what} ${value}`);
  console.info(`drill ${drill}: ${text.join(', ')}`);
}
