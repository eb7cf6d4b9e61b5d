import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Ladder, Rung } from '../ladder';
import { Boxes } from './change';
import { BlueprintPart, Head, PricePart, RecoveryPart, StoryPart, WhenPart } from './panel';
import { Part } from './words';

/** From here on a picture is so wide that words stand below it. */
const WIDE = 1.5;

/** Parts of the price for which there is room. */
const MOST_PARTS = 6;

/** What is printed: a page for each rung. It is made when the browser has time, and nobody sees it on a screen. */
export function Paper({ ladder: { rungs } }: { readonly ladder: Ladder }): JSX.Element | null {
  const [isMade, make] = useState(false);
  useEffect(() => {
    const now = (): void => {
      make(true);
    };
    const timer = setTimeout(now, 600);
    addEventListener('beforeprint', now);
    return () => {
      clearTimeout(timer);
      removeEventListener('beforeprint', now);
    };
  }, []);
  if (!isMade) return null;
  return (
    <div class="paper-pages">
      {rungs.map((rung) => (
        <Sheet key={rung.id} rung={rung} />
      ))}
    </div>
  );
}

function Sheet({ rung }: { readonly rung: Rung }): JSX.Element {
  const { content, width, height } = rung.since ?? rung.picture;
  return (
    <section class={width / height > WIDE ? 'sheet-of-paper wide' : 'sheet-of-paper'}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMin" dangerouslySetInnerHTML={{ __html: content }} />
      <div class="columns">
        <Head rung={rung} />
        <StoryPart rung={rung} />
        {rung.change && (
          <Part title="What changed">
            <Boxes boxes={rung.change.boxes} />
          </Part>
        )}
        <WhenPart rung={rung} />
        <RecoveryPart rung={rung} />
        {rung.drills.length > 0 && (
          <Part title="What can fail">
            <p>{rung.drills.map(({ title }) => title).join(' · ')}</p>
          </Part>
        )}
        <PricePart rung={rung} most={MOST_PARTS} />
        <BlueprintPart rung={{ ...rung, ...(rung.blueprint && { blueprint: changed(rung.blueprint) }) }} />
      </div>
    </section>
  );
}

/** Paper has room for what differs alone. */
function changed(blueprint: NonNullable<Rung['blueprint']>): NonNullable<Rung['blueprint']> {
  const differing = blueprint.lines.filter(({ before }) => before !== undefined);
  return { ...blueprint, lines: differing.length > 0 ? differing : blueprint.lines };
}
