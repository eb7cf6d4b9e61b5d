import { createServer } from 'node:net';
import { BadInput } from '../shared/bad-input';
import { freePort } from '../servers/processes';

/** Fails in one line where a port can't be had; `option` is where another one is said. */
export async function requirePort(port: number, option: string): Promise<void> {
  const why = await refusalOf(port);
  if (why !== undefined)
    throw new BadInput(`port ${port} can not be used (${why}): type ${option} ${port === 65_535 ? port - 1 : port + 1}`);
}

/** Where the page is: where somebody says; else beside the website, or where there is room. */
export async function pagePort(asked: number | undefined, site: number): Promise<number> {
  if (asked !== undefined) {
    await requirePort(asked, '--page');
    return asked;
  }
  return site < 65_535 && (await refusalOf(site + 1)) === undefined ? site + 1 : freePort();
}

/** Why a port can't be had at an address of this machine; undefined where it can. */
export async function refusalOf(port: number, address = '127.0.0.1'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ message }) => {
      resolve(message);
    });
    server.listen(port, address, () =>
      server.close(() => {
        resolve(undefined);
      }),
    );
  });
}
