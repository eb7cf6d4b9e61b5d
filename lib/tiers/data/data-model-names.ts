import { InvalidInput } from '../../foundation/invalid-input';
import { Setting } from '../../foundation/settings/settings';

/** Clusters with their users have to fit into the region's stack, beside eight shards. */
const MOST_FUNCTIONS = 8;

/** What databases of the reference application are called, which a model may call its own so, too. */
const OF_FUNCTIONS = ['products', 'orders'];

/** What other settings, parameters or constructs are called. */
const RESERVED = [
  ...Object.values(Setting).map((setting) => setting.split('/')[0]),
  ...['core', 'cluster', 'climb', 'application', 'ground', 'reference', 'left', 'release', 'master'],
].filter((name) => !OF_FUNCTIONS.includes(name));

/** Refuses names of functions: with fewer letters one could be taken for the number of another deployment's shard. */
export function refuseNames(names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidInput(`function ${twice} is there twice: a function has a name of its own`);
  for (const name of names) {
    if (!/^[a-z]{5,16}$/.test(name)) {
      throw new InvalidInput(`function ${name} has no name that is possible: allowed are 5 to 16 lower-case letters, such as tenants`);
    }
    if (RESERVED.includes(name) || name.startsWith('shard')) {
      throw new InvalidInput(`function ${name} is called like something else of a deployment: choose another name`);
    }
  }
  if (names.length > MOST_FUNCTIONS + 1) {
    throw new InvalidInput(
      `${names.length - 1} functions beside the sharded one are too many for one stack: allowed are ${MOST_FUNCTIONS}`,
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
