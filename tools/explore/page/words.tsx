import type { ComponentChildren, JSX } from 'preact';
import type { Mark } from '../../picture/model';
import { percent } from '../../shared/words';

/** A part of a whole. */
export function shareOf(part: number, all: number): string {
  const share = part / all;
  return share < 0.01 ? 'under 1 %' : percent(share);
}

/** A count, with two digits that mean something where it is small. */
export function count(number: number): string {
  return (number < 100 ? Number(number.toPrecision(2)) : Math.round(number)).toLocaleString('en-US');
}

/** Words with `code` in them. */
export function Words({ text }: { readonly text: string }): JSX.Element {
  return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

/** A part of the panel. */
export function Part({
  title,
  id,
  children,
}: {
  readonly title: string;
  readonly id?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="part" id={id}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export const MARKS: Readonly<Record<Mark, string>> = { new: '+ new', changed: '~ changed', gone: '− gone' };
