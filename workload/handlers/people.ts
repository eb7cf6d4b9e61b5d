import { isId } from '../data/id';
import type { Before, Profile } from '../data/user-table';
import { readFields, textField } from '../http/body';
import type { Context } from '../http/context';
import { hasJustWritten, written } from '../http/just-written';
import { HttpError, json, type Reply } from '../http/reply';
import { peoplePage, personPage } from '../pages/people';
import { typeOfImage } from '../uploads/image';

/** Shows the newest users, or older ones page by page. */
export async function listUsers(context: Context): Promise<Reply> {
  const before = beforeIn(context);
  const page = await context.parts.users.newest(hasJustWritten(context), before);
  return context.wantsJson ? json(200, page) : peoplePage(page, before !== undefined);
}

function beforeIn({ query }: Context): Before | undefined {
  const [id, createdAt] = ['before', 'at'].map((key) => query.get(key) ?? undefined);
  if (id === undefined) return undefined;
  if (!isId(id)) throw new HttpError(400, '“before” is not the number of a user.');
  if (createdAt !== undefined && !isSecond(createdAt)) {
    throw new HttpError(400, '“at” is not a time such as 2026-01-31T08:00:00Z.');
  }
  return { id, createdAt };
}

/** Whether a text is a second of a calendar, as users have it. */
const isSecond = (text: string): boolean => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text.replace(/Z$/, '.000Z');

/** Shows one user. */
export async function showUser(context: Context): Promise<Reply> {
  const user = await context.parts.users.find(hasJustWritten(context), idOf(context));
  if (!user) throw nobody();
  return context.wantsJson ? json(200, user) : personPage(user);
}

/** Adds a user. */
export async function addUser(context: Context): Promise<Reply> {
  const id = await context.parts.users.add(await readProfile(context));
  return written(context, `/users/${id}`, { id });
}

/** Changes a user. */
export async function changeUser(context: Context): Promise<Reply> {
  const id = idOf(context);
  if (!(await context.parts.users.change(id, await readProfile(context)))) throw nobody();
  return written(context, `/users/${id}`, { id }, 200);
}

async function readProfile({ request }: Context): Promise<Profile> {
  const form = await readFields(request);
  const photo = form.get('photo') ?? '';
  if (photo !== '' && !(photo.startsWith('/uploads/') && typeOfImage(photo.slice('/uploads/'.length)))) {
    throw new HttpError(400, 'That picture was not uploaded here.');
  }
  return {
    name: textField(form, 'name', { min: 1, max: 80 }),
    bio: textField(form, 'bio', { min: 0, max: 500 }),
    photo: photo === '' ? null : photo,
  };
}

function idOf(context: Context): string {
  const id = context.param('id');
  if (!isId(id)) throw nobody();
  return id;
}

function nobody(): HttpError {
  return new HttpError(404, 'There is nobody with this number.');
}
