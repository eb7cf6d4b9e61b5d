import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Ladder, Rung } from '../ladder';

/** How far a lesson has got at a rung: the question, its picture, what breaks, the answer, all of it. */
export const LESSON = ['question', 'picture', 'bottleneck', 'answer', 'everything'] as const;

/** How large the picture is: as wide as there is room, all of it at once, or a factor. */
export type Zoom = 'wide' | 'whole' | number;

/** What is shown. */
export interface View {
  readonly index: number;
  /** Id of the box that somebody looks into. */
  readonly thing?: string;
  readonly showsMarks: boolean;
  readonly showsBridge: boolean;
  readonly showsKeys: boolean;
  /** Step of the lesson; undefined where nobody teaches. */
  readonly lesson?: number;
  readonly zoom: Zoom;
  /** Step of the load scale; undefined until somebody moves it. */
  readonly load?: number;
}

/** What people do with it. */
export interface Actions {
  readonly go: (index: number) => void;
  readonly change: (part: Partial<View>) => void;
  /** One step on in a lesson, one rung otherwise. */
  readonly step: (by: 1 | -1) => void;
}

/** The rung that the address names. */
function indexIn(rungs: readonly Rung[]): number {
  const [, id] = /[#&]stage=([^&]*)/.exec(location.hash) ?? [];
  return Math.max(
    0,
    rungs.findIndex((rung) => rung.id === decodeURIComponent(id)),
  );
}

/** State of the page; the address always names the rung. */
export function useView({ rungs }: Ladder): readonly [View, Actions] {
  const [view, setView] = useState<View>({
    ...{ index: indexIn(rungs), showsMarks: true, showsBridge: false, showsKeys: false, zoom: 'wide' },
    ...(/[#&]teach\b/.test(location.hash) && { lesson: 0 }),
  });
  const change = useCallback((part: Partial<View>) => {
    setView((old) => ({ ...old, ...part }));
  }, []);
  const go = useCallback(
    (index: number) => {
      setView((old) => arrived(old, index, rungs, old.lesson === undefined ? undefined : 0));
    },
    [rungs],
  );
  const step = useCallback(
    (by: 1 | -1) => {
      setView((old) => {
        if (old.lesson === undefined) return arrived(old, old.index + by, rungs, undefined);
        const next = old.lesson + by;
        if (next < 0) return old.index === 0 ? old : arrived(old, old.index - 1, rungs, LESSON.length - 1);
        if (next < LESSON.length) return { ...old, lesson: next, thing: undefined };
        return old.index === rungs.length - 1 ? old : arrived(old, old.index + 1, rungs, 0);
      });
    },
    [rungs],
  );
  useEffect(() => {
    const id = encodeURIComponent(rungs[view.index].id);
    history.replaceState(null, '', `#stage=${id}${view.lesson === undefined ? '' : '&teach'}`);
  }, [view.index, view.lesson, rungs]);
  useEffect(() => {
    const listen = (): void => {
      setView((old) => arrived(old, indexIn(rungs), rungs, old.lesson));
    };
    addEventListener('hashchange', listen);
    return () => {
      removeEventListener('hashchange', listen);
    };
  }, [rungs]);
  return [view, { go, change, step }];
}

/** At another rung the box stays chosen that is there too. */
function arrived(old: View, to: number, rungs: readonly Rung[], lesson: number | undefined): View {
  const index = Math.min(Math.max(to, 0), rungs.length - 1);
  const thing = old.thing !== undefined && Object.hasOwn(rungs[index].things, old.thing) ? old.thing : undefined;
  return { ...old, index, thing, lesson, showsBridge: false };
}
