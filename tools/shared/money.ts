/** US dollars for people: cents below ten dollars only. */
export function dollars(amount: number): string {
  const size = Math.abs(amount);
  const digits = size > 0 && size < 10 ? 2 : 0;
  if (size > 0 && size < 0.005) return 'under $0.01';
  return `${amount < 0 ? '−' : ''}$${size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** A difference, with its sign. */
export function change(amount: number): string {
  return amount > 0 ? `+${dollars(amount)}` : dollars(amount);
}

/** A budget for an expected bill: a fifth more, rounded up to two digits. */
export function budgetFor(expected: number): number {
  const amount = expected * 1.2;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, amount))) - 1);
  return Math.max(1, Math.ceil(amount / step) * step);
}

/** A quantity that is known roughly: two digits of it count. */
export function rounded(quantity: number): string {
  return Number(quantity.toPrecision(2)).toLocaleString('en-US');
}
