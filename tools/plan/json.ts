import { BadInput } from '../shared/bad-input';
import { REST } from './names';
import { kindOf, type Proposal } from './propose';

/** A proposal as the file that `-c model=` takes. JSON has no place for reasons. */
export function asJson({ catalog, sharded, whole, rest, reference }: Proposal): string {
  if (!sharded) {
    throw new BadInput(
      `${catalog.place} has no table that carries the key of another, so there is nothing to spread: -c database=cluster needs no model`,
    );
  }
  const { name, anchor, key, colocated } = sharded;
  const names = (tables: Proposal['rest']): string[] => tables.map((table) => table.name);
  const model = {
    sharded: {
      ...{ name, table: anchor.name, key: key.name, keyType: kindOf(key.type) },
      colocated: Object.fromEntries(colocated.map(({ table, key: column = '' }) => [table.name, column])),
    },
    whole: Object.fromEntries(whole.map((one) => [one.name, names(one.tables)])),
    ...((rest.length > 0 || whole.length === 0) && { rest: REST }),
    reference: names(reference),
  };
  return `${JSON.stringify(model, undefined, 2)}\n`;
}
