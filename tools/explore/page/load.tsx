import type { JSX } from 'preact';
import type { Ladder } from '../ladder';
import { limitOf, loadStep, readingsOf, valueOf } from './model';
import type { Actions, View } from './state';
import { dollars } from '../../shared/money';
import { count } from './words';

/** Users, what they are a second, what they cost here, and which sign shows. */
export function LoadSlider({
  ladder,
  view,
  actions,
}: {
  readonly ladder: Ladder;
  readonly view: View;
  readonly actions: Actions;
}): JSX.Element | null {
  const { load, rungs } = ladder;
  const rung = rungs[view.index];
  if (!load) return null;
  const step = loadStep(ladder, view, rung);
  const { users, people, requests, writes } = load.steps[step];
  const most = load.upTo[view.index];
  const readings = readingsOf(rung, users, most);
  const home = load.upTo.findIndex((one) => users <= one);
  return (
    <section class="load" aria-label="Load">
      <label>
        <span>Users a month</span>
        <input
          type="range"
          min={0}
          max={load.steps.length - 1}
          value={step}
          aria-valuetext={`${count(users)} users a month`}
          onInput={(event) => {
            actions.change({ load: Number(event.currentTarget.value) });
          }}
        />
        <output>{count(users)}</output>
      </label>
      <p>
        At the peak {count(people)} at a time · {count(requests)} requests/s · {count(writes)} writes/s
        {rung.price && (users > most ? ' · more than it is made for' : ` · here ${dollars(rung.price.byLoad[step])} a month`)}
      </p>
      <p class="readings">
        {readings.map((reading) => (
          <span key={reading.name} class={reading.isOver ? 'over' : ''}>
            {reading.name}{' '}
            {reading.isOver
              ? `above ${limitOf(reading.sign, reading.unit)} ▲`
              : `${valueOf(reading)} of ${limitOf(reading.sign, reading.unit)}`}
          </span>
        ))}
        {view.load !== undefined && home >= 0 && home !== view.index && (
          <button
            type="button"
            onClick={() => {
              actions.go(home);
            }}
          >
            made for this: {rungs[home].title}
          </button>
        )}
      </p>
      <details>
        <summary>What this model says, and what not</summary>
        <p>
          Signs and limits are the alarms in this stage&rsquo;s template. Between them it is arithmetic: a sign grows with the load and
          reaches its limit at the most users for whom the stage is made, {count(most)} here. Nobody measured it. The peak is{' '}
          {load.peak.factor} times the average, and everybody who is there asks every {load.peak.secondsBetweenRequests} seconds. The price
          assumes that all grows with the users. Climb when a real sign shows, not by the count.
        </p>
      </details>
    </section>
  );
}
