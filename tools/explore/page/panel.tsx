import type { JSX } from 'preact';
import type { Ladder, Rung } from '../ladder';
import { ChangePart } from './change';
import { ClimbPart } from './climb';
import { limitOf, nameOf } from './model';
import type { Actions, View } from './state';
import { dollars } from '../../shared/money';
import { capitalized } from '../../shared/words';
import { Part, Words, shareOf } from './words';

/** All that is said of a rung. */
export function Panel({ ladder, view, actions }: { readonly ladder: Ladder; readonly view: View; readonly actions: Actions }): JSX.Element {
  const rung = ladder.rungs[view.index];
  const before = view.index === 0 ? undefined : ladder.rungs[view.index - 1];
  const choose = (thing: string): void => {
    actions.change({ thing });
  };
  return (
    <article aria-labelledby="rung">
      <Head rung={rung} />
      <StoryPart rung={rung} />
      {rung.change && before && <ChangePart change={rung.change} before={before.title} choose={choose} />}
      <PricePart rung={rung} />
      <RecoveryPart rung={rung} />
      <WhenPart rung={rung} choose={choose} />
      <FailuresPart rung={rung} choose={choose} />
      <BlueprintPart rung={rung} />
      {before && <ClimbPart rung={rung} before={before} view={view} actions={actions} />}
    </article>
  );
}

export function Head({ rung: { title, page } }: { readonly rung: Rung }): JSX.Element {
  return (
    <>
      <h2 id="rung">{title}</h2>
      {page && (
        <>
          <p class="tagline">{page.tagline}</p>
          <p class="faint">
            <b>Users</b> {page.users} · <b>Assumes</b> {page.assumes}
          </p>
        </>
      )}
    </>
  );
}

export function StoryPart({ rung: { story } }: { readonly rung: Rung }): JSX.Element | null {
  if (!story) return null;
  if (story.text !== undefined)
    return (
      <Part title="Why it looks like this">
        <p>{story.text}</p>
      </Part>
    );
  return (
    <Part title="What broke, and the fix">
      <p class="broke">{story.broke}</p>
      <p class="fix">{story.fix}</p>
      <p>{story.costs}</p>
    </Part>
  );
}

/**
 * The bill by its parts.
 * @param most parts that are shown by themselves; the rest is one.
 */
export function PricePart({ rung: { price }, most = Infinity }: { readonly rung: Rung; readonly most?: number }): JSX.Element | null {
  if (!price) return null;
  const [{ expected: largest } = { expected: 1 }] = price.services;
  const rest = price.services.slice(most).reduce((sum, { expected }) => sum + expected, 0);
  const rows = [...price.services.slice(0, most), ...(rest > 0 ? [{ service: 'All others', expected: rest }] : [])];
  return (
    <Part title={`Price: ${dollars(price.expected)} a month`}>
      <p class="faint">
        At {price.users.toLocaleString('en-US')} users; {dollars(price.fixed)} without any, {dollars(price.high)} at twice that.{' '}
        {price.delta !== undefined && `${price.delta}.`}
      </p>
      <table class="bars">
        <caption class="hidden">Parts of the price, in US dollars a month</caption>
        <tbody>
          {rows.map(({ service, expected }) => (
            <tr key={service}>
              <th scope="row">{service}</th>
              <td class="number">{dollars(expected)}</td>
              <td class="bar" aria-hidden="true">
                <i style={`width:${Math.min(100, Math.max(0.5, (100 * expected) / largest))}%`} />
              </td>
              <td class="number">{shareOf(expected, price.expected)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

export function RecoveryPart({ rung: { recovery } }: { readonly rung: Rung }): JSX.Element | null {
  if (!recovery) return null;
  return (
    <Part title="Recovery">
      <dl class="pairs">
        <dt>Back after (RTO)</dt>
        <dd>{recovery.rto}</dd>
        <dt>May lose (RPO)</dt>
        <dd>{recovery.rpo}</dd>
      </dl>
      <p class="faint">{recovery.why} As AWS documents it; not measured on an account.</p>
    </Part>
  );
}

export function WhenPart({
  rung: { page, signs, next, things },
  choose,
}: {
  readonly rung: Rung;
  readonly choose?: (thing: string) => void;
}): JSX.Element | null {
  if (!page && signs.length === 0) return null;
  return (
    <Part title="What breaks next, and when to climb">
      {page && <p class="broke">{capitalized(page.bottleneck)}.</p>}
      {page && <p>{capitalized(page.whenToMoveOn)}.</p>}
      {signs.length > 0 && (
        <ul class="signs">
          {signs.map((sign) => {
            const [name, unit] = nameOf(sign);
            return (
              <li key={sign.title}>
                {name} above <b>{limitOf(sign, unit)}</b>
                {sign.thing !== undefined && choose && Object.hasOwn(things, sign.thing) && (
                  <ThingButton id={sign.thing} title={things[sign.thing].title} choose={choose} />
                )}
              </li>
            );
          })}
        </ul>
      )}
      {next !== undefined && <p class="faint">Next: {next}</p>}
    </Part>
  );
}

export function ThingButton({
  id,
  title,
  choose,
}: {
  readonly id: string;
  readonly title: string;
  readonly choose: (thing: string) => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="chip"
      onClick={() => {
        choose(id);
      }}
    >
      {title}
    </button>
  );
}

function FailuresPart({
  rung: { drills, things, page },
  choose,
}: {
  readonly rung: Rung;
  readonly choose: (thing: string) => void;
}): JSX.Element | null {
  if (drills.length === 0 && !page) return null;
  return (
    <Part title="What can fail, and what users notice">
      {drills.length === 0 && page && (
        <p>
          <Words text={page.tradeOffs} />
        </p>
      )}
      {drills.map(({ name, title, hypothesis, does, pass, things: struck }) => (
        <details key={name}>
          <summary>{title}</summary>
          <p>{hypothesis}</p>
          <p>
            <b>The drill.</b> <Words text={does} />
          </p>
          <p>
            <b>A pass.</b> <Words text={pass} />
          </p>
          <p>
            {struck
              .filter((id) => Object.hasOwn(things, id))
              .map((id) => (
                <ThingButton key={id} id={id} title={things[id].title} choose={choose} />
              ))}
          </p>
        </details>
      ))}
    </Part>
  );
}

export function BlueprintPart({ rung: { blueprint } }: { readonly rung: Rung }): JSX.Element | null {
  if (!blueprint) return null;
  return (
    <Part title="The blueprint">
      <p class="faint">
        {blueprint.file}; <ins>new</ins> and <del>old</del> lines are what the stage changes.
      </p>
      <pre class="blueprint">
        {blueprint.lines.map(({ text, before }) =>
          before === undefined ? (
            <span key={text}>{`  ${text}\n`}</span>
          ) : (
            <span key={text}>
              {before !== '' && <del>{`- ${before}\n`}</del>}
              <ins>{`+ ${text}\n`}</ins>
            </span>
          ),
        )}
      </pre>
    </Part>
  );
}
