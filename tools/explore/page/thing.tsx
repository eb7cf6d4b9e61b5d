import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Detail, Ladder, Rung } from '../ladder';
import { dollars } from '../../shared/money';
import { MARKS, Part, Words, shareOf } from './words';

interface Props {
  readonly detail: Detail;
  readonly rung: Rung;
  readonly ladder: Ladder;
  readonly close: () => void;
}

/** All that is said of one box. The focus comes here, and goes back to the box. */
export function ThingDetail({ detail, rung, ladder, close }: Props): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'nearest' });
    return () => {
      if (before instanceof SVGElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const { title, what, size, purpose, region, mark, price, properties, alarms, drills, parts } = detail;
  const [own] = parts as readonly (Detail['parts'][number] | undefined)[];
  const struck = rung.drills.filter(({ name }) => drills.includes(name));
  return (
    <article class="thing-detail" aria-labelledby="box">
      <p>
        <button type="button" onClick={close}>
          ← {rung.title}
        </button>
      </p>
      <h2 id="box" tabIndex={-1} ref={heading}>
        {title} {mark !== undefined && <span class={`mark-word ${mark}`}>{MARKS[mark]}</span>}
      </h2>
      <p class="faint">{[what, size, region].filter(Boolean).join(' · ')}</p>
      {purpose !== '' && <p class="tagline">{purpose}</p>}
      {own && (
        <dl class="pairs">
          <dt>Construct</dt>
          <dd>
            <code>{own.path}</code>
          </dd>
          <dt>Type</dt>
          <dd>
            <code>{own.type}</code>
          </dd>
          <dt>Price</dt>
          <dd>
            {price === undefined || !rung.price
              ? 'nothing of its own'
              : `${dollars(price)} a month, ${shareOf(price, rung.price.expected)} of all`}
          </dd>
        </dl>
      )}
      {properties.length > 0 && (
        <Part title="Main properties">
          <dl class="pairs small">
            {properties.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}
          </dl>
        </Part>
      )}
      {struck.length > 0 && (
        <Part title="When it fails">
          {struck.map(({ name, title: drill, hypothesis }) => (
            <p key={name}>
              <b>{drill}.</b> {hypothesis}
            </p>
          ))}
        </Part>
      )}
      {alarms.length > 0 && (
        <Part title={alarms.length === 1 ? 'Its alarm' : `Its ${alarms.length} alarms`}>
          <ul class="rows">
            {alarms.map(({ name, says }) => (
              <li key={name}>
                <b>{name}</b> <Words text={says} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      {parts.length > 0 && (
        <Part title="In the template">
          {parts.map((part, index) => (
            <Json key={part.path + part.type} part={part} ladder={ladder} isOpen={index === 0} />
          ))}
        </Part>
      )}
    </article>
  );
}

/** A resource; its text is made when somebody wants it. */
function Json({
  part,
  ladder,
  isOpen,
}: {
  readonly part: Detail['parts'][number];
  readonly ladder: Ladder;
  readonly isOpen: boolean;
}): JSX.Element {
  const [isShown, show] = useState(isOpen);
  return (
    <details
      open={isOpen}
      onToggle={(event) => {
        if (event.currentTarget.open) show(true);
      }}
    >
      <summary>
        {part.path} <span class="faint">{part.type.replace(/^AWS::/, '')}</span>
      </summary>
      {isShown && (
        <pre tabIndex={0} aria-label={`Template of ${part.path}`}>
          {JSON.stringify(JSON.parse(ladder.resources[part.json]), null, 2)}
        </pre>
      )}
    </details>
  );
}
