import type { Facts } from '../facts';
import type { Risk } from '../model';

/** A stack that leaves the deployment with data in it: no deploy deletes it, and nothing takes care of it any more. */
export function leftStackRisks({ before, after, changes }: Facts): Risk[] {
  const gone = before.filter(({ name, nested }) => !nested && !after.some((stack) => stack.name === name));
  return gone.flatMap(({ name }): Risk[] => {
    const held = changes.filter(({ stack, holdsData }) => holdsData && (stack === name || stack.startsWith(`${name}/`)));
    if (held.length === 0) return [];
    const [first, ...more] = held.map(({ path }) => path);
    const what = more.length === 0 ? `${first}, which holds data, stays` : `${first} and ${more.length} more that hold data stay`;
    return [
      {
        ...{ rule: 'stack-left', stack: name, path: name, logicalId: name, type: 'AWS::CloudFormation::Stack' },
        message: `it is not part of the deployment any more: no deploy deletes or updates it, ${what} in it until somebody deletes the stack, and costs money`,
      },
    ];
  });
}
