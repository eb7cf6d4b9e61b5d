import { useEffect } from 'preact/hooks';
import type { Actions, View } from './state';

/** What keys do, for the page itself and for who reads about it. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['← →', 'one stage back, one on; Page Up and Page Down do the same'],
  ['Home End', 'the first stage, the last'],
  ['Tab, Enter', 'to a box of the picture, and into it'],
  ['Esc', 'back'],
  ['M', 'marks what is new, changed and gone, or not'],
  ['T', "teacher's mode: a question first; → or Space reveals the rest, step by step"],
  ['+ − 0', 'larger, smaller, the whole picture'],
  ['D', 'dark or light'],
  ['?', 'these keys'],
];

const TYPED = /^(INPUT|SELECT|TEXTAREA)$/;
const PRESSED = /^(BUTTON|A|SUMMARY)$/;

/** Listens to the keyboard, wherever the focus is. */
export function useKeys(view: View, { go, change, step }: Actions, last: number, toggleTheme: () => void): void {
  useEffect(() => {
    const on = (): void => {
      step(1);
    };
    const back = (): void => {
      step(-1);
    };
    const zoom = (by: number) => (): void => {
      change({ zoom: Math.min(2.5, Math.max(0.25, (typeof view.zoom === 'number' ? view.zoom : 0.8) * by)) });
    };
    const actions: Readonly<Partial<Record<string, () => void>>> = {
      ...{ ArrowRight: on, PageDown: on, ArrowLeft: back, PageUp: back },
      ...{ '+': zoom(1.25), '=': zoom(1.25), '-': zoom(0.8) },
      Home: () => {
        go(0);
      },
      End: () => {
        go(last);
      },
      m: () => {
        change({ showsMarks: !view.showsMarks, showsBridge: false });
      },
      t: () => {
        change({ lesson: view.lesson === undefined ? 0 : undefined, thing: undefined });
      },
      d: toggleTheme,
      '0': () => {
        change({ zoom: view.zoom === 'whole' ? 'wide' : 'whole' });
      },
      '?': () => {
        change({ showsKeys: !view.showsKeys });
      },
      Escape: () => {
        if (view.showsKeys) change({ showsKeys: false });
        else if (view.thing !== undefined) change({ thing: undefined });
        else change({ lesson: undefined, showsBridge: false });
      },
    };
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      // A slider has its own arrows, and takes no letters.
      if (TYPED.test(target.tagName) && (/^(Arrow|Page|Home|End)/.test(event.key) || target.getAttribute('type') !== 'range')) return;
      const isPressing = PRESSED.test(target.tagName) || target.getAttribute('role') === 'button';
      const reveals = view.lesson !== undefined && event.key === ' ' && !isPressing;
      const action = reveals ? actions.ArrowRight : actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
    };
  }, [view, go, change, step, last, toggleTheme]);
}
