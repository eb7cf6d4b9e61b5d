import type { StackTemplate } from '../shared/template';
import { list, sayer } from '../shared/words';
import { type Item, Plan, at } from '../pricing/plan';
import { region, account, world } from './name-places.json';

/** Where no other resource of a type may have the same name. */
export type Reach = 'region' | 'account' | 'world';

/** A physical name that a deployment takes. */
export interface Name {
  readonly type: string;
  readonly name: string;
  readonly reach: Reach;
  /** Where the stack is. */
  readonly region: string;
  readonly stack: string;
}

const PLACES: Readonly<Record<Reach, Readonly<Record<string, string>>>> = { region, account, world };

/** Types of which this page knows where their name stands. */
export const NAMED_TYPES: readonly string[] = Object.values(PLACES).flatMap((places) => Object.keys(places));

/** All physical names that are known before the deployment; `<account>` stands for the number of the account. */
export function namesOf(stacks: readonly StackTemplate[]): Name[] {
  const plan = new Plan(stacks);
  return (Object.keys(PLACES) as Reach[]).flatMap((reach) =>
    Object.entries(PLACES[reach]).flatMap(([type, path]) =>
      plan
        .of(type)
        .flatMap((item) => named(item, path, stacks).map((name) => ({ type, name, reach, region: item.region, stack: item.stack.name }))),
    ),
  );
}

function named(item: Item, path: string, stacks: readonly StackTemplate[]): string[] {
  const say = sayer(item.stack, stacks);
  return list(at(item, ...path.split('.')))
    .map(say)
    .filter((name) => name !== '');
}
