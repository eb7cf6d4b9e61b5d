import type { JSX } from 'preact';
import type { Ladder } from '../ladder';
import { Boxes } from './change';
import { Head, StoryPart, WhenPart } from './panel';
import { type Actions, LESSON, type View } from './state';
import { capitalized } from '../../shared/words';

/** Teacher's mode: the question, and what has been revealed so far. */
export function Lesson({
  ladder: { rungs },
  view,
  actions,
}: {
  readonly ladder: Ladder;
  readonly view: View;
  readonly actions: Actions;
}): JSX.Element {
  const rung = rungs[view.index];
  const next = rungs.at(view.index + 1);
  const step = view.lesson ?? 0;
  const isAt = (name: (typeof LESSON)[number]): boolean => LESSON[step] === name;
  return (
    <article class="lesson" aria-labelledby="rung" aria-live="polite">
      <Head rung={rung} />
      <p class="question">
        {next ? 'More users come. What breaks first, and what would you change?' : 'Where does this architecture end?'}
      </p>
      {isAt('bottleneck') && <WhenPart rung={rung} />}
      {isAt('answer') && (
        <>
          {rung.page && <p class="broke">{capitalized(rung.page.bottleneck)}.</p>}
          {next ? (
            <>
              <h3>{next.title}</h3>
              <StoryPart rung={next} />
              {next.change && <Boxes boxes={next.change.boxes} />}
            </>
          ) : (
            <p>{capitalized(rung.page?.whenToMoveOn ?? 'This is the last one')}.</p>
          )}
        </>
      )}
      <p class="steps">
        <button
          type="button"
          onClick={() => {
            actions.step(-1);
          }}
        >
          ←
        </button>
        <button
          type="button"
          class="primary"
          onClick={() => {
            actions.step(1);
          }}
        >
          {step === 0 ? 'Show the picture' : isAt('picture') ? 'What breaks?' : isAt('bottleneck') ? 'The answer' : 'All of it'} →
        </button>
        <span class="faint">
          {step + 1} of {LESSON.length}
        </span>
      </p>
    </article>
  );
}
