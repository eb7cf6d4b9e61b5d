import type { StackTemplate } from './template';

/**
 * Gives stacks of one name in several accounts or regions names of their own, the same on both sides: `web (eu-west-1)`.
 * A stack that says no region may be any of them, so it keeps its name.
 */
export function toldApart(sides: readonly (readonly StackTemplate[])[]): StackTemplate[][] {
  const all = sides.flat().filter(({ nested }) => !nested);
  const places = new Map<string, Set<string>>();
  for (const stack of all) {
    const place = placeOf(stack);
    if (place !== '') places.set(stack.name, (places.get(stack.name) ?? new Set()).add(place));
  }
  const isAmbiguous = (name: string): boolean => (places.get(name)?.size ?? 0) > 1;
  const accountsOf = (name: string): number => new Set(all.filter((stack) => stack.name === name).map(({ account }) => account)).size;
  return sides.map((stacks) => {
    const names = new Map<string, string>();
    return stacks.map((stack) => {
      const { nested } = stack;
      if (!nested) {
        if (!isAmbiguous(stack.name) || placeOf(stack) === '') return stack;
        const where = accountsOf(stack.name) > 1 ? placeOf(stack) : stack.region;
        const name = `${stack.name} (${String(where)})`;
        names.set(`${stack.name} ${placeOf(stack)}`, name);
        return { ...stack, name, realName: stack.realName ?? stack.name };
      }
      const [root, ...below] = stack.name.split('/');
      const named = names.get(`${root} ${placeOf(stack)}`);
      if (named === undefined) return stack;
      const parent = nested.parent.replace(root, () => named);
      return { ...stack, name: [named, ...below].join('/'), nested: { ...nested, parent } };
    });
  });
}

function placeOf({ account, region }: StackTemplate): string {
  return region === undefined ? '' : `${account ?? ''}/${region}`.replace(/^\//, '');
}
