import type { StackTemplate } from './template';

/**
 * Gives stacks of one name in several accounts, regions or stages of an app names of their own, the same on both sides: `web (eu-west-1)`.
 * A stack that says no region may be any of them, so it keeps its name.
 */
export function toldApart(sides: readonly (readonly StackTemplate[])[]): StackTemplate[][] {
  const all = sides.flat().filter(({ nested }) => !nested);
  const twice = new Set(sides.flatMap((stacks) => repeated(stacks.filter(({ nested }) => !nested).map(spotOf))));
  const placeOf = (stack: StackTemplate): string =>
    [environmentOf(stack), twice.has(spotOf(stack)) ? (stack.stage ?? '') : ''].filter((part) => part !== '').join(' ');
  const places = new Map<string, Set<string>>();
  for (const stack of all) {
    const place = placeOf(stack);
    if (place !== '') places.set(stack.name, (places.get(stack.name) ?? new Set()).add(place));
  }
  const isAmbiguous = (name: string): boolean => (places.get(name)?.size ?? 0) > 1;
  const isOneAccount = (name: string): boolean =>
    new Set(all.filter((stack) => stack.name === name).map(({ account }) => account)).size === 1;
  return sides.map((stacks) => {
    const names = new Map<string, string>();
    return stacks.map((stack) => {
      const { nested, region } = stack;
      if (!nested) {
        if (!isAmbiguous(stack.name) || placeOf(stack) === '') return stack;
        const isPlain = region !== undefined && isOneAccount(stack.name) && !twice.has(spotOf(stack));
        const name = `${stack.name} (${isPlain ? region : placeOf(stack)})`;
        names.set(`${stack.name} ${placeOf(stack)}`, name);
        return { ...stack, name, realName: stack.realName ?? stack.name };
      }
      const [root, ...below] = stack.name.split('/');
      const named = names.get(`${root} ${placeOf({ ...stack, name: root })}`);
      if (named === undefined) return stack;
      const parent = nested.parent.replace(root, () => named);
      return { ...stack, name: [named, ...below].join('/'), nested: { ...nested, parent } };
    });
  });
}

function environmentOf({ account, region }: StackTemplate): string {
  return region === undefined ? '' : `${account ?? ''}/${region}`.replace(/^\//, '');
}

const spotOf = (stack: StackTemplate): string => `${stack.name} ${environmentOf(stack)}`;

function repeated(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}
