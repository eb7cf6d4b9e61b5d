import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Moto } from './moto';
import { freePort, marked, type Outcome, runToEnd, signalFamily } from './processes';

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

/** Where a server is, and what it is told. */
export interface HostOptions {
  /** A directory of its own, made if it isn't there. */
  readonly root: string;
  /** The boot script, as the server's user data has it. */
  readonly script: string;
  readonly moto: Moto;
  /** File of the authority that signed the certificates of databases and caches. */
  readonly authority: string;
  /** Where ports of an application of a Procfile begin; it takes two hundred. */
  readonly base: number;
  /** Seconds between two looks at the settings. */
  readonly pollSeconds: number;
  /** More variables of the application. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A server in a directory: the boot script's own steps, the AWS CLI, nginx and the processes are real; systemd and packages are not. */
export class Host {
  private constructor(
    private readonly root: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly script: string,
    private readonly port: number,
  ) {}

  /** Where it answers. */
  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What its application wrote. */
  public get log(): string {
    return existsSync(join(this.root, 'log')) ? readFileSync(join(this.root, 'log'), 'utf8') : '';
  }

  /** Where it keeps uploads while there is no bucket. */
  public get uploads(): string {
    return join(this.root, 'data/uploads');
  }

  /** A file by which a runbook on it tells its application to look at the settings now. */
  public get look(): string {
    return join(this.root, 'run/app/look');
  }

  /** Process of its application, the first of them; undefined before it was started. */
  public get pid(): number | undefined {
    return existsSync(join(this.root, 'pid')) ? Number(readFileSync(join(this.root, 'pid'), 'utf8')) : undefined;
  }

  /** Prepares a server, up to the unit of the application. */
  public static async create(options: HostOptions): Promise<Host> {
    const { root, moto } = options;
    for (const directory of ['bin', 'run/app', 'etc/systemd/system', 'etc/logrotate.d', 'app/releases', 'data/uploads', 'logs']) {
      mkdirSync(join(root, directory), { recursive: true });
    }
    const port = await freePort();
    const script = join(root, 'boot');
    writeFileSync(script, options.script);
    for (const [program, text] of Object.entries(standIns(port))) {
      writeFileSync(join(root, 'bin', program), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
    }
    const of = (directory: string): string => join(root, directory);
    const overrides = {
      ...{ RUNTIME_DIRECTORY: of('run/app'), DATA: of('data'), UPLOADS: of('data/uploads'), CURRENT: of('app/current') },
      ...{
        SPOOL: of('spool'),
        NODE_EXTRA_CA_CERTS: options.authority,
        PORT: String(port),
        PORT_BASE: String(options.base),
        HOME: root,
        CPUS: '2',
      },
      ...{ POLL_SECONDS: String(options.pollSeconds), SPREAD_SECONDS: '1', SECRET_SECONDS: '1', WEB_CONCURRENCY: '1' },
      // How full this machine's disk is says nothing about a server's.
      UPLOADS_KEEP_FREE: '0',
      ...options.environment,
    };
    const lines = Object.entries(overrides).map((pair) => pair.join('='));
    writeFileSync(of('overrides'), lines.join('\n'));
    const path = [of('bin'), dirname(process.execPath), process.env.PATH].join(':');
    const environment = {
      ...{ PATH: path, HOME: root, ROOT: root, RETRY_SECONDS: '1', PATIENCE: '60', SETTLE_SECONDS: '1', LOGS: of('logs') },
      ...{ APP: of('app'), DATA: of('data'), ETC: of('etc'), RUN: of('run'), RUNTIME_DIRECTORY: of('run/app') },
      ...moto.environment,
    };
    const host = new Host(root, environment, script, port);
    const installed = await host.boot('install_units');
    if (installed.status !== 0) throw new Error(installed.words);
    return host;
  }

  /** Runs a step of the boot script. */
  public async boot(...call: string[]): Promise<Outcome> {
    return this.run('bash', ['--norc', '-c', `source ${this.script}; "$@"`, 'boot', ...call]);
  }

  /** Makes the release that is announced the one that serves, as a deploy does. */
  public async deploy(): Promise<Outcome> {
    return this.boot('activate_release');
  }

  /** Asks what systemd would be asked. */
  public async systemctl(...call: string[]): Promise<Outcome> {
    return this.run('systemctl', call);
  }

  /** Ends it as a server that is shut down. */
  public async stop(): Promise<void> {
    await this.systemctl('stop', 'app');
  }

  /** Ends it as a server that loses its power: nothing remembers what ran, even while the system still buries it. */
  public kill(): void {
    this.signal('SIGKILL');
    rmSync(join(this.root, 'pid'), { force: true });
  }

  /** Sends a signal to all its processes: SIGSTOP lets it hang, SIGCONT go on. */
  public signal(name: NodeJS.Signals): void {
    if (this.pid !== undefined) signalFamily(this.pid, name);
  }

  private async run(program: string, args: string[]): Promise<Outcome> {
    return runToEnd(program, args, { env: marked(this.environment), detached: true });
  }
}

/** Puts a directory into a bucket as a release, where servers find it, as a deploy does before it tells them. */
export async function publishRelease(moto: Moto, bucket: string, key: string, directory: string): Promise<void> {
  const zip = `${directory}.zip`;
  execFileSync('zip', ['-qry', zip, '.'], { cwd: directory });
  await moto.upload(bucket, key, readFileSync(zip));
}

/** Programs of the system that do less here than on a server. */
function standIns(port: number): Readonly<Record<string, string>> {
  return {
    systemctl: SYSTEMCTL,
    rpm: 'exit 0',
    runuser: '[ "$2" != postgres ] || export PGUSER=postgres; while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
    install: 'mkdir -p "${@: -1}"',
    useradd: 'exit 0',
    'python3.13': `exec '${python()}' "$@"`,
    curl: `exec /usr/bin/curl "\${@//127.0.0.1:80/127.0.0.1:${port}}"`,
  };
}

/** The Python that packages were installed by. A version manager's stand-in may choose another one on a server, whose HOME is its own. */
function python(): string {
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : 'python3';
}
