import type { OutgoingHttpHeaders } from 'node:http';
import type { Reply } from '../http/reply';
import { html, type Html } from './html';

/** Paths of the static files by their names without hash. The build puts them in. */
declare const STATIC_FILES: Readonly<Record<string, string>>;

/** What a page is made of. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
}

const LINKS = [
  { path: '/', label: 'Home' },
  { path: '/users', label: 'People' },
  { path: '/products', label: 'Products' },
  { path: '/orders', label: 'Orders' },
  { path: '/architecture', label: 'Architecture' },
  { path: '/me', label: 'You' },
];

/** A page of this site. Head and foot are the same for everybody. */
export function page({ title, body, status = 200, headers = {} }: Page): Reply {
  const links = LINKS.map(({ path, label }) => html`<a href="${path}">${label}</a>`);
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Stagecraft</title>
        <link rel="stylesheet" href="${STATIC_FILES['app.css']}" />
        <link rel="icon" type="image/svg+xml" href="${STATIC_FILES['logo.svg']}" />
        <script src="${STATIC_FILES['app.js']}" defer></script>
      </head>
      <body>
        <header>
          <a class="brand" href="/"><img src="${STATIC_FILES['logo.svg']}" alt="" width="32" height="32" />Stagecraft</a>
          <nav>${links}</nav>
        </header>
        <main>${body}</main>
        <footer>
          One web application, six architectures. A demonstration: a sign-in is only a name, and anybody may change anything.
          <a href="/architecture">See the one it runs on now</a>.
        </footer>
      </body>
    </html> `;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: document.markup };
}
