import { RemovalPolicy } from 'aws-cdk-lib';
import type { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { type DataModel, DeploymentName, Network, Profile, Regions, Places, Routing, ShardStrategy, type Sizes } from '../lib';
import { InvalidInput } from '../lib/foundation/invalid-input';
import { Catalogue } from './catalogue';
import { DatabaseChoice } from './database-choice';
import { refuseWay } from './database-way';
import { parseLogLock } from './log-lock';
import { readModel } from './model-file';
import { nearest } from './nearest';
import { type Parsers, wholeNumber } from './parsers';
import { SessionChoice } from './session-choice';
import { SIZE_PARSERS } from './sizes';

/** All that a deployment can be told, parsed and checked. */
export interface Context extends Sizes {
  /** Which blueprint: 1 to the highest stage that is built. Required; there is no silent default. */
  readonly stage: number;
  /** The stage that is deployed now, for the bridge from it: always the one below. */
  readonly from?: number;
  /** Name of the deployment, the first part of every name in AWS. Default `webapp`. */
  readonly name: string;
  /** Regions; the first is the founding one. Default `us-east-1`. */
  readonly regions: string[];
  /** Three zones of the founding region, instead of its default ones. */
  readonly azs?: string[];
  /** IPv4 ranges of the VPCs, a private /16 for each region in their order. */
  readonly cidr?: string[];
  /** The website's name. */
  readonly domain?: string;
  /** The hosted zone that holds the name; goes with `domain`. */
  readonly hostedZoneId?: string;
  /** How DNS chooses between regions. Default `latency`. */
  readonly routing: Routing;
  /** Which region's servers usually answer users of which places, with geolocation. */
  readonly places?: Places;
  /** How much it may cost: sizes for all that no key of its own says. Default `production`. */
  readonly profile: Profile;
  /** Shards of the users' database, 1 to 1,024. */
  readonly shards?: number;
  /** Shards that hold users now, for the bridge to more. */
  readonly serving?: number;
  /** How the shard of a user is found. Default `range`. */
  readonly sharding?: ShardStrategy;
  /** Where the data is from stage 5 on. Default: over shards for an application that knows them, one cluster for any other. */
  readonly database?: DatabaseChoice;
  /** Where the data is now, for the bridge inside a stage to another `database`. */
  readonly fromDatabase?: DatabaseChoice;
  /** Which tables go to which database, for shards of an application of the user's own. */
  readonly model?: DataModel;
  /** Where sessions are from stage 4 on. Default `valkey`. */
  readonly sessions?: SessionChoice;
  /** Directory of an application of the user's own. */
  readonly app?: string;
  /** Address that hears of alarms, once its owner has confirmed it. */
  readonly alarmEmail?: string;
  /** What the deployment may cost a month, in US dollars: an alarm tells before it costs more. */
  readonly budget?: number;
  /** Drills that run once a week by themselves, in the founding region. Default none. */
  readonly drills?: string[];
  /** Whether a firewall stands before the CDN. Default false: it costs by the month and by the request. */
  readonly waf: boolean;
  /** For how long nobody can delete a copy of the logs, and who still can. Default none. */
  readonly logLock?: ObjectLockRetention;
  /** Whether the whole deployment may be deleted with its data. Default false, and true with `profile=lesson`. */
  readonly disposable: boolean;
}

type Key = keyof Context;

/** The values of an enum, by themselves. */
const valuesOf = <T extends string>(choices: { readonly [name: string]: T }): ReadonlyMap<string, T> =>
  new Map(Object.values(choices).map((choice) => [choice, choice]));

const ROUTINGS = valuesOf(Routing);

const PROFILES = new Map<string, Profile>(Profile.ALL.map((profile) => [profile.name, profile]));

const STRATEGIES = valuesOf(ShardStrategy);
const DATABASES = valuesOf(DatabaseChoice);
const SESSIONS = valuesOf(SessionChoice);

const PARSERS: Parsers<Context> = {
  ...SIZE_PARSERS,
  stage: (value, refuse) =>
    wholeNumber(value, 1, Catalogue.HIGHEST) ?? refuse(`allowed are 1 to ${Catalogue.HIGHEST}; type npx cdk synth -c stage=1`),
  from: (value, refuse) =>
    wholeNumber(value, 1, Catalogue.HIGHEST - 1) ?? refuse(`allowed is the stage below; type npx cdk deploy -c stage=2 -c from=1`),
  name: (value, refuse) =>
    DeploymentName.isPossible(value)
      ? value
      : refuse('allowed are 2 to 20 lower-case letters, digits and single hyphens, starting with a letter; type -c name=webapp'),
  regions: (value, refuse) => {
    const regions = list(value);
    const unknown = regions.find((region) => !Regions.ALL.includes(region));
    if (unknown !== undefined) {
      const near = nearest(unknown, Regions.ALL, 3);
      return refuse(`${unknown || 'an empty name'} is not an AWS region here; type -c regions=${near ?? 'us-east-1'}`);
    }
    return new Set(regions).size === regions.length ? regions : refuse('each region can stand there once');
  },
  azs: (value, refuse) => {
    const zones = list(value);
    const wellFormed = zones.length === 3 && new Set(zones).size === 3 && zones.every((zone) => /^[a-z]+(?:-[a-z]+)+-\d[a-z]$/.test(zone));
    return wellFormed ? zones : refuse('three different availability zones are needed; type -c azs=us-east-1a,us-east-1b,us-east-1d');
  },
  cidr: (value, refuse) => {
    const ranges = list(value);
    return ranges.every((range) => Network.isPossibleCidr(range)) && new Set(ranges).size === ranges.length
      ? ranges
      : refuse('a private /16 is needed, another one for each region; type -c cidr=10.100.0.0/16');
  },
  domain: (value, refuse) =>
    value.length <= 240 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(value)
      ? value
      : refuse('a lower-case host name without scheme is needed; type -c domain=example.com'),
  hostedZoneId: (value, refuse) =>
    /^Z[A-Z0-9]{6,31}$/.test(value)
      ? value
      : refuse('a Route 53 zone id is Z and capitals or digits; type -c hostedZoneId=Z0123456789ABCDEFGHIJ'),
  routing: (value, refuse) => ROUTINGS.get(value) ?? refuse('allowed are latency and geolocation; type -c routing=latency'),
  places: (value, refuse) => {
    const pairs = list(value).map((pair) => pair.split(':'));
    if (!pairs.every((pair) => pair.length === 2 && Regions.ALL.includes(pair[0]) && pair[1] !== '')) {
      return refuse('pairs of a region and a place are needed; type -c places=eu-west-1:Europe,us-east-1:NorthAmerica');
    }
    const regions = [...new Set(pairs.map(([region]) => region))];
    return new Places(
      Object.fromEntries(regions.map((region) => [region, pairs.filter(([one]) => one === region).map(([, place]) => place)])),
    );
  },
  profile: (value, refuse) => PROFILES.get(value) ?? refuse('allowed are lesson, start and production; type -c profile=start'),
  shards: (value, refuse) => wholeNumber(value, 1, 1024) ?? refuse('allowed are 1 to 1024; type -c shards=2'),
  serving: (value, refuse) =>
    wholeNumber(value, 1, 1023) ?? refuse('allowed are 1 to 1023, less than shards; type -c shards=4 -c serving=2'),
  sharding: (value, refuse) => STRATEGIES.get(value) ?? refuse('allowed are range, hash and directory; type -c sharding=range'),
  database: (value, refuse) => DATABASES.get(value) ?? refuse('allowed are instance, cluster and sharded; type -c database=cluster'),
  fromDatabase: (value, refuse) =>
    value === 'sharded'
      ? refuse('nothing leads back from shards; allowed are instance and cluster')
      : (DATABASES.get(value) ?? refuse('allowed are instance and cluster; type -c database=cluster -c fromDatabase=instance')),
  sessions: (value, refuse) => SESSIONS.get(value) ?? refuse('allowed are valkey and dynamodb; type -c sessions=dynamodb'),
  app: (value) => value,
  model: readModel,
  drills: (value, refuse) => {
    const names = list(value);
    return names.every((name) => /^[a-z]+(-[a-z]+)*$/.test(name)) && new Set(names).size === names.length
      ? names
      : refuse('names of drills are needed, each once; type -c drills=kill-server,fail-over-database');
  },
  alarmEmail: (value, refuse) =>
    /^[^\s@,]+@[^\s@,]+\.[^\s@,.]{2,}$/.test(value) ? value : refuse('an address is needed; type -c alarmEmail=team@example.com'),
  budget: (value, refuse) => wholeNumber(value, 1, 999_999) ?? refuse('allowed are 1 to 999999 US dollars a month; type -c budget=500'),
  waf: (value, refuse) => (['true', 'false'].includes(value) ? value === 'true' : refuse('allowed are true and false; type -c waf=true')),
  logLock: (value, refuse) => parseLogLock(value) ?? refuse('governance or compliance and 1 to 36500 days; type -c logLock=governance:365'),
  disposable: (value, refuse) =>
    ['true', 'false'].includes(value) ? value === 'true' : refuse('allowed are true and false; type -c disposable=true'),
};

const KEYS = Object.keys(PARSERS) as Key[];

/**
 * Reads a deployment's context, all of it, once.
 * @param raw the context of the CDK app: `-c key=value` arrives as text, cdk.json also as numbers, booleans and lists.
 */
export function parseContext(raw: Readonly<Record<string, unknown>>): Context {
  refuseNearMisses(Object.keys(raw));
  if (raw.stage === undefined) {
    throw new InvalidInput(`stage is missing: allowed are 1 to ${Catalogue.HIGHEST}; type npx cdk synth -c stage=1`);
  }
  const given = KEYS.filter((key) => raw[key] !== undefined).map((key) => [key, parse(key, text(key, raw[key]))]);
  const said = Object.fromEntries(given) as Partial<Context> & Pick<Context, 'stage'>;
  const { profile = Profile.PRODUCTION } = said;
  const disposable = profile.removalPolicy === RemovalPolicy.DESTROY;
  const context: Context = {
    ...{ name: 'webapp', regions: ['us-east-1'], routing: Routing.LATENCY, waf: false, profile, disposable },
    ...said,
  };
  refuseContradictions(context);
  return context;
}

function parse(key: Key, value: string): unknown {
  const refuse = (allowed: string): never => {
    throw new InvalidInput(`${key}=${value} is not possible: ${allowed}`);
  };
  return value === '' ? refuse(`it is empty; type a value behind -c ${key}=, or leave it out`) : PARSERS[key](value, refuse);
}

function text(key: Key, value: unknown): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value).trim();
  if (Array.isArray(value)) return value.join(',');
  throw new InvalidInput(`${key} in cdk.json is not a text, a number or a list: write "${key}": "value"`);
}

