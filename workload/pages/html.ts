/** Text that is HTML already. */
export class Html {
  public constructor(public readonly markup: string) {}
}

type Value = Html | string | number | readonly (Html | string)[] | undefined | false;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made harmless inside an element or a quoted attribute. */
export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Builds HTML from a template. Whatever is put in is escaped, unless it is HTML itself; nothing and `false` put in nothing. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(literals.reduce((markup, literal, index) => markup + markupOf(values[index - 1]) + literal));
}

function markupOf(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escape(String(value));
}
