/** Cookies of a request, by name. Of two with one name the first counts. */
export function cookiesOf(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const [name = '', ...value] = pair.split('=');
    if (value.length > 0 && !cookies.has(name.trim())) cookies.set(name.trim(), value.join('=').trim());
  }
  return cookies;
}

/** A browser takes a name that begins so from this very host alone, and over HTTPS alone: no neighbour below the same domain can plant it. */
export const cookieName = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name);

/** A cookie that scripts can't read and other sites can't send along with a form. Without seconds left, it is removed. */
export function cookie(name: string, value: string, seconds: number, secure: boolean): string {
  return `${cookieName(name, secure)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
