import type { JSX } from 'preact';
import type { Mark } from '../../picture/model';
import type { Change } from '../ladder';
import { MARKS, Part, Words } from './words';

interface Props {
  readonly change: Change;
  readonly before: string;
  readonly choose: (thing: string) => void;
}

/** What differs from the rung before: boxes first, then what `diff` lists. */
export function ChangePart({ change: { headline, boxes, verdict, sections }, before, choose }: Props): JSX.Element {
  return (
    <Part title={`What changed since ${before}`}>
      <Boxes boxes={boxes} choose={choose} />
      <p class={verdict.isSafe ? 'good' : 'broke'}>
        {verdict.isSafe ? '✔' : '✖'} {verdict.text}
      </p>
      <p class="faint">{headline}</p>
      {sections
        .filter(({ rows }) => rows.length > 0)
        .map(({ title, rows }) => (
          <details key={title}>
            <summary>
              {title} <span class="faint">{rows.length}</span>
            </summary>
            <ul class="rows">
              {rows.map(({ stack, cells }, index) => (
                <li key={index}>
                  <b>{cells[0]}</b> {stack !== undefined && <span class="faint">{stack} </span>}
                  <Words text={cells.slice(1).filter(Boolean).join(' · ')} />
                </li>
              ))}
            </ul>
          </details>
        ))}
    </Part>
  );
}

export function Boxes({ boxes, choose }: { readonly boxes: Change['boxes']; readonly choose?: (thing: string) => void }): JSX.Element {
  return (
    <dl class="marks">
      {(['new', 'changed', 'gone'] as const satisfies readonly Mark[]).map((mark) => {
        const own = boxes.filter((box) => box.mark === mark);
        if (own.length === 0) return null;
        return (
          <div key={mark} class={`mark-${mark}`}>
            <dt>{MARKS[mark]}</dt>
            <dd>
              {own.map(({ id, title, what }, index) =>
                choose ? (
                  <button
                    key={id}
                    type="button"
                    class="chip"
                    title={what}
                    onClick={() => {
                      choose(id);
                    }}
                  >
                    {title}
                  </button>
                ) : (
                  <span key={id}>{`${index > 0 ? ', ' : ''}${title}`}</span>
                ),
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
