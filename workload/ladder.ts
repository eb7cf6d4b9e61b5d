import { Setting, type Settings } from './settings';

/** One of the six architectures, for people. */
export interface Stage {
  readonly name: string;
  readonly what: string;
  readonly users: string;
}

/** The six architectures in their order. */
export const STAGES: readonly Stage[] = [
  { name: 'Single server', what: 'Web, database and DNS on one machine.', users: 'to 1,000 users at once' },
  {
    name: 'Private database',
    what: 'The database gets a machine of its own, out of reach from outside.',
    users: '1,000 to 10,000',
  },
  { name: 'Read path', what: 'Read replicas, a cache and a CDN take the reads.', users: '10,000 to 100,000' },
  {
    name: 'Stateless tier',
    what: 'A load balancer and a fleet that grows and shrinks. No server matters.',
    users: '100,000 to 500,000',
  },
  { name: 'Data scaling', what: 'Shards share the writes; a queue takes what can wait.', users: '500,000 to a million' },
  {
    name: 'Multi-region',
    what: 'The same again elsewhere: near to everybody, and ready if a region goes dark.',
    users: 'a million and more',
  },
];

/** Settings that no earlier architecture has. */
const SIGNS: readonly (readonly [stage: number, signs: readonly Setting[]])[] = [
  [6, [Setting.FOUNDING_REGION]],
  [5, [Setting.SHARD_MAP, Setting.JOBS_QUEUE]],
  [4, [Setting.SESSIONS_ENDPOINT, Setting.SESSIONS_TABLE]],
  [3, [Setting.CACHE_ENDPOINT, Setting.EDGE_HOST]],
];

/** The number of the architecture that the settings look like. A blueprint of one's own may have parts of a later one. */
export function stageOf(settings: Settings): number {
  const found = SIGNS.find(([, signs]) => signs.some((sign) => settings.get(sign) !== undefined));
  if (found) return found[0];
  // A database on this server is reached by its socket.
  return settings.get(Setting.DATABASE_WRITER)?.startsWith('/') === true ? 1 : 2;
}
