import type { Reply } from '../http/reply';
import type { Session } from '../sessions/session-store';
import { html } from './html';
import { page } from './layout';

/** Who the visitor is. */
export function accountPage(session: Session | undefined, place: string): Reply {
  return page({
    title: 'You',
    body: session
      ? html`<section class="card narrow">
          <h1>Hello, ${session.name}</h1>
          <p>You are signed in. That is remembered in ${place}.</p>
          <form method="post" action="/logout"><button class="quiet">Sign out</button></form>
        </section>`
      : html`<section class="card narrow">
          <h1>Who are you?</h1>
          <p>This is a demonstration: any name will do, and there is no password.</p>
          <form method="post" action="/login">
            <label>Name <input name="name" required maxlength="80" autocomplete="nickname" autofocus /></label> <button>Sign in</button>
          </form>
        </section>`,
  });
}
