/** Whether a text is an id that the database can hold: a positive 64-bit number. */
export function isId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) < 2n ** 63n;
}
