import type { Ladder, Rung, Sign } from '../ladder';
import type { Hot } from './picture';
import type { View } from './state';
import { count } from './words';

/** What a sign shows at a load, in its own unit. */
export interface Reading {
  readonly sign: Sign;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly isOver: boolean;
}

/** `CPU of the server (%)` as a name and a unit. */
export function nameOf({ title }: Sign): readonly [name: string, unit: string] {
  const [, name = title, unit = ''] = /^(.*) \((\S+)\)$/.exec(title) ?? [];
  return [name, unit];
}

/**
 * Signs at a load. It is a model: what grows with the load grows in proportion, and reaches its limit where the users end for whom the stage is made.
 * @param most users for whom the stage is made.
 */
export function readingsOf({ signs }: Pick<Rung, 'signs'>, users: number, most: number): Reading[] {
  const isTooMuch = users > most;
  return signs.flatMap((sign): Reading[] => {
    if (sign.constant === 'not by load') return [];
    const [name, unit] = nameOf(sign);
    const value = sign.constant ?? (sign.threshold * users) / most;
    // What stays the same at any load says nothing alone.
    return [{ sign, name, unit, value, isOver: isTooMuch && value > sign.threshold }];
  });
}

/** Boxes that are over their limit, each with the signs that say so. */
export function heatOf(rung: Rung, users: number, most: number): Hot[] {
  const signs = rung.signs.map((sign): Reading => {
    const [name, unit] = nameOf(sign);
    return { sign, name, unit, value: Infinity, isOver: true };
  });
  const over = (users === Infinity ? signs : readingsOf(rung, users, most)).filter(
    ({ isOver, sign }) => isOver && sign.thing !== undefined,
  );
  return [...new Set(over.map(({ sign }) => sign.thing ?? ''))].map((thing) => ({
    thing,
    words: over
      .filter(({ sign }) => sign.thing === thing)
      .map(({ name, unit, sign }) => `${name} > ${limitOf(sign, unit)}`)
      .join(' · '),
  }));
}

/** `80 %`, `20 ms`. */
export function limitOf({ threshold }: Sign, unit: string): string {
  return unit === 's' && threshold < 1 ? `${count(threshold * 1000)} ms` : `${count(threshold)}${unit === '' ? '' : ` ${unit}`}`;
}

/** `54 %`, `12 ms`. */
export function valueOf({ value, unit, sign }: Reading): string {
  return unit === 's' && sign.threshold < 1 ? `${Math.round(value * 1000)} ms` : `${Math.round(value)}${unit === '' ? '' : ` ${unit}`}`;
}

/** Step of the load scale: the one that somebody chose, else the one for which the stage is priced. */
export function loadStep({ load }: Ladder, { load: chosen }: View, rung: Rung): number {
  if (chosen !== undefined || !load) return chosen ?? 0;
  const users = rung.price?.users ?? 0;
  const distance = (step: number): number => Math.abs(Math.log(load.steps[step].users / users));
  return load.steps.reduce((best, _, step) => (distance(step) < distance(best) ? step : best), 0);
}

/** Users a month at that step. */
export function usersAt(ladder: Ladder, view: View, rung: Rung): number {
  return ladder.load?.steps[loadStep(ladder, view, rung)].users ?? 0;
}
