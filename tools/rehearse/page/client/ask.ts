/// <reference lib="dom" />
import type { Ask } from '../messages';
import { get } from './dom';

const SHOWN_MS = 6_000;
let hide = 0;

/** Asks the rehearsal for something; a refusal is shown for a while. */
export function ask(what: Ask): void {
  void fetch('do', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) })
    .then(async (response) => (response.ok ? '' : response.text()))
    .catch(() => 'the rehearsal does not answer')
    .then((line) => {
      if (line === '') return;
      const place = get('refused');
      place.textContent = line;
      place.hidden = false;
      clearTimeout(hide);
      hide = window.setTimeout(() => {
        place.hidden = true;
      }, SHOWN_MS);
    });
}
