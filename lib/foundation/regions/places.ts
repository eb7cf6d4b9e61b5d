import * as route53 from 'aws-cdk-lib/aws-route53';
import { InvalidInput } from '../invalid-input';

/** A continent or a country, as Route 53 knows it. */
export interface Place {
  /** Construct id and end of the set identifier, such as `Europe` or `DE`. */
  readonly id: string;
  /** What Route 53 compares the user's place with. */
  readonly geoLocation: route53.GeoLocation;
}

const CONTINENTS: Readonly<Record<string, route53.Continent>> = {
  Africa: route53.Continent.AFRICA,
  Antarctica: route53.Continent.ANTARCTICA,
  Asia: route53.Continent.ASIA,
  Europe: route53.Continent.EUROPE,
  Oceania: route53.Continent.OCEANIA,
  NorthAmerica: route53.Continent.NORTH_AMERICA,
  SouthAmerica: route53.Continent.SOUTH_AMERICA,
};

/**
 * Which region's servers usually answer users of which places; users of no place get the nearest region. It says nothing about where data is:
 * every region has a copy of all of it, writes go to one region, DNS sees the edge of the CDN and not the user, and the next region
 * takes over when one is dark. Rules on where personal data may be need a deployment of their own for each place.
 */
export class Places {
  private readonly regions: { readonly [region: string]: Place[] };

  /**
   * @param regions region to places: a continent (`Europe`, `NorthAmerica`, …) or the two capitals of a country (`DE`). A place has one region.
   */
  public constructor(regions: { readonly [region: string]: string[] }) {
    const all = Object.values(regions).flat();
    const twice = all.find((place, index) => all.indexOf(place) !== index);
    if (twice !== undefined) throw new InvalidInput(`place ${twice} has two regions: give it to one`);
    this.regions = Object.fromEntries(Object.entries(regions).map(([region, places]) => [region, places.map(placeOf)]));
  }

  /** The places that a region serves. */
  public placesOf(region: string): Place[] {
    return this.regions[region] ?? [];
  }
}

function placeOf(id: string): Place {
  if (id in CONTINENTS) return { id, geoLocation: route53.GeoLocation.continent(CONTINENTS[id]) };
  if (/^[A-Z]{2}$/.test(id)) return { id, geoLocation: route53.GeoLocation.country(id) };
  throw new InvalidInput(
    `place ${id} is neither a continent (${Object.keys(CONTINENTS).join(', ')}) nor two capitals of a country such as DE`,
  );
}
