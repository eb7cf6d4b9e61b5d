import type { Passed } from '../servers/front';
import { idIn } from './plan';
import type { Regions } from './regions';

/** Requests a second by where they went: `site` is all that visitors asked for, the rest are logical ids. */
export type Ways = Readonly<Record<string, number>>;

/** What visitors asked for. */
export const SITE = 'site';

/** Reads from nginx's log where requests went behind it. */
export function waysOf({ all, first: { current }, edge }: Regions, passed: readonly Passed[], seconds: number): Ways {
  const { cdn } = current;
  const servers = new Map(
    all.flatMap((region) => region.fleet.members.map(({ host, part }) => [new URL(host.url).host, region.labelled(part.id)])),
  );
  const placeOf = (address: string, path: string): string | undefined => {
    const region = edge.balancedAt(address);
    if (region?.current.balancer) return region.labelled(region.current.balancer.id);
    const server = servers.get(address);
    if (server !== undefined) return server;
    // What is neither is the imitation of S3; the path says which bucket it was.
    const behaviour = cdn?.behaviours.find((one) => path.startsWith(one.path));
    return behaviour?.origins.map(idIn).find((id) => current.buckets.some((bucket) => bucket.id === id));
  };
  const counts = new Map<string, number>();
  const count = (id: string | undefined): void => {
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  };
  for (const { at, path, asked } of passed) {
    if (at === 'site') count(SITE);
    for (const address of asked) count(placeOf(address, path));
  }
  return Object.fromEntries([...counts].map(([id, number]) => [id, number / seconds]));
}
