import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Ladder, Rung } from '../ladder';
import { Controls } from './controls';
import { Keys } from './keys-shown';
import { useKeys } from './keys';
import { Lesson } from './lesson';
import { LoadSlider } from './load';
import { heatOf, usersAt } from './model';
import { Panel } from './panel';
import { Paper } from './paper';
import { type Hot, Picture } from './picture';
import { type Actions, LESSON, type View, useView } from './state';
import { useTheme } from './theme';
import { ThingDetail } from './thing';

/** The whole page. */
export function App({ ladder }: { readonly ladder: Ladder }): JSX.Element {
  const [view, actions] = useView(ladder);
  const [theme, toggleTheme] = useTheme();
  useKeys(view, actions, ladder.rungs.length - 1, toggleTheme);
  return (
    <>
      <svg class="definitions" aria-hidden="true" dangerouslySetInnerHTML={{ __html: `<defs>${ladder.definitions}</defs>` }} />
      <div class="screen">
        <a class="skip" href="#panel" onClick={skip}>
          To the text
        </a>
        <Controls ladder={ladder} view={view} actions={actions} theme={theme} toggleTheme={toggleTheme} />
        {view.showsKeys && (
          <Keys
            close={() => {
              actions.change({ showsKeys: false });
            }}
          />
        )}
        <Stage ladder={ladder} view={view} actions={actions} />
        {view.lesson === undefined && ladder.notes.length > 0 && <footer class="note">{ladder.notes.join(' ')}</footer>}
      </div>
      <Paper ladder={ladder} />
    </>
  );
}

/** Goes to the text without the address, which names the stage. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#panel')?.focus();
}

function Stage({ ladder, view, actions }: { readonly ladder: Ladder; readonly view: View; readonly actions: Actions }): JSX.Element {
  const { rungs, load } = ladder;
  const rung = rungs[view.index];
  const { step, isAnswer } = lessonOf(view);
  // The answer of a lesson is the rung that comes next.
  const shown = isAnswer ? (rungs.at(view.index + 1) ?? rung) : rung;
  const users = usersAt(ladder, view, rung);
  const hot = useMemo(
    (): readonly Hot[] =>
      step === 'bottleneck'
        ? heatOf(rung, Infinity, 1)
        : load && step !== 'question' && !isAnswer
          ? heatOf(rung, users, load.upTo[view.index])
          : [],
    [rung, users, step, isAnswer, load, view.index],
  );
  const choose = (thing: string): void => {
    actions.change({ thing: thing === view.thing ? undefined : thing });
  };
  const detail = view.thing === undefined ? undefined : (shown.things[view.thing] as Rung['things'][string] | undefined);
  return (
    <main class={step === 'question' ? 'asking' : ''}>
      {step !== 'question' && (
        <div class="left">
          {load && step === 'everything' && <LoadSlider ladder={ladder} view={view} actions={actions} />}
          <Picture
            drawing={drawingOf(shown, view, isAnswer)}
            title={`Picture of ${shown.title}`}
            things={shown.things}
            chosen={view.thing}
            hot={hot}
            zoom={view.zoom}
            onChoose={choose}
          />
        </div>
      )}
      <div class="right" id="panel" tabIndex={-1}>
        {detail ? (
          <ThingDetail
            key={view.thing}
            detail={detail}
            rung={shown}
            ladder={ladder}
            close={() => {
              actions.change({ thing: undefined });
            }}
          />
        ) : step === 'everything' ? (
          <Panel ladder={ladder} view={view} actions={actions} />
        ) : (
          <Lesson ladder={ladder} view={view} actions={actions} />
        )}
      </div>
    </main>
  );
}

function lessonOf({ lesson }: View): { readonly step: (typeof LESSON)[number]; readonly isAnswer: boolean } {
  const step = lesson === undefined ? 'everything' : LESSON[lesson];
  return { step, isAnswer: step === 'answer' };
}

function drawingOf(rung: Rung, { showsMarks, showsBridge, lesson }: View, isAnswer: boolean): Rung['picture'] {
  if (showsBridge && rung.climb) return rung.climb.bridge;
  const isMarked = isAnswer || (showsMarks && (lesson === undefined || LESSON[lesson] === 'everything'));
  return isMarked ? (rung.since ?? rung.picture) : rung.picture;
}
