import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Token } from 'aws-cdk-lib';
import { InvalidInput } from '../invalid-input';

/** What instance types are for. */
export enum OfferKind {
  /** EC2 on Graviton. */
  SERVERS = 'servers',
  /** ElastiCache nodes, without `cache.`. */
  CACHES = 'caches',
  /** RDS for PostgreSQL, without `db.`. */
  DATABASES = 'databases',
  /** Aurora PostgreSQL, without `db.`. */
  CLUSTERS = 'clusters',
}

/** A row of the table. What is missing is not known, and then nothing is refused. */
interface Row {
  readonly servers?: string;
  readonly caches?: string;
  readonly databases?: string;
  readonly clusters?: string;
  readonly without?: string;
  readonly lacks?: string[];
  readonly zonesWithout?: { readonly [zone: string]: string };
}

interface Table {
  readonly asOf: string;
  readonly sources: string[];
  readonly sizes: { readonly [kind: string]: { readonly [family: string]: string | undefined } };
  readonly regions: { readonly [region: string]: Row | undefined };
}

const TABLE = JSON.parse(readFileSync(join(__dirname, 'offers.json'), 'utf8')) as Table;

/** What each region has, from a committed table with a date and sources (`offers.json`, by `refresh.py`): nothing is asked of AWS. */
export class RegionOffers {
  /** Day of the table. */
  public static readonly AS_OF: string = TABLE.asOf;

  /** Where the table comes from. */
  public static readonly SOURCES: string[] = TABLE.sources;

  /** Whether a region has a service, such as `fis`. True where the table doesn't know. */
  public static hasService(region: string, service: string): boolean {
    return !TABLE.regions[region]?.lacks?.includes(service);
  }

  /** Whether a region has an instance type, such as `t4g.medium`. True where the table knows neither the region nor the family. */
  public static hasType(kind: OfferKind, region: string, type: string): boolean {
    const [family, size] = type.split('.');
    const sizes = TABLE.sizes[kind][family];
    if (sizes === undefined) return true;
    if (!sizes.split(' ').includes(size)) return false;
    const row = TABLE.regions[region];
    const families = row?.[kind];
    if (row === undefined || families === undefined) return true;
    return families.split(' ').includes(family) && !(row.without ?? '').split(' ').includes(`${kind}:${type}`);
  }

  /** Whether the table knows the family of an instance type; AWS may have newer ones. */
  public static knowsFamily(kind: OfferKind, type: string): boolean {
    return TABLE.sizes[kind][type.split('.')[0]] !== undefined;
  }

  /**
   * The types out of some that a region has, in their order; all of them where it is not known.
   * @param candidates instance types such as `t4g.medium`.
   */
  public static among(kind: OfferKind, region: string, candidates: string[]): string[] {
    if (Token.isUnresolved(region)) return [...candidates];
    const there = candidates.filter((type) => RegionOffers.hasType(kind, region, type));
    if (there.length > 0) return there;
    throw new InvalidInput(`region ${region} has none of ${candidates.join(', ')} (${TABLE.asOf}): name an instance type that it has`);
  }

  /**
   * Refuses an instance type that exists nowhere or not in a region, with the nearest one that is there.
   * @param type an instance type such as `t4g.medium`; a token passes.
   */
  public static check(kind: OfferKind, region: string, type: string): void {
    if (Token.isUnresolved(type)) return;
    if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(type)) {
      throw new InvalidInput(`instance type ${type} is not possible: type a family and a size such as t4g.medium`);
    }
    if (Token.isUnresolved(region) || RegionOffers.hasType(kind, region, type)) return;
    const [family, size] = type.split('.');
    const isPossible = TABLE.sizes[kind][family]?.split(' ').includes(size);
    const near = RegionOffers.nearest(kind, region, family, size);
    const why = isPossible ? `not in ${region} (${TABLE.asOf})` : `not a size that ${family} has`;
    throw new InvalidInput(`instance type ${type} is ${why}: ${near === undefined ? 'choose another family' : `the nearest is ${near}`}`);
  }

  /** Zones of a region, by their ids, that lack families of Graviton which other zones of it have. */
  public static zonesWithout(region: string, families: string[]): string[] {
    const zones = Object.entries(TABLE.regions[region]?.zonesWithout ?? {});
    return zones.filter(([, missing]) => families.some((family) => missing.split(' ').includes(family))).map(([zone]) => zone);
  }

  /** The same family in another size, or the same size of a family that is like it. */
  private static nearest(kind: OfferKind, region: string, family: string, size: string): string | undefined {
    const alike = (other: string): number =>
      (other === family ? 0 : other.startsWith(family.charAt(0)) ? 1 : 2) + (other.slice(2) === family.slice(2) ? 0 : 0.5);
    const families = Object.entries(TABLE.sizes[kind]).sort(([a], [b]) => alike(a) - alike(b));
    const types = families.flatMap(([name, sizes]) => {
      const all = (sizes ?? '').split(' ');
      return (all.includes(size) ? [size] : name === family ? [all[Math.floor(all.length / 2)]] : []).map((one) => `${name}.${one}`);
    });
    return types.find((type) => RegionOffers.hasType(kind, region, type));
  }
}
