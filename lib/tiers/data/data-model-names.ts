import { InvalidInput } from '../../foundation/invalid-input';
import { Setting } from '../../foundation/settings/settings';

/** Clusters with their users have to fit into the region's stack, beside eight shards. */
const MOST_FUNCTIONS = 8;

/** Letters and digits of a name: an identifier of RDS has 63, of which the deployment's name, the number of a shard and the region take 41. */
const LONGEST = 22;

/** What databases of the reference application are called, which a model may call its own so, too. */
const OF_FUNCTIONS = ['products', 'orders'];

/** What other settings, parameters or constructs are called. */
const RESERVED = [
  ...Object.values(Setting).map((setting) => setting.split('/')[0]),
  ...['core', 'cluster', 'climb', 'application', 'ground', 'reference', 'left', 'release', 'master', 'jdbc'],
].filter((name) => !OF_FUNCTIONS.includes(name));

/** Refuses names of functions. A hyphen would make two deployments one: `a-b` of `shop`, and `b` of `shop-a`. */
export function refuseNames([sharded, ...functions]: string[]): void {
  const names = [sharded, ...functions];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidInput(`function ${twice} is there twice: a function has a name of its own`);
  for (const name of names) {
    if (!/^[a-z][a-z0-9]+$/.test(name) || name.length > LONGEST) {
      throw new InvalidInput(
        `function ${name} has no name that is possible: allowed are 2 to ${LONGEST} lower-case letters and digits, starting with a letter, such as tenants`,
      );
    }
    if (RESERVED.includes(name) || name.startsWith('shard')) {
      throw new InvalidInput(`function ${name} is called like something else of a deployment: choose another name`);
    }
  }
  // The construct of the application's logins is called so, and those of shards by their number.
  const like = functions.find((name) => name === 'users' || (name.startsWith(sharded) && /^\d+$/.test(name.slice(sharded.length))));
  if (like !== undefined) throw new InvalidInput(`function ${like} is called like something else of a deployment: choose another name`);
  if (names.length > MOST_FUNCTIONS + 1) {
    throw new InvalidInput(
      `${names.length - 1} functions beside the sharded one are too many for one stack: allowed are ${MOST_FUNCTIONS}`,
    );
  }
}

/**
 * Refuses short names where the deployment's name has a hyphen: policies know a shard of `shop` by four characters behind `shop-tenants-`,
 * and a function `cart` of `shop-tenants` would be one.
 */
export function refuseShortNames(deployment: string, functions: string[]): void {
  const short = functions.find((name) => name.length < 5);
  if (short !== undefined && deployment.includes('-')) {
    throw new InvalidInput(
      `function ${short} is too short in the deployment ${deployment}, whose hyphen lets it be taken for a shard of another one: choose 5 letters or more, or a name without a hyphen`,
    );
  }
}

/** Refuses what PostgreSQL knows by no plain name, and tables that would have to be in two places. */
export function refuseTables(tables: [table: string, where: string][], keys: string[]): void {
  for (const name of [...tables.map(([table]) => table), ...keys]) {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
      throw new InvalidInput(
        `table or column ${name} is not possible: allowed are lower-case letters, digits and underscores, in the schema public`,
      );
    }
  }
  for (const [index, [table, where]] of tables.entries()) {
    const before = tables.slice(0, index).find(([other]) => other === table);
    if (before) throw new InvalidInput(`table ${table} is named twice, in ${before[1]} and in ${where}: name it once`);
  }
}
