import type { Reply } from '../http/reply';
import { STAGES } from '../ladder';
import { html } from './html';
import { page } from './layout';

/**
 * The home page: the same for everybody, so a CDN keeps it for minutes.
 * @param current the number of the architecture that it runs on, where that is known.
 */
export function homePage(current: number | undefined): Reply {
  const stages = STAGES.map(
    ({ name, what, users }, index) =>
      html`<li ${index + 1 === current && html`class="current" aria-current="step"`}>
        <h3>${name}</h3>
        <p>${what}</p>
        <p class="users">${users}${index + 1 === current && html` · <strong>it runs here now</strong>`}</p>
      </li>`,
  );
  return page({
    title: 'Home',
    headers: { 'cache-control': 'public, max-age=60, s-maxage=300' },
    body: html`<section class="hero">
        <h1>Grow up without moving out</h1>
        <p>
          This small application climbs six AWS architectures, from one server to many regions. It is the same application all the way, its
          data comes along, and nobody is asked to come back later.
        </p>
        <p><a class="button" href="/architecture">Where is it now?</a> <a class="button quiet" href="/users">Meet the people</a></p>
      </section>
      <h2>The six stages</h2>
      <ol class="stages">
        ${stages}
      </ol>`,
  });
}
