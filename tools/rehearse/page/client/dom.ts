/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** An element of the page that is there; the caller knows its kind. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as querySelector has it
export function get<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as E;
}

/** A new element with what is in it. */
export function make(tag: string, look: string, ...inside: readonly (string | Node)[]): HTMLElement {
  const element = document.createElement(tag);
  if (look !== '') element.className = look;
  element.append(...inside);
  return element;
}
