import type { Environment } from '../environment';
import type { Health, PartKind } from '../health';
import type { Arrival } from '../http/arrival';
import type { Reply } from '../http/reply';
import { STAGES } from '../ladder';
import { LOCAL_PLACE } from '../sessions/local-sessions';
import type { ShardMap } from '../shards/shard-map';
import { html, type Html } from './html';
import { page } from './layout';

/** What the settings say about parts that this server doesn't ask. */
export interface Stated {
  /** The number of the architecture that they look like. */
  readonly stage: number;
  /** What this request passed on its way. */
  readonly arrival: Arrival;
  /** The host name of the CDN. */
  readonly edgeHost?: string;
  /** How users are spread over shards. */
  readonly shardMap?: ShardMap;
  /** URL of the queue. */
  readonly queue?: string;
  /** The region that writes go to, where there are several. */
  readonly writerRegion?: string;
}

const KINDS: readonly { readonly kind: PartKind; readonly name: string; readonly without: string }[] = [
  { kind: 'writer', name: 'Database: writer', without: 'None: each function has a database of its own.' },
  { kind: 'products', name: 'Database: products', without: 'None: products are in the one database.' },
  { kind: 'orders', name: 'Database: orders', without: 'None: orders are in the one database.' },
  { kind: 'reader', name: 'Database: readers', without: 'None: the writer answers all reads.' },
  { kind: 'cache', name: 'Cache', without: 'None: each page asks the database.' },
  { kind: 'sessions', name: 'Sessions', without: '' },
  { kind: 'uploads', name: 'Uploads', without: '' },
];

/** What this server is connected to at this moment. Addresses are for who is on the server itself. */
export function architecturePage(environment: Environment, stated: Stated, found: readonly Health[], tellPlaces: boolean): Reply {
  const health = tellPlaces ? found : found.map((one) => ({ ...one, place: roughly(one.place) }));
  const { name, what } = STAGES[stated.stage - 1];
  const troubles = health.filter(({ ok }) => !ok).length;
  return page({
    title: 'Architecture',
    body: html`<div data-refresh="5">
      <h1>Stage ${stated.stage}: ${name}</h1>
      <p>${what} <a href="/">All six stages</a></p>
      <p class="summary ${troubles > 0 ? 'bad' : 'good'}">${summary(troubles)}</p>
      <div class="picture">
        <div class="path">${box('You', 'A browser', 'good')} ${cdn(stated)} ${balancer(stated)} ${server(environment, stated)}</div>
        <ul class="parts">
          ${KINDS.map(({ kind, name, without }) =>
            part(
              name,
              without,
              health.filter((one) => one.kind === kind),
            ),
          )}
          ${health.filter(({ kind }) => kind === 'shard').map((one) => part('Users: a shard', '', [one]))}
          ${known('Users: shards', stated.shardMap && mapText(stated.shardMap), 'None: all users are in the one database.')}
          ${known('Queue and workers', tellPlaces ? stated.queue : stated.queue && 'a queue', 'None: visitors wait while the work is done.')}
          ${known('Regions', stated.writerRegion && `writes go to ${stated.writerRegion}`, 'One: whoever is far away waits longer.')}
        </ul>
      </div>
      <p class="legend">
        <span class="dot good"></span>connected <span class="dot bad"></span>not reached <span class="dot absent"></span>not part of this
        architecture
      </p>
    </div>`,
  });
}

/** What strangers learn of a place. */
function roughly(place: string): string {
  return place.startsWith('/') || place === LOCAL_PLACE ? 'on this server' : 'outside of this server';
}

function summary(troubles: number): string {
  if (troubles === 0) return 'Everything this server needs is connected.';
  return troubles === 1 ? 'One part can’t be reached right now.' : `${troubles} parts can’t be reached right now.`;
}

function box(name: string, what: Html | string, state: 'good' | 'absent'): Html {
  return html`<div class="box ${state}">
    <h2><span class="dot ${state}"></span>${name}</h2>
    <p>${what}</p>
  </div>`;
}

/** A green dot means that this very request came through. */
function cdn({ edgeHost, arrival }: Stated): Html {
  if (edgeHost === undefined) return box('CDN', 'None: the web tier answers everything.', 'absent');
  return arrival.cdn ? box('CDN', edgeHost, 'good') : box('CDN', html`${edgeHost}<br />This request came around it.`, 'absent');
}

function balancer({ stage, arrival }: Stated): Html {
  if (arrival.balancer) return box('Load balancer', 'It chose the server for this request.', 'good');
  return box('Load balancer', stage < 4 ? 'None: one server answers everybody.' : 'This request came around it.', 'absent');
}

function server({ server: name, release, processes }: Environment, { stage }: Stated): Html {
  const many = processes === 1 ? '1 process' : `${processes} processes`;
  const about = html`${name}<br /><small>release ${release.slice(0, 12)} · ${many}</small>`;
  return box(
    'This web server',
    stage < 4 ? about : html`${about}<br /><small>One of a group: another may answer next time.</small>`,
    'good',
  );
}

/** A part that is known from the settings alone. */
function known(name: string, what: string | undefined, without: string): Html {
  const state = what === undefined ? 'absent' : 'good';
  return html`<li class="box ${state}">
    <h2><span class="dot ${state}"></span>${name}</h2>
    <p>${what === undefined ? without : html`<code>${what}</code>`}</p>
  </li>`;
}

function mapText({ strategy, shards, version }: ShardMap): string {
  return `${shards} ${shards === 1 ? 'shard' : 'shards'} by ${strategy}, version ${version}`;
}

function part(name: string, without: string, found: readonly Health[]): Html {
  if (found.length === 0)
    return html`<li class="box absent">
      <h2><span class="dot absent"></span>${name}</h2>
      <p>${without}</p>
    </li>`;
  const state = found.every(({ ok }) => ok) ? 'good' : 'bad';
  return html`<li class="box ${state}">
    <h2><span class="dot ${state}"></span>${name}</h2>
    ${found.map(connection)}
  </li>`;
}

function connection({ place, ok, ms, detail }: Health): Html {
  const state = ok ? `connected, answers in ${ms} ms` : 'not reached';
  return html`<p>
    <code>${place}</code><br /><span class="state ${ok ? 'good' : 'bad'}">${state}</span>${ok && detail !== '' && html` · ${detail}`}
  </p>`;
}
