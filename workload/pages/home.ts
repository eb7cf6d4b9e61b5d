import type { Reply } from '../http/reply';
import { html } from './html';
import { page } from './layout';

const STAGES = [
  ['Single server', 'Web, database and DNS on one machine.', 'to 1,000 users at once'],
  ['Private database', 'The database gets a machine of its own, out of reach from outside.', '1,000 to 10,000'],
  ['Read path', 'Read replicas, a cache and a CDN take the reads.', '10,000 to 100,000'],
  ['Stateless tier', 'A load balancer and a fleet that grows and shrinks. No server matters.', '100,000 to 500,000'],
  ['Data scaling', 'Shards share the writes; a queue takes what can wait.', '500,000 to a million'],
  ['Multi-region', 'The same again elsewhere: near to everybody, and ready if a region goes dark.', 'a million and more'],
] as const;

/** The home page: the same for everybody, so a CDN keeps it for minutes. */
export function homePage(): Reply {
  const stages = STAGES.map(
    ([name, what, users]) =>
      html`<li>
        <h3>${name}</h3>
        <p>${what}</p>
        <p class="users">${users}</p>
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
