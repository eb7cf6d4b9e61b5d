import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import type { Application } from '../../../../lib';
import { Host, publishRelease } from '../../../../tools/servers/host';
import type { Moto } from '../../../../tools/servers/moto';
import { apt, type Program, ZIP } from '../../../support/needs';
import { bootFile } from './machine';

/** What a server runs that is not in the release. */
export const SERVER_PROGRAMS: Program[] = [
  ...ZIP,
  apt('nginx', 'nginx-light'),
  apt('psql', 'postgresql-client'),
  { name: 'aws', install: 'pip install awscli' },
];

/** Prepares a server; `base` is where the application's own ports begin. */
export async function foreignServer(
  root: string,
  name: string,
  base: number,
  moto: Moto,
  authority: string,
  pollSeconds = 1,
  role = 'web',
): Promise<Host> {
  return Host.create({ root, script: readFileSync(bootFile(name, role), 'utf8'), moto, authority, base, pollSeconds });
}

/** Puts a release where servers find it, as a deploy does before it tells them. */
export async function publish(moto: Moto, name: string, version: string, application: Application): Promise<void> {
  const { directory, settings } = application.bind(new Stack(new App(), 'Stack'));
  await publishRelease(moto, 'releases', `${version}.zip`, directory);
  await moto.configure(name, Object.fromEntries(Object.entries(settings).map(([key, value]) => [`application/${key}`, value])));
  await moto.announce(name, `s3://releases/${version}.zip`);
}
