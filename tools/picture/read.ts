import { prepared } from '../changes/prepare';
import type { StackTemplate } from '../shared/template';
import { groupBy, inOrder } from '../shared/words';
import { USERS, type Ways, behindGroups, merged } from './arrows';
import { copies } from './copies';
import { Deployment, type Entry, nameOfEntry } from './deployment';
import { behindCdn, doors } from './doors';
import { flow } from './flow';
import { folded } from './fold';
import { groundOf } from './ground';
import type { Arrow, Listed, Picture, Region, ResourceName, Thing } from './model';
import { partsOf } from './parts';
import { rights } from './rights';
import { draftsOf } from './things';

/**
 * Reads an architecture from its templates: every resource is drawn, folded into one that is, part of a network, or counted.
 * @param stacks all stacks of a deployment, as `readAssembly` and `synthesizeStage` give them.
 * @param title what stands above the picture.
 */
export function pictureOf(stacks: readonly StackTemplate[], title: string): Picture {
  const { after: now } = prepared([], stacks);
  const deployment = new Deployment(now);
  const ground = groundOf(deployment);
  const drafts = draftsOf(deployment, ground);
  const parts = partsOf(deployment, drafts);
  const ways: Ways = { deployment, drafts, parts, behind: behindGroups(deployment, drafts) };
  const found = [flow(ways), doors(ways), rights(ways), copies(ways)];
  const seen = behindCdn(
    found.flatMap(({ arrows }) => arrows),
    drafts,
  );
  const { things, ids } = folded(drafts);
  const arrows = merged(seen.arrows.map((one) => ({ ...one, from: ids.get(one.from) ?? one.from, to: ids.get(one.to) ?? one.to })));
  const withParts = things.map((thing) => ({ ...thing, resources: [...thing.resources, ...partsOfThing(deployment, parts.thing, thing)] }));
  return {
    ...{ version: 1, title },
    regions: inOrderOfNetworks(ground.regions, drafts)
      .map((region) => withGround(region, deployment, parts.network))
      .filter((region) => isSeen(region, withParts)),
    things: [...(arrows.some(({ from }) => from === USERS) ? [users()] : []), ...withParts],
    arrows: arrows.sort(byIds),
    openings: [...found, seen].flatMap(({ openings = [] }) => openings),
    listed: listedOf(deployment.entries.filter(({ key }) => !parts.thing.has(key) && !parts.network.has(key))),
  };
}

function users(): Thing {
  return {
    id: USERS,
    kind: 'users',
    title: 'Users',
    what: '',
    size: '',
    place: { at: 'outside' },
    count: 1,
    members: [],
    resources: [],
    own: 0,
  };
}

/** What is folded into a thing, without itself. */
function partsOfThing(deployment: Deployment, owners: ReturnType<typeof partsOf>['thing'], thing: Thing): ResourceName[] {
  const own = new Set(thing.resources.map(({ stack, logicalId }) => `${stack}\n${logicalId}`));
  const byOwner = partsByOwner(deployment, owners);
  return [...own]
    .flatMap((key) => byOwner.get(key) ?? [])
    .filter(({ key }) => !own.has(key))
    .map(nameOfEntry);
}

const KNOWN = new WeakMap<Deployment, Map<string, Entry[]>>();

function partsByOwner(deployment: Deployment, owners: ReturnType<typeof partsOf>['thing']): Map<string, Entry[]> {
  const known = KNOWN.get(deployment);
  if (known) return known;
  const found = groupBy(
    deployment.entries.filter(({ key }) => owners.has(key)),
    ({ key }) => owners.get(key)?.entry.key ?? '',
  );
  KNOWN.set(deployment, found);
  return found;
}

function withGround(region: Region, deployment: Deployment, owners: ReadonlyMap<string, string>): Region {
  const of = (id: string): ResourceName[] => deployment.entries.filter(({ key }) => owners.get(key) === id).map(nameOfEntry);
  return { ...region, networks: region.networks.map((network) => ({ ...network, resources: of(network.id) })) };
}

/** The region whose network comes first is deployed first: the founding one. */
function inOrderOfNetworks(regions: readonly Region[], drafts: readonly { readonly entry: Entry }[]): Region[] {
  const order = [...new Set(drafts.filter(({ entry }) => entry.type === 'AWS::EC2::InternetGateway').map(({ entry }) => entry.region))];
  const rank = ({ id }: Region): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...regions].sort((a, b) => rank(a) - rank(b));
}

/** A stack with nothing to draw, such as a certificate alone, is no region of its own. */
function isSeen({ id, networks }: Region, things: readonly Thing[]): boolean {
  return networks.length > 0 || things.some(({ place }) => place.at !== 'global' && place.at !== 'outside' && place.region === id);
}

function listedOf(entries: readonly Entry[]): Listed[] {
  return [...groupBy(entries, ({ type }) => type)]
    .map(([type, all]) => ({ type, count: all.length }))
    .sort((a, b) => inOrder(a.type, b.type));
}

function byIds(a: Arrow, b: Arrow): number {
  return inOrder(a.from, b.from) || inOrder(a.to, b.to);
}
