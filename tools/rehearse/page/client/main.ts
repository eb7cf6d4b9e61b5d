/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Messages, SecondMessage, StageMessage } from '../messages';
import { ask } from './ask';
import { get, make } from './dom';
import { addLines, showDone, showNumbers, showParts, showSigns } from './panels';
import { markChosen, showCaptions, showPicture } from './picture';

const SLIDERS = ['users', 'writes', 'skew'] as const;
/** A slider that somebody has just moved is not moved back by what was true before. */
const MOVED_MS = 2_500;
const moved = new Map<string, number>();

function choose(box: string): void {
  markChosen(box);
  for (const row of get('parts').children) row.classList.toggle('chosen', row instanceof HTMLElement && row.dataset.box === box);
}

function fromPicture(box: string): void {
  choose(box);
  [...get('parts').children].find((row) => row instanceof HTMLElement && row.dataset.box === box)?.scrollIntoView({ block: 'nearest' });
}

function showStage({ title, svg, site, next, hasQueue, hasRegions, imitated, limits }: StageMessage): void {
  get('title').textContent = title;
  document.title = `${title}: a rehearsal`;
  showPicture(svg, fromPicture);
  get('imitated').textContent = imitated;
  get('limits').replaceChildren(...limits.map((line) => make('li', '', line)));
  const button = get<HTMLButtonElement>('climb');
  button.hidden = next === undefined;
  button.textContent = `Climb to stage ${next ?? ''}`;
  get('poison').hidden = !hasQueue;
  get('fail-over').hidden = !hasRegions;
  const link = make('a', '', site) as HTMLAnchorElement;
  link.href = site;
  link.target = '_blank';
  link.rel = 'noopener';
  get('state').replaceChildren('The website: ', link, make('span', '', ''));
}

function showSecond(message: SecondMessage): void {
  showNumbers(message);
  showSigns(message);
  showParts(message.parts, choose);
  showCaptions(message.captions, message.parts);
  const { writes, skew, busy, numbers } = message;
  const values = { users: numbers.users, writes, skew };
  for (const name of SLIDERS) {
    if (Date.now() - (moved.get(name) ?? 0) < MOVED_MS) continue;
    const slider = get<HTMLInputElement>(name);
    if (Number(slider.max) < values[name]) slider.max = String(values[name]);
    slider.value = String(values[name]);
    get(`${name}-now`).textContent = String(values[name]);
  }
  get<HTMLButtonElement>('climb').disabled = busy !== undefined;
  const state = get('state').querySelector('span');
  if (state) state.textContent = busy === undefined ? '' : ` · ${busy}`;
}

function listen(): void {
  const events = new EventSource('events');
  const on = <Name extends keyof Messages>(name: Name, show: (value: Messages[Name]) => void): void => {
    events.addEventListener(name, (event) => {
      show(JSON.parse((event as MessageEvent<string>).data) as Messages[Name]);
    });
  };
  let isNew = true;
  events.addEventListener('open', () => {
    isNew = true;
  });
  on('stage', showStage);
  on('second', showSecond);
  on('done', showDone);
  on('log', (lines) => {
    addLines(lines, isNew);
    isNew = false;
  });
  events.addEventListener('error', () => {
    get('state').textContent = 'The rehearsal has ended, or does not answer.';
  });
}

for (const name of SLIDERS) {
  const slider = get<HTMLInputElement>(name);
  slider.addEventListener('input', () => {
    moved.set(name, Date.now());
    get(`${name}-now`).textContent = slider.value;
  });
  slider.addEventListener('change', () => {
    moved.set(name, Date.now());
    ask({ do: name, value: Number(slider.value) });
  });
}
get('climb').addEventListener('click', () => {
  ask({ do: 'climb' });
});
get('poison').addEventListener('click', () => {
  ask({ do: 'poison' });
});
get('fail-over').addEventListener('click', () => {
  ask({ do: 'fail over' });
});
get('predict').addEventListener('submit', (event) => {
  event.preventDefault();
  ask({ do: 'predict', part: get<HTMLSelectElement>('predict-part').value, said: Number(get<HTMLInputElement>('predict-said').value) });
});
listen();
