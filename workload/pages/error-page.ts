import type { HttpError, Reply } from '../http/reply';
import { html } from './html';
import { page } from './layout';

/** What a visitor sees instead of what they asked for. */
export function errorPage({ status, title, message }: HttpError): Reply {
  return page({
    status,
    title,
    body: html`<section class="notice">
      <p class="code">${status}</p>
      <h1>${title}</h1>
      <p>${message}</p>
      <p><a class="button" href="/">Home</a></p>
    </section>`,
  });
}
