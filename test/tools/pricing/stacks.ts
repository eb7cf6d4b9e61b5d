import type { Resource, StackTemplate } from '../../../tools/shared/template';
import euWest1 from '../../../tools/pricing/prices/eu-west-1.json';
import usEast1 from '../../../tools/pricing/prices/us-east-1.json';
import { DOMAIN } from '../../support/context';
import { deployed } from '../../support/deployed';

const GLOBAL = { ...DOMAIN, regions: 'us-east-1,eu-west-1' };

/** The stacks of a stage as the command sees them; at the last one, of two regions. */
export function stacksOf(stage: number, context: Record<string, unknown> = {}): StackTemplate[] {
  return deployed({ ...(stage === 6 ? GLOBAL : {}), stage, ...context });
}

/** A stack of resources by hand. */
export function stack(resources: Readonly<Record<string, Resource>>, region = 'us-east-1'): StackTemplate {
  return { name: 'hand', region, template: { Resources: resources } };
}

interface Entry {
  readonly usd?: number;
  readonly tiers?: readonly (readonly (number | null)[])[];
}

const BOOKS: Readonly<Record<string, Readonly<Record<string, Entry>>>> = { 'us-east-1': usEast1.prices, 'eu-west-1': euWest1.prices };

/** A price as the committed file says it: of the first unit, where there are tiers. */
export function price(key: string, region = 'us-east-1'): number {
  const { usd, tiers } = BOOKS[region][key];
  return usd ?? tiers![0][1]!;
}
