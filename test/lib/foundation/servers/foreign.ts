import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { Application } from '../../../../lib';
import type { Moto } from '../../../support/moto';
import { apt, type Program, ZIP } from '../../../support/needs';
import { freePort } from '../../../support/processes';
import { bootFile } from './machine';

/** What a server runs that is not in the release. */
export const SERVER_PROGRAMS: Program[] = [
  ...ZIP,
  apt('nginx', 'nginx-light'),
  apt('psql', 'postgresql-client'),
  { name: 'aws', install: 'pip install awscli' },
];

/** systemd as far as the boot script asks it: one unit, started with its environment, and ended as its KillMode says. */
const SYSTEMCTL = `
unit=$ETC/systemd/system/app.service pid=$ROOT/pid
alive() { [ -s $pid ] && kill -0 "$(cat $pid)" 2>/dev/null; }
begin() {
  alive && return
  cd "$APP/current" || exit 1
  export $(sed -n 's/^Environment=//p' $unit | tr '\\n' ' ')
  export $(cat $ROOT/overrides)
  command=$(sed -n 's/^ExecStart=//p' $unit)
  setpriv --pdeathsig clear setsid sh -c "exec $command" >>$ROOT/log 2>&1 </dev/null &
  echo $! >$pid
}
end() { alive || return 0; kill -TERM "$(cat $pid)"; for try in $(seq 450); do alive || return 0; sleep 0.2; done; kill -KILL "$(cat $pid)"; }
case "$1 $2" in
  'start app') begin ;;
  'restart app') end; begin ;;
  'stop app') end ;;
  'is-active -q') alive ;;
  'show -p') echo 0 ;;
esac`;

/** A server in a directory: the boot script's own steps, the AWS CLI, nginx and the processes are real; systemd and packages are not. */
export class ForeignServer {
  public readonly url: string;

  private constructor(
    private readonly root: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly script: string,
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** What it wrote. */
  public get log(): string {
    return existsSync(join(this.root, 'log')) ? readFileSync(join(this.root, 'log'), 'utf8') : '';
  }

  /** Prepares a server; `base` is where the application's own ports begin. */
  public static async create(
    root: string,
    name: string,
    base: number,
    moto: Moto,
    authority: string,
    pollSeconds = 1,
    role = 'web',
  ): Promise<ForeignServer> {
    for (const directory of ['bin', 'run/app', 'etc/systemd/system', 'etc/logrotate.d', 'app/releases', 'data/uploads']) {
      mkdirSync(join(root, directory), { recursive: true });
    }
    const port = await freePort();
    const command = (program: string, script: string): void => {
      writeFileSync(join(root, 'bin', program), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
    };
    command('systemctl', SYSTEMCTL);
    command('rpm', 'exit 0');
    command('runuser', '[ "$2" != postgres ] || export PGUSER=postgres; while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
    command('install', 'mkdir -p "${@: -1}"');
    command('useradd', 'exit 0');
    command('python3.13', 'exec python3 "$@"');
    command('curl', `exec /usr/bin/curl "\${@//127.0.0.1:80/127.0.0.1:${port}}"`);
    const of = (directory: string): string => join(root, directory);
    const overrides = {
      ...{
        RUNTIME_DIRECTORY: of('run/app'),
        DATA: of('data'),
        UPLOADS: of('data/uploads'),
        CURRENT: of('app/current'),
        NODE_EXTRA_CA_CERTS: authority,
      },
      ...{
        PORT: String(port),
        PORT_BASE: String(base),
        POLL_SECONDS: String(pollSeconds),
        SPREAD_SECONDS: '1',
        SECRET_SECONDS: '1',
        CPUS: '2',
        HOME: root,
      },
    };
    writeFileSync(
      of('overrides'),
      Object.entries(overrides)
        .map((pair) => pair.join('='))
        .join('\n'),
    );
    const server = new ForeignServer(
      root,
      {
        ...{ PATH: `${of('bin')}:${process.env.PATH}`, HOME: root, ROOT: root, RETRY_SECONDS: '1', PATIENCE: '60' },
        ...{ APP: of('app'), DATA: of('data'), ETC: of('etc'), RUN: of('run'), RUNTIME_DIRECTORY: of('run/app') },
        ...{ ...moto.environment, AWS_DEFAULT_REGION: 'us-east-1', SETTLE_SECONDS: '1' },
      },
      bootFile(name, role),
      port,
    );
    const installed = await server.boot('install_units');
    if (installed.status !== 0) throw new Error(installed.words);
    return server;
  }

  /** Runs a step of the boot script. */
  public async boot(...call: string[]): Promise<{ status: number | null; words: string }> {
    return this.run('bash', ['--norc', '-c', `source ${this.script}; "$@"`, 'boot', ...call]);
  }

  /** Makes the release that is announced the one that serves, as a deploy does. */
  public async deploy(): Promise<{ status: number | null; words: string }> {
    return this.boot('activate_release');
  }

  /** Asks what systemd would be asked. */
  public async systemctl(...call: string[]): Promise<{ status: number | null; words: string }> {
    return this.run('systemctl', call);
  }

  /** Ends it as a server that is shut down. */
  public async stop(): Promise<void> {
    await this.systemctl('stop', 'app');
  }

  /** Ends it as a server that loses its power. */
  public kill(): void {
    const pid = Number(readFileSync(join(this.root, 'pid'), 'utf8'));
    const tree = execFileSync('ps', ['-eo', 'pid=,ppid=,sid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const doomed = new Set([pid]);
    // Children come after their parents often, not always.
    for (let round = 0; round < 5; round++) for (const [child, parent] of tree) if (doomed.has(parent)) doomed.add(child);
    for (const one of doomed) process.kill(one, 'SIGKILL');
  }

  private async run(program: string, args: string[]): Promise<{ status: number | null; words: string }> {
    const child: ChildProcess = spawn(program, args, { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (words += String(text)));
    return new Promise((resolve) => {
      child.once('close', (status) => {
        resolve({ status, words });
      });
    });
  }
}

/** Puts a release where servers find it, as a deploy does before it tells them. */
export async function publish(moto: Moto, name: string, version: string, application: Application): Promise<void> {
  const { directory, settings } = application.bind(new Stack(new App(), 'Stack'));
  const zip = `${directory}.zip`;
  execFileSync('zip', ['-qry', zip, '.'], { cwd: directory });
  await moto.upload('releases', `${version}.zip`, readFileSync(zip));
  await moto.configure(name, Object.fromEntries(Object.entries(settings).map(([key, value]) => [`application/${key}`, value])));
  await moto.announce(name, `s3://releases/${version}.zip`);
}
