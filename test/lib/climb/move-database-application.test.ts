import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MOVE, Box } from '../../support/climb/box';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';
import { Application, Browser } from '../../workload/application';

const READERS = 2;
const WRITERS = 2;
const THINK_MS = 60;
/** There is no user `app` on this machine. */
const AS_APP = '#!/bin/bash\nif [ "$2" = app ]; then shift 3; exec "$@"; fi\nexec /usr/sbin/runuser "$@"\n';

describeNeeding(ON_A_SERVER, 'the reference application', () => {
  describeWithServers(['postgres', 'moto'], 'while its database moves', (servers) => {
    testInCi('keeps every user that it accepted, and answers readers', async () => {
      // It looks at its settings every ten minutes: what makes it follow is the file that the runbook touches.
      const touched = join(servers.directory, 'run', 'look');
      const programs = join(servers.directory, 'programs');
      for (const directory of [join(servers.directory, 'run'), programs]) mkdirSync(directory);
      writeFileSync(join(programs, 'runuser'), AS_APP, { mode: 0o755 });
      const box = await Box.create(servers, await servers.moto(), 'shop', 0, { TOUCHED: touched, PROGRAMS: programs });
      const { environment } = box.moto;
      const uploads = `${servers.directory}/uploads`;
      const rare = { POLL_SECONDS: '600', RUNTIME_DIRECTORY: dirname(touched) };
      const more = { NAME: 'shop', UPLOADS: uploads, ...rare, NODE_EXTRA_CA_CERTS: servers.certificates.authority };
      const application = servers.stoppedAtEnd(await Application.start({ ...environment, ...more }));
      const accepted = new Set<string>();
      const refusals = new Set<number>();
      const reads = { answered: 0, refused: 0 };
      let leaving = false;
      const write = async (writer: number): Promise<void> => {
        const browser = new Browser(application.url);
        for (let n = 1; !leaving; n += 1) {
          const name = `Writer ${writer} number ${n}`;
          const { status } = await browser.post('/users', { name, bio: '' });
          if (status === 303) accepted.add(name);
          else refusals.add(status);
          await new Promise((resolve) => setTimeout(resolve, THINK_MS));
        }
      };
      const read = async (): Promise<void> => {
        const browser = new Browser(application.url);
        while (!leaving) {
          const { status } = await browser.get('/users');
          if (status === 200) reads.answered += 1;
          else reads.refused += 1;
          await new Promise((resolve) => setTimeout(resolve, THINK_MS));
        }
      };
      const crowd = [...Array.from({ length: WRITERS }, async (_, writer) => write(writer)), ...Array.from({ length: READERS }, read)];
      await eventually(() => accepted.size > 20);
      const output = await box.runbook.steps(...MOVE.slice(2));
      const before = accepted.size;
      await eventually(() => accepted.size > before + 20, 60_000);
      leaving = true;
      await Promise.all(crowd);

      const users = await box.fresh.sql<{ name: string }>('SELECT name FROM users');
      const names = users.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect([...accepted].filter((name) => !names.includes(name))).toEqual([]);
      // Whoever was sent away in the middle doesn't know: at most one write for each session that there was.
      expect(names.length - accepted.size).toBeLessThanOrEqual(WRITERS);
      // Every session is cut once, when writing ends.
      expect(reads.refused).toBeLessThanOrEqual(READERS * 2);
      expect(output).not.toContain('restarting it');
      expect(application.noise).toEqual([]);
      console.info(
        `1→2 under the application: ${/\d+ rows moved, .* s;/.exec(output)?.[0]} ${accepted.size} users accepted, none lost; ` +
          `${reads.answered} reads answered, ${reads.refused} not; refused writes got ${[...refusals].join(', ')}`,
      );
    });
  });
});
