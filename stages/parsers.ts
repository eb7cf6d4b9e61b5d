/** Reads the text of one key, or refuses it with what is allowed. */
export type Parser<T> = (value: string, refuse: (allowed: string) => never) => T;

/** A parser for each key. */
export type Parsers<T> = { readonly [K in keyof T]-?: Parser<NonNullable<T[K]>> };

/** A whole number between two others, or undefined. */
export function wholeNumber(value: string, min: number, max: number): number | undefined {
  const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
  return number >= min && number <= max ? number : undefined;
}
