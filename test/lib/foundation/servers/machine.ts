import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootScript } from '../../../../lib/foundation/servers/boot-script';

const POSTGRES_BIN = ['/usr/lib/postgresql', '/usr/local/pgsql']
  .flatMap((root) => (existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : []))
  .at(-1);

/** The script as a server has it, in a file. */
export function bootFile(name = 'webapp', role = 'web'): string {
  const file = join(mkdtempSync(join(tmpdir(), 'boot-')), 'boot');
  writeFileSync(file, bootScript({ NAME: name, ROLE: role, ENVIRONMENT: '' }), { mode: 0o755 });
  chmodSync(join(file, '..'), 0o755);
  return file;
}

const BOOT = bootFile();

/** How a command lets its caller down. */
export const FAULTS = {
  fails: 'exit 255',
  hangs: 'exec sleep 600',
  'answers nothing': 'exit 0',
};

/** A machine in a directory: its own root, and commands that stand for AWS and the system. */
export class Machine {
  public readonly root = mkdtempSync(join(tmpdir(), 'machine-'));
  private readonly parameters: Record<string, string> = {};

  public constructor() {
    chmodSync(this.root, 0o755);
    for (const directory of ['bin', 'etc', 'bucket']) mkdirSync(join(this.root, directory));
    this.command('systemctl', `echo "systemctl $*" >> ${this.root}/calls`);
    this.command('curl', '[[ "$*" != *169.254* ]] || echo i-0abc');
    this.command('rpm', 'exit 0');
    this.command(
      'aws',
      `
echo "aws $*" >> ${this.root}/calls
case "$1 $2" in
  "ssm get-parameters") file="${this.root}/parameters/$(echo "$4" | tr / _)"; [ -f "$file" ] && cat "$file" || echo None ;;
  "s3 cp") cp "${this.root}/bucket/$(basename "$4")" "$5" ;;
  "s3 sync") [ ! -f ${this.root}/s3-is-down ] ;;
  *) exit 64 ;;
esac`,
    );
    mkdirSync(join(this.root, 'parameters'));
  }

  public command(name: string, script: string): void {
    const file = join(this.root, 'bin', name);
    rmSync(file, { force: true });
    writeFileSync(file, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }

  /** From now on a command fails, hangs or answers nothing; or it does its work, but late. */
  public break(name: string, fault: keyof typeof FAULTS | 'answers late'): void {
    if (fault !== 'answers late') {
      this.command(name, FAULTS[fault]);
      return;
    }
    const file = join(this.root, 'bin', name);
    const script = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1).join('\n') : `exec /usr/bin/${name} "$@"`;
    // The first three answers are too late for the limit of a second.
    this.command(
      name,
      `[ "$(wc -l < ${this.root}/late 2>/dev/null || echo 0)" -ge 3 ] || { echo >> ${this.root}/late; sleep 3; }\n${script}`,
    );
  }

  public parameter(name: string, value: string): void {
    this.parameters[name] = value;
    writeFileSync(join(this.root, 'parameters', `/webapp/${name}`.replaceAll('/', '_')), value);
  }

  /** A release as the asset pipeline makes it: a zip file named by its hash. */
  public publish(version: string, files: Record<string, string>): void {
    const source = mkdtempSync(join(tmpdir(), 'release-'));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(source, name, '..'), { recursive: true });
      writeFileSync(join(source, name), content);
    }
    execFileSync('zip', ['-qr', join(this.root, 'bucket', `${version}.zip`), '.'], { cwd: source });
    this.parameter('release', `s3://releases/${version}.zip`);
  }

  /** Runs a function of the boot script. */
  public run(...call: string[]): { status: number | null; output: string } {
    return this.runWith({}, ...call);
  }

  public runWith(more: Record<string, string>, ...call: string[]): { status: number | null; output: string } {
    const PATH = [join(this.root, 'bin'), POSTGRES_BIN, process.env.PATH].join(':');
    const env = {
      PATH,
      NAME: 'webapp',
      ROLE: 'web',
      APP: join(this.root, 'app'),
      DATA: join(this.root, 'data'),
      ETC: join(this.root, 'etc'),
      RUN: this.root,
      AWS_REGION: 'eu-west-1',
      RETRY_SECONDS: '0',
      PATIENCE: '0',
      ANSWER_SECONDS: '0',
      ...more,
    };
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `source ${BOOT}; "$@"`, 'boot', ...call], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { status, output: stdout + stderr };
  }

  public calls(): string[] {
    const file = join(this.root, 'calls');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines;
  }

  public current(): string {
    return readlinkSync(join(this.root, 'app/current')).split('/').at(-1)!;
  }
}
