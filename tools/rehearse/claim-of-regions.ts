import { isFailed, wait } from '../servers/load';
import { eventually } from '../servers/processes';
import { type Claim, isWrite, JUST_WRITTEN_MS } from './claims';
import { ledgerOf } from './ledger';
import { DISTANCE_MS, LAG_MS } from './limits';

/** How many of a hundred steps write, so that something is always on its way. */
const WRITES = 30;
/** So long everybody waits for a decision. */
const DECISION_MS = 5_000;
/** What was confirmed so long before had time to be copied: the way there, and a busy machine. */
const COPIED_MS = LAG_MS + 1_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The founding region goes dark with all writers. Somebody decides that another one takes over; then the first comes back. */
export const regionGoesDark: Claim = {
  claim: `a region goes dark, with the writers (imitated: ${DISTANCE_MS} ms of distance, copies ${LAG_MS} ms behind)`,
  bound: 'reads go on from the other once DNS has turned; writes after the failover; only what was on its way is lost, and it is printed',
  applies: ({ databases }) => databases.some(({ global }) => global !== undefined),
  look: async (rehearsal) => {
    const { traffic, regions } = rehearsal;
    const [dark, other] = regions.all.map(({ region }) => region);
    const [writes, broken] = [traffic.writes, traffic.broken.length];
    traffic.writes = WRITES;
    await wait(DECISION_MS);
    const gone = traffic.now;
    await regions.darken(dark);
    await eventually(() => regions.edge.goesTo(dark) === other, 60_000);
    const turned = traffic.now;
    // Until then some are promised the newest, which nobody has.
    await wait(Math.max(0, gone + JUST_WRITTEN_MS - traffic.now) + DECISION_MS);
    const decided = traffic.now;
    await regions.failOver(other, 'failover');
    await eventually(async () => (await rehearsal.browser().post('/users', { name: 'After' })).status === 303, 60_000);
    const back = traffic.now;
    await wait(DECISION_MS);
    const samples = traffic.since(gone);
    const reads = samples.filter((one) => isFailed(one) && !isWrite(one));
    const late = reads.filter(({ began }) => began > Math.max(turned, gone + JUST_WRITTEN_MS) && began < decided);
    const after = samples.filter((one) => one.began > back && isFailed(one));
    const { lost, doubled } = await ledgerOf(rehearsal);
    const lostAt = traffic.written.filter(({ name }) => lost.includes(name)).map(({ at }) => at);
    const tooOld = lostAt.filter((at) => at < gone - COPIED_MS);
    const oldest = lostAt.length === 0 ? '' : `, the oldest confirmed ${seconds(gone - Math.min(...lostAt))} before`;
    const out = traffic.broken.slice(broken).filter((one) => one.endsWith('signed out'));
    traffic.writes = writes;
    await regions.lighten(dark);
    await eventually(() => regions.edge.goesTo(dark) === dark, 120_000);
    const [again] = (await rehearsal.browser().get('/users')).ok ? ['serves again, as a copy'] : ['does not serve'];
    const seen = [
      `${samples.length} requests; DNS turned after ${seconds(turned - gone)}, until then ${reads.length - late.length} reads failed, then ${late.length}`,
      `lost: ${lostAt.length} confirmed writes${oldest}, and ${out.length} sessions; ${doubled.length} doubled`,
      `writes went on ${seconds(back - decided)} after the decision, then ${after.length} requests failed; ${dark} ${again}`,
    ].join('; ');
    return { held: late.length + tooOld.length + doubled.length + after.length === 0 && again.startsWith('serves'), seen };
  },
};
