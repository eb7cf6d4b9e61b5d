import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes';

/** Files of a throw-away authority and of a certificate for `localhost` that it signed. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes them in a directory.
 * @param names more names that the certificate is for.
 */
export function makeCertificates(directory: string, names: readonly string[] = []): Certificates {
  const file = (name: string): string => join(directory, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run(['openssl', 'req', '-x509', ...newKey, '-subj', '/CN=throw-away', '-days', '2', '-keyout', file('ca.key'), '-out', file('ca.pem')]);
  run(['openssl', 'req', ...newKey, '-subj', '/CN=localhost', '-keyout', file('server.key'), '-out', file('server.csr')]);
  writeFileSync(file('server.ext'), `subjectAltName=${['DNS:localhost', 'IP:127.0.0.1', ...names.map((name) => `DNS:${name}`)].join()}\n`);
  const authority = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'];
  run([
    'openssl',
    'x509',
    '-req',
    '-in',
    file('server.csr'),
    ...authority,
    '-days',
    '2',
    '-extfile',
    file('server.ext'),
    '-out',
    file('server.pem'),
  ]);
  return { authority: file('ca.pem'), certificate: file('server.pem'), key: file('server.key') };
}
