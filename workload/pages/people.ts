import { PAGE_SIZE, type User, type UserPage } from '../data/user-table';
import type { Reply } from '../http/reply';
import { IMAGE_TYPES } from '../uploads/image';
import { html, type Html } from './html';
import { page } from './layout';

/** The list of users and a form to join it. */
export function peoplePage({ users, incomplete }: UserPage, continued: boolean): Reply {
  const oldest = users.length === PAGE_SIZE ? users.at(-1) : undefined;
  const list =
    users.length > 0
      ? html`<ul class="people">
          ${users.map(listed)}
        </ul>`
      : html`<p class="empty">${continued ? 'That was everybody.' : 'Nobody is here yet. Be the first.'}</p>`;
  return page({
    title: 'People',
    body: html`<h1>People</h1>
      <div class="columns">
        <section>
          ${incomplete && html`<p class="summary bad">Some people can’t be shown right now. Please look again in a moment.</p>`} ${list}
          <p class="pager">
            ${continued && html`<a href="/users">Newest</a>`}
            ${oldest && html`<a href="/users?before=${oldest.id}&amp;at=${oldest.createdAt}">Older</a>`}
          </p>
        </section>
        <aside class="card">
          <h2>Join the list</h2>
          ${profileForm('/users', 'Join')}
        </aside>
      </div>`,
  });
}

/** One user and a form to change what is said about them. */
export function personPage(user: User): Reply {
  return page({
    title: user.name,
    body: html`<div class="columns">
      <section class="profile">
        ${portrait(user, 160)}
        <h1>${user.name}</h1>
        <p class="when">Here since <time datetime="${user.createdAt}">${user.createdAt.slice(0, 10)}</time></p>
        <p class="bio">${user.bio || 'No words yet.'}</p>
        <p><a href="/users">Everybody</a></p>
      </section>
      <aside class="card">
        <h2>Change this page</h2>
        ${profileForm(`/users/${user.id}`, 'Save', user)}
      </aside>
    </div>`,
  });
}

function listed(user: User): Html {
  return html`<li>
    <a href="/users/${user.id}"
      >${portrait(user, 48)}<span><strong>${user.name}</strong><span class="bio">${user.bio}</span></span></a
    >
  </li>`;
}

function portrait({ name, photo }: User, size: number): Html {
  return photo
    ? html`<img class="portrait" src="${photo}" alt="" width="${size}" height="${size}" loading="lazy" />`
    : html`<span class="portrait" aria-hidden="true">${Array.from(name)[0].toUpperCase()}</span>`;
}

function profileForm(action: string, verb: string, user?: User): Html {
  return html`<form method="post" action="${action}">
    <label>Name <input name="name" required maxlength="80" autocomplete="off" value="${user?.name}" /></label>
    <label>A few words <textarea name="bio" maxlength="500" rows="3">${user?.bio}</textarea></label>
    <label class="needs-script">Picture <input type="file" accept="${IMAGE_TYPES.join(',')}" data-upload /></label>
    <input type="hidden" name="photo" />
    <p class="message" role="status"></p>
    <button>${verb}</button>
  </form>`;
}
