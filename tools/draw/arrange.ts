import { KINDS, KIND_NAMES, type Shelf } from '../picture/kinds';
import type { Network, Picture, Place, Region, Thing } from '../picture/model';
import { groupBy } from '../shared/words';

/** From so many regions on, further ones are narrow: their zones are one column. */
const MANY_REGIONS = 3;
/** Columns of a region without a network. */
const COLUMNS = 4;

const SHELVES: readonly Shelf[] = ['entry', 'compute', 'work', 'data', 'safe'];

/** The picture as it is drawn: things in the order of their kinds, narrow regions, shelves where no network is. */
export function arranged(picture: Picture): Picture {
  const ordered = [...picture.things].sort((a, b) => rank(a) - rank(b));
  return shelved(narrowed({ ...picture, things: ordered }));
}

/** What has gone stands last, so that nothing else moves for it. */
function rank({ kind, mark }: Thing): number {
  return KIND_NAMES.indexOf(kind) + (mark === 'gone' ? KIND_NAMES.length : 0);
}

function narrowed(picture: Picture): Picture {
  if (picture.regions.length < MANY_REGIONS) return picture;
  const narrow = new Set(picture.regions.slice(1).map(({ id }) => id));
  const regions = picture.regions.map((region): Region =>
    narrow.has(region.id) ? { ...region, networks: region.networks.map(oneColumn) } : region,
  );
  const things = picture.things.map((thing) => {
    const { place } = thing;
    if (place.at !== 'subnets' || !narrow.has(place.region)) return thing;
    const labels = [...groupBy(thing.members, ({ label }) => label)].map(([label, all]) =>
      all.length > 1 && label !== 'servers' ? `${all.length} ${label}s` : label,
    );
    return { ...thing, place: { ...place, zones: [0] }, members: labels.length > 0 ? [{ label: labels.join(', '), zone: 0 }] : [] };
  });
  const gateways = groupBy(things, ({ kind, place }) =>
    kind === 'nat' && place.at === 'subnets' && narrow.has(place.region) ? `${place.network} ${place.row}` : '',
  );
  gateways.delete('');
  const folded = new Map([...gateways.values()].flatMap((all) => all.map((one, index) => [one.id, index === 0 ? all : []] as const)));
  return {
    ...{ ...picture, regions },
    things: things.flatMap((thing) => {
      const all = folded.get(thing.id);
      if (all === undefined) return [thing];
      return all.length === 0
        ? []
        : [{ ...thing, count: all.length, own: all.length, resources: all.flatMap(({ resources }) => resources) }];
    }),
  };
}

function oneColumn(network: Network): Network {
  return { ...network, zones: [`${network.zones.length} zones`], rows: network.rows.map((row) => ({ ...row, zones: [0] })) };
}

/** A region without a network gets shelves from entry to data, as if they were rows. */
function shelved(picture: Picture): Picture {
  const bare = new Set(picture.regions.filter(({ networks }) => networks.length === 0).map(({ id }) => id));
  if (bare.size === 0) return picture;
  const seats = new Map<string, number>();
  const things = picture.things.map((thing) => {
    const { place } = thing;
    if (place.at !== 'region' || !bare.has(place.region)) return thing;
    const { shelf } = KINDS[thing.kind];
    const key = `${place.region} ${shelf}`;
    const seat = seats.get(key) ?? 0;
    seats.set(key, seat + 1);
    const now: Place = { at: 'subnets', region: place.region, network: shelvesOf(place.region), row: shelf, zones: [seat % COLUMNS] };
    return { ...thing, place: now };
  });
  const regions = picture.regions.map((region) => {
    if (!bare.has(region.id)) return region;
    const used = SHELVES.filter((shelf) => seats.has(`${region.id} ${shelf}`));
    const width = Math.min(COLUMNS, Math.max(...used.map((shelf) => seats.get(`${region.id} ${shelf}`) ?? 0)));
    const columns = Array.from({ length: width }, (_, index) => index);
    const rows = used.map((shelf) => ({ id: shelf, name: '', kind: 'private' as const, zones: columns }));
    return { ...region, networks: [{ id: shelvesOf(region.id), title: '', zones: columns.map(() => ''), rows, resources: [] }] };
  });
  return { ...picture, regions, things };
}

function shelvesOf(region: string): string {
  return `shelves of ${region}`;
}
