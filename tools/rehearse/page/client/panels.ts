/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { percent } from '../../../shared/words';
import type { DoneMessage, Messages, PartView, SecondMessage } from '../messages';
import { ask } from './ask';
import { get, make } from './dom';

/** The row of large numbers. */
export function showNumbers({ numbers }: SecondMessage): void {
  const { users, signedIn, requests, failed, p50, p99, fromCdn, cacheHits, lag, queued, busy, broken } = numbers;
  const shareFailed = requests === 0 ? 0 : failed / requests;
  const rows: [string, string, string?][] = [
    ['people', String(users)],
    ['signed in', String(signedIn)],
    ['requests/s', String(requests)],
    ['failed', percent(Math.min(1, shareFailed)), failed > 0 ? 'bad' : ''],
    ['p50 ms', String(p50)],
    ['p99 ms', String(p99)],
    ...(fromCdn === undefined ? [] : ([['from the CDN', percent(fromCdn)]] satisfies [string, string][])),
    ...(cacheHits === undefined ? [] : ([['cache hits', percent(cacheHits)]] satisfies [string, string][])),
    ...(lag === undefined ? [] : ([['copies behind', `${lag.toFixed(1)} s`, lag > 5 ? 'warn' : '']] satisfies [string, string, string][])),
    ...(queued === undefined ? [] : ([['in the queue', String(queued)]] satisfies [string, string][])),
    ...(broken === 0 ? [] : ([['promises broken', String(broken), 'bad']] satisfies [string, string, string][])),
    ['machine busy', percent(busy), busy > 0.9 ? 'warn' : ''],
  ];
  get('numbers').replaceChildren(...rows.map(([name, value, look = '']) => make('div', look, make('dt', '', name), make('dd', '', value))));
}

/** Signs with their thresholds. */
export function showSigns({ signs: { signs, next, verdict } }: SecondMessage): void {
  const said = {
    no: signs.length === 0 ? 'Nothing here can say so' : 'Not yet',
    seen: 'Time to climb, as far as this machine shows',
    time: 'Time to climb',
  }[verdict];
  get('verdict').textContent = said;
  get('verdict').className = verdict;
  get('signs').replaceChildren(
    ...signs.map(({ title, threshold, value }) => {
      const isAbove = value !== undefined && value > threshold;
      const bar = document.createElement('meter');
      Object.assign(bar, { max: threshold * 1.25, high: threshold, optimum: 0, value: value ?? 0 });
      bar.setAttribute('aria-label', title);
      const words = value === undefined ? 'can’t be seen here' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} of ${threshold}`;
      return make('li', isAbove ? 'above' : '', make('span', 'value', words), title, ...(value === undefined ? [] : [bar]));
    }),
  );
  get('next-words').textContent = next === '' ? '' : `Next: ${next}`;
}

let before = '';

/** Parts with their buttons. Made anew only when something changed, so that a button stays under the hand. */
export function showParts(parts: readonly PartView[], choose: (box: string) => void): void {
  const now = JSON.stringify(parts);
  if (now === before) return;
  before = now;
  const chosen = get<HTMLSelectElement>('predict-part').value;
  const focused = document.activeElement?.getAttribute('data-key');
  get('parts').replaceChildren(...parts.map((part) => rowOf(part, choose)));
  get('predict-part').replaceChildren(...parts.map(({ name }) => new Option(name, name, false, name === chosen)));
  if (focused) document.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function rowOf({ name, box, ways, fault }: PartView, choose: (box: string) => void): HTMLElement {
  const button = (words: string, pressed: () => void): HTMLElement => {
    const one = make('button', '', words);
    one.setAttribute('type', 'button');
    one.setAttribute('aria-label', `${words}: ${name}`);
    one.setAttribute('data-key', `${words} ${name}`);
    one.addEventListener('click', pressed);
    return one;
  };
  const row = make(
    'li',
    fault === undefined ? '' : 'broken',
    make('span', 'name', fault === undefined ? name : `${name}: ${fault}`),
    ...ways
      .filter((way) => way.fault !== fault)
      .map((way) =>
        button(way.words, () => {
          ask({ do: 'break', part: name, fault: way.fault });
        }),
      ),
    ...(fault === undefined
      ? []
      : [
          button('bring back', () => {
            ask({ do: 'bring back', part: name });
          }),
        ]),
  );
  row.dataset.box = box;
  row.addEventListener('mouseenter', () => {
    choose(box);
  });
  return row;
}

/** Climbs and exercises that have ended. */
export function showDone({ climbs, predictions }: DoneMessage): void {
  get('climbs').replaceChildren(
    ...climbs.slice(-1).map(({ words, failed, moved, pause, ledger: { lost, doubled } }) => {
      const rows = [
        ['rows moved', moved.toLocaleString('en-US')],
        ['writes lost', String(lost.length)],
        ['doubled', String(doubled.length)],
        ['writes paused', `${pause.toFixed(1)} s`],
      ];
      const isBad = failed !== undefined || lost.length + doubled.length > 0;
      const list = make('dl', '', ...rows.map(([name, value]) => make('div', '', make('dt', '', name), make('dd', '', value))));
      return make('div', `outcome${isBad ? ' bad' : ''}`, words, list);
    }),
  );
  get('predictions').replaceChildren(
    ...predictions.map(({ words, right }) => make('li', `outcome${right ? '' : ' bad'}`, `${right ? '✓' : '✗'} ${words}`)),
  );
}

/** Adds lines to what happened. */
export function addLines(lines: Messages['log'], anew: boolean): void {
  const log = get('log');
  const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 30;
  if (anew) log.replaceChildren();
  log.append(...lines.map(({ at, line }) => make('li', '', make('time', '', `${at.toFixed(0)} s`), line)));
  if (isAtEnd || anew) log.scrollTop = log.scrollHeight;
  const last = lines.at(-1);
  if (last) get('last').textContent = last.line;
}