function refuseContradictions(context: Context): void {
  const { stage, from, serving, fromDatabase, domain, hostedZoneId, azs, regions, routing, places } = context;
  if (from !== undefined && from !== stage - 1) {
    throw new InvalidInput(
      `from=${from} is not possible with stage=${stage}: a bridge leads from the stage below; ${stage === 1 ? 'leave from out' : `type -c stage=${stage} -c from=${stage - 1}`}`,
    );
  }
  if (from !== undefined && serving !== undefined) {
    throw new InvalidInput(`serving=${serving} is not possible with from=${from}: climb first, then grow; leave one of them out`);
  }
  if (fromDatabase !== undefined)
    refuseWay(fromDatabase, context.database, (from ?? serving) !== undefined, Catalogue.blueprint(stage).reach.isGlobal);
  if (domain !== undefined && hostedZoneId === undefined) {
    throw new InvalidInput(`domain=${domain} needs the zone that holds it: type -c domain=${domain} -c hostedZoneId=Z0123456789ABCDEFGHIJ`);
  }
  if (hostedZoneId !== undefined && domain === undefined) {
    throw new InvalidInput(`hostedZoneId=${hostedZoneId} needs the name in it: type -c domain=example.com -c hostedZoneId=${hostedZoneId}`);
  }
  if (azs && !azs.every((zone) => zone.slice(0, -1) === regions[0])) {
    throw new InvalidInput(`azs=${azs.join(',')} are not zones of ${regions[0]}: type -c azs=${regions[0]}a,${regions[0]}b,${regions[0]}c`);
  }
  if (places && routing !== Routing.GEOLOCATION) {
    throw new InvalidInput('places works with geolocation alone: type -c routing=geolocation, or leave places out');
  }
  if (Catalogue.blueprint(stage).reach.isGlobal) refuseIncompleteReach(domain, regions);
  // Raises the same line as the stack would, before anything is built.
  if (!azs) Regions.zones(regions[0]);
}

function refuseIncompleteReach(domain: string | undefined, regions: string[]): void {
  if (domain === undefined) {
    throw new InvalidInput(
      'domain is missing: GeoDNS needs a hosted zone to send users by; type -c domain=example.com -c hostedZoneId=Z0123456789ABCDEFGHIJ',
    );
  }
  if (regions.length < 2 || regions.length > 5) {
    throw new InvalidInput(
      `regions=${regions.join(',')} is not possible at this stage: two to five are needed; type -c regions=us-east-1,eu-west-1`,
    );
  }
  for (const region of regions.slice(1)) Regions.zones(region);
}

/** A key with a namespace belongs to the CDK or to somebody else; a bare one that almost is ours is a slip. */
function refuseNearMisses(keys: string[]): void {
  for (const key of keys.filter((candidate) => /^\w+$/.test(candidate) && !KEYS.includes(candidate as Key))) {
    const meant = nearest(key, KEYS, key.length < 6 ? 1 : 2);
    if (meant !== undefined) throw new InvalidInput(`${key} is not a context key: did you mean -c ${meant}=…`);
  }
}

function list(value: string): string[] {
  return value.split(',').map((item) => item.trim());
}
