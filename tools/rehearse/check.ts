import { cpus } from 'node:os';
import { percent } from '../shared/words';
import type { Say } from './deployment';
import { regionGoesDark } from './claim-of-regions';
import { CLAIMS, costOfReading, type Cost, lostOf } from './claims';
import { climb } from './climb';
import { ledgerOf } from './ledger';
import { PEOPLE } from './people';
import type { Rehearsal } from './rehearsal';
import type { Report, Seen } from './report';

/** Enough to be in every moment, and few enough that two processors have time for the servers. */
const USERS = 6;
const THINK_MS = 50;
/** What the seeds say of a cache and of a CDN. */
const LEAST_TAKEN = 0.9;
const LEAST_FROM_CDN = 0.6;

/** Looks at everything that is claimed of a stage and of those up to another one, each claim once, where it applies first. */
export async function check(rehearsal: Rehearsal, last: number, say: Say): Promise<Report> {
  const begin = performance.now();
  const claims: Seen[] = [];
  const note = (one: Omit<Seen, 'stage'>): void => {
    claims.push({ stage: rehearsal.stage, ...one });
    say(`${one.held ? 'held' : 'BROKE'}: ${one.claim}: ${one.seen}`);
  };
  await rehearsal.settle(THINK_MS);
  await rehearsal.traffic.setUsers(USERS);
  const looked = new Set<string>();
  let before: Cost | undefined;
  for (;;) {
    const plan = rehearsal.deployment.current;
    say(`looking at stage ${rehearsal.stage}`);
    if (!looked.has('reading')) {
      const cost = await costOfReading(rehearsal, USERS);
      if (plan.stores.length > 0) {
        if (before) note(cacheTakes(before, cost));
        if (plan.cdn) note(cdnTakes(cost));
        looked.add('reading');
      }
      before = cost;
    }
    for (const { claim, bound, look } of [...CLAIMS, regionGoesDark].filter((one) => !looked.has(one.claim) && one.applies(plan))) {
      looked.add(claim);
      await rehearsal.traffic.setUsers(USERS);
      note({ claim, bound, ...(await look(rehearsal)) });
    }
    if (rehearsal.stage >= last) break;
    note(await climbed(rehearsal, say));
    if (!(claims.at(-1)?.held ?? false)) break;
  }
  return { claims, held: claims.every(({ held }) => held), seconds: (performance.now() - begin) / 1_000, processors: cpus().length };
}

function cacheTakes(before: Cost, now: Cost): Omit<Seen, 'stage'> {
  const taken = 1 - now.writers / Math.max(1, before.writers);
  const alone = 1 - now.all / Math.max(1, before.all);
  return {
    claim: `replicas and cache take reads off the primary (Zipf over ${PEOPLE.toLocaleString('en-US')} people, mixed pages)`,
    bound: '≥ 90 % fewer statements than the stage before',
    seen: `${percent(taken)} fewer: ${now.writers.toFixed(1)} a hundred pages in place of ${before.writers.toFixed(1)}; the cache alone takes ${percent(alone)}, and replicas answer what it has not: ${now.all.toFixed(1)} with them`,
    held: taken >= LEAST_TAKEN,
  };
}

function cdnTakes({ fromCdn }: Cost): Omit<Seen, 'stage'> {
  return { claim: 'the CDN takes requests off the origin', bound: '≥ 60 %', seen: percent(fromCdn), held: fromCdn >= LEAST_FROM_CDN };
}

/** A climb, and whether everything that was confirmed is there, once. */
async function climbed(rehearsal: Rehearsal, say: Say): Promise<Omit<Seen, 'stage'>> {
  const { traffic } = rehearsal;
  const broken = traffic.broken.length;
  await traffic.setUsers(USERS);
  const { from, to, pause, seconds, failed } = await climb(rehearsal, say);
  await traffic.setUsers(0);
  // By what a browser is shown, and then by what databases have.
  const lost = await lostOf(rehearsal, traffic.written);
  const { people, doubled } = await ledgerOf(rehearsal);
  const own = traffic.broken.length - broken;
  return {
    claim: `climb ${from} → ${to} under load`,
    bound: '0 confirmed writes lost, 0 doubled',
    seen:
      failed ??
      `${people.toLocaleString('en-US')} people there, ${traffic.written.length} confirmed writes, ${lost.length} lost, ${doubled.length} doubled; writes paused ${pause.toFixed(1)} s; ${own} promises broken; ${seconds.toFixed(0)} s`,
    held: failed === undefined && lost.length === 0 && doubled.length === 0 && people >= PEOPLE,
  };
}
