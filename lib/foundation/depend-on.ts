import type { Construct, IDependable } from 'constructs';

/**
 * Lets the resource behind a construct wait for others. `construct.node.addDependency` would let everything wait that is ever put under it:
 * a proxy under a database, for example, which the others need.
 */
export function dependOn(construct: Construct, ...others: IDependable[]): void {
  (construct.node.defaultChild ?? construct).node.addDependency(...others);
}
