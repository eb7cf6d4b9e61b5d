import type { JSX } from 'preact';
import type { Climb, Rung } from '../ladder';
import type { Actions, View } from './state';
import { capitalized } from '../../shared/words';
import { Part, Words } from './words';

type Tone = 'serves' | 'ready' | 'gone' | 'waits';
type Cell = readonly [tone: Tone, words: string];

/** Who serves and who waits, from the stage before to the one after. */
const SERVING: Readonly<Record<Climb['switches'], readonly (readonly [Cell, Cell, Cell, Cell])[]>> = {
  runbook: [
    [
      ['serves', 'serves'],
      ['serves', 'serves'],
      ['serves', 'serves until the step switch'],
      ['gone', 'retires'],
    ],
    [
      ['gone', '–'],
      ['ready', 'stands ready'],
      ['ready', 'filled, compared; serves from the switch'],
      ['serves', 'serves'],
    ],
  ],
  deploy: [
    [
      ['serves', 'serves'],
      ['serves', 'serves'],
      ['serves', 'serves'],
      ['gone', 'serves until the last one has turned, then retires'],
    ],
    [
      ['gone', '–'],
      ['ready', 'stands ready'],
      ['ready', 'proves that it can serve'],
      ['serves', 'serves'],
    ],
  ],
  nothing: [
    [
      ['serves', 'serves'],
      ['serves', 'serves'],
      ['serves', 'serves'],
      ['serves', 'serves'],
    ],
    [
      ['gone', '–'],
      ['ready', 'stands beside it'],
      ['ready', 'is filled with what is older'],
      ['serves', 'serves too'],
    ],
  ],
};
const COLUMNS = ['Before', 'Bridge', 'Runbook', 'After'];

interface Props {
  readonly rung: Rung;
  readonly before: Rung;
  readonly view: View;
  readonly actions: Actions;
}

/** How a live system gets here. */
export function ClimbPart({ rung, before, view, actions }: Props): JSX.Element | null {
  const { climb } = rung;
  if (!climb) return null;
  const rows = SERVING[climb.switches];
  return (
    <Part title="The climb, on a live system">
      <div class="scroll" tabIndex={0} role="group" aria-label="Timeline of the climb">
        <table class="timeline">
          <thead>
            <tr>
              <td />
              {COLUMNS.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[before, rung].map(({ label }, index) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {rows[index].map(([tone, words], at) => (
                  <td key={at} class={tone}>
                    {words}
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <th scope="row">who waits</th>
              <td />
              <td>nobody</td>
              <td class={climb.waits === 'nobody' ? '' : 'waits'}>{climb.waits}</td>
              <td />
            </tr>
          </tbody>
        </table>
      </div>
      <p>
        <b>What moves.</b> {capitalized(climb.moves)}. <Words text={climb.users} />
      </p>
      <p>
        <button
          type="button"
          aria-pressed={view.showsBridge}
          onClick={() => {
            actions.change({ showsBridge: !view.showsBridge, thing: undefined });
          }}
        >
          Show the bridge in the picture
        </button>
      </p>
      <ol class="commands">
        {climb.steps.map(({ what, why }) => (
          <li key={what}>
            {why}: <code>{what}</code>
          </li>
        ))}
      </ol>
      <details>
        <summary>Steps of the runbook</summary>
        <ol class="rows">
          {climb.runbook.map(({ step, does, proves }) => (
            <li key={step}>
              <b>{step}</b> <Words text={does} />
              {proves !== '' && (
                <span class="faint">
                  {' '}
                  → <Words text={proves} />
                </span>
              )}
            </li>
          ))}
        </ol>
      </details>
    </Part>
  );
}
