import type { JSX } from 'preact';
import type { Ladder } from '../ladder';
import type { Actions, View } from './state';

interface Props {
  readonly ladder: Ladder;
  readonly view: View;
  readonly actions: Actions;
  readonly theme: string;
  readonly toggleTheme: () => void;
}

/** The slider through the rungs, and what can be switched. */
export function Controls({ ladder: { title, rungs }, view, actions: { go, change }, theme, toggleTheme }: Props): JSX.Element {
  const { index, showsMarks, lesson, zoom, showsKeys } = view;
  const last = rungs.length - 1;
  return (
    <header>
      <h1 class="brand">
        Stagecraft <span>{title}</span>
      </h1>
      <div class="rungs" style={`--rungs:${rungs.length}`}>
        <input
          type="range"
          min={0}
          max={last}
          value={index}
          aria-label="Stage"
          aria-valuetext={rungs[index].title}
          disabled={last === 0}
          onInput={(event) => {
            go(Number(event.currentTarget.value));
          }}
        />
        <ol>
          {rungs.map(({ id, label, title: full }, at) => (
            <li key={id}>
              <button
                type="button"
                aria-current={at === index ? 'step' : undefined}
                aria-label={full}
                onClick={() => {
                  go(at);
                }}
              >
                <b>{at + 1}</b> <span>{label}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
      <div class="tools">
        <button
          type="button"
          aria-pressed={showsMarks}
          onClick={() => {
            change({ showsMarks: !showsMarks, showsBridge: false });
          }}
        >
          Changes
        </button>
        <button
          type="button"
          aria-pressed={lesson !== undefined}
          onClick={() => {
            change({ lesson: lesson === undefined ? 0 : undefined, thing: undefined });
          }}
        >
          Teach
        </button>
        <button
          type="button"
          aria-pressed={zoom === 'whole'}
          onClick={() => {
            change({ zoom: zoom === 'whole' ? 'wide' : 'whole' });
          }}
        >
          Whole picture
        </button>
        <button type="button" aria-pressed={theme === 'dark'} onClick={toggleTheme}>
          Dark
        </button>
        <button
          type="button"
          onClick={() => {
            print();
          }}
        >
          Print
        </button>
        <button
          type="button"
          aria-expanded={showsKeys}
          onClick={() => {
            change({ showsKeys: !showsKeys });
          }}
        >
          Keys
        </button>
      </div>
    </header>
  );
}
