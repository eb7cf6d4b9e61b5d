import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { eventually, type Outcome, runToEnd, startProcess, stopProcess } from '../../../tools/servers/processes';
import { motoProgram } from '../../../tools/servers/moto';
import type { Servers } from '../servers';
import { Cloud } from './cloud';
import { Disk } from './disk';
import { Link } from './link';
import type { Volume } from './volume';

const UP_MS = 240_000;
const CUT_MS = 60_000;

/** What a guest is made of. */
export interface GuestOptions {
  readonly servers: Servers;
  readonly cloud: Cloud;
  /** Its id in EC2. */
  readonly instance: string;
  /** The text that cloud-init runs at the first boot. */
  readonly userData: string;
  /** Volumes that may be attached to it. */
  readonly volumes: readonly Volume[];
  /**
   * Users of the system that its image has more than others.
   * @default - none
   */
  readonly users?: readonly string[];
}

/** A server: Debian 12 with its own systemd, in namespaces of this machine. Its disk is a file with XFS, which forgets at a power cut what wasn't flushed. */
export class Guest {
  private readonly link: Link;
  private readonly root: string;
  private readonly disk: Disk;
  /** What no power cut touches: `at` says where the boot script stops, `reached` that it did. */
  private readonly cut: string;
  private process?: ChildProcess;

  private constructor(private readonly options: GuestOptions) {
    const { servers, instance } = options;
    this.root = join(servers.directory, instance);
    this.disk = new Disk(this.root);
    this.cut = `${this.root}-cut`;
    this.link = new Link(`stagecraft-${process.pid}-${instance}`);
  }

  /** Makes one that has never been started. */
  public static async create(options: GuestOptions): Promise<Guest> {
    const guest = new Guest(options);
    await guest.prepare();
    return options.servers.stoppedAtEnd(guest);
  }

  /** Switches it on, and waits until it has started everything that it starts by itself. Returns what systemd says of that. */
  public async boot(): Promise<string> {
    this.powerOn();
    return this.started();
  }

  /** Switches it on. */
  public powerOn(): void {
    const { volumes, instance } = this.options;
    const attached = volumes.filter(({ holder }) => holder === instance);
    const binds = [
      `--bind=${this.cut}:/cut`,
      `--bind-ro=${process.execPath}:/opt/node`,
      `--bind-ro=${commandLine()}:/opt/aws-cli`,
      ...attached.map(({ device }) => `--bind=${device}`),
    ];
    const place = [`--directory=${this.root}`, `--network-namespace-path=/run/netns/${this.link.guest}`, `--machine=${instance}`];
    // udev of the guest tells its systemd of devices, for which it writes into /sys.
    const env = { ...process.env, SYSTEMD_NSPAWN_API_VFS_WRITABLE: '1' };
    const command = ['systemd-nspawn', '--quiet', '--boot', '--register=no', '--keep-unit', '--console=pipe', '--capability=CAP_NET_ADMIN'];
    const output = openSync(`${this.root}.log`, 'a');
    this.process = startProcess(this.disk.mountedFor([...command, ...place, ...binds]), { env, stdio: ['ignore', output, output] });
  }

  /** Waits until everything is started. */
  public async started(): Promise<string> {
    // Two answers where the first comes too late.
    const line = `timeout ${UP_MS / 1000} systemctl is-system-running --wait || systemctl is-system-running`;
    const state = await eventually(async () => {
      const answer = /^[a-z]+$/m.exec((await this.shell(line)).words);
      if (!answer) throw new Error(`the guest is not up:\n${this.console}`);
      return answer[0];
    }, UP_MS);
    if (!['running', 'degraded'].includes(state)) throw new Error(`the guest is ${state}: ${await this.said()}\n${this.console}`);
    return state;
  }

  /** Runs a line of shell in it, as a process of its systemd. */
  public async shell(line: string): Promise<Outcome> {
    const leader = this.leader();
    if (leader === undefined) return { status: null, words: 'it is off' };
    const unit = [
      'systemd-run',
      '--quiet',
      '--wait',
      '--pipe',
      '--collect',
      '--setenv=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
    ];
    return runToEnd('nsenter', ['--target', String(leader), '--all', '--', ...unit, 'bash', '-c', line], {});
  }

  /** Units that failed. */
  public async failed(): Promise<string> {
    return (await this.shell('systemctl --failed --no-legend --plain')).words.trim();
  }

  /** What the boot script said since it was switched on. */
  public async said(): Promise<string> {
    return (await this.shell('journalctl -b -o cat --no-pager -u boot -u cloud-final')).words;
  }

  /** Asks its port 80 from outside. */
  public async get(path = '/', ...more: string[]): Promise<{ readonly status: number; readonly text: string }> {
    const command = [...this.link.fromOutside, 'curl', '-s', '-m', '20', '-w', '\n%{http_code}', ...more, `http://${Link.GUEST}${path}`];
    const { words } = await runToEnd(command[0], command.slice(1), {});
    const [, text = '', status] = /^([^]*)\n(\d+)$/.exec(words) ?? [];
    return { status: Number(status), text: text.trim() };
  }

  /** Switches it on, and takes its power away before a command of the boot script that begins so. */
  public async bootUntil(command: string): Promise<void> {
    this.stopAt(command);
    this.powerOn();
    await this.cutAt(command);
  }

  /** Runs a line, and takes its power away before a command of the boot script that begins so. */
  public async shellUntil(line: string, command: string): Promise<void> {
    this.stopAt(command);
    const running = this.shell(line);
    await this.cutAt(command);
    await running;
  }

  /** Takes its power away: what it had not flushed is lost. */
  public async cutPower(): Promise<void> {
    const leader = this.leader();
    if (leader === undefined) throw new Error('it is off');
    const root = `/proc/${leader}/root`;
    const isMounted = readFileSync(`/proc/${leader}/mounts`, 'utf8').includes(' /data ');
    for (const place of [...(isMounted ? [`${root}/data`] : []), `${root}/`]) Disk.forget(place);
    await this.kill();
  }

  /** Restarts it in order. */
  public async reboot(): Promise<string> {
    await this.powerOff();
    return this.boot();
  }

  /** Switches it off in order. */
  public async powerOff(): Promise<void> {
    const ended = this.process;
    await this.shell('systemctl poweroff --no-block');
    await eventually(() => ended?.exitCode !== null, UP_MS);
    await this.kill();
  }

  /** Ends it at once, and takes everything away. */
  public async stop(): Promise<void> {
    await this.kill();
    for (const volume of this.options.volumes.filter(({ holder }) => holder === this.options.instance)) volume.holder = undefined;
    await this.link.stop();
    this.disk.remove();
  }

  private get console(): string {
    return readFileSync(`${this.root}.log`, 'utf8').slice(-2_000);
  }

  private stopAt(command: string): void {
    rmSync(join(this.cut, 'reached'), { force: true });
    writeFileSync(join(this.cut, 'at'), command);
  }

  private async cutAt(command: string): Promise<void> {
    const reached = join(this.cut, 'reached');
    await eventually(() => existsSync(reached) || this.process?.exitCode !== null, CUT_MS).catch(() => undefined);
    if (!existsSync(reached)) throw new Error(`never came to ${command}: ${await this.said()}\n${this.console}`);
    await this.cutPower();
    rmSync(join(this.cut, 'at'));
  }

  private async kill(): Promise<void> {
    const leader = this.leader();
    if (leader !== undefined) process.kill(leader, 'SIGKILL');
    if (this.process) await stopProcess(this.process, 'SIGKILL');
    this.process = undefined;
    await this.disk.released();
    for (const volume of this.options.volumes) if (volume.holder === this.options.instance) await volume.released();
  }

  /** Its process 1, as this machine numbers it. */
  private leader(): number | undefined {
    const childOf = (pid: number | undefined): number | undefined => {
      const file = `/proc/${pid ?? 0}/task/${pid ?? 0}/children`;
      const [child] = existsSync(file) ? (/\d+/.exec(readFileSync(file, 'utf8')) ?? []) : [];
      return child === undefined ? undefined : Number(child);
    };
    // Below `unshare` and `systemd-nspawn`.
    return this.process?.exitCode === null ? childOf(childOf(this.process.pid)) : undefined;
  }

  private async prepare(): Promise<void> {
    const { cloud, instance, userData, volumes, users = [] } = this.options;
    mkdirSync(this.cut);
    const files = {
      'etc/hostname': `${instance}\n`,
      'etc/machine-id': `${randomBytes(16).toString('hex')}\n`,
      'etc/hosts': Cloud.hosts(Link.CLOUD),
      'var/lib/cloud/seed/nocloud/meta-data': `instance-id: ${instance}\n`,
      'var/lib/cloud/seed/nocloud/user-data': userData,
      ...Object.fromEntries(volumes.map(({ id, device }) => [`etc/volumes/${basename(device)}`, `VOLUME=${id.replace('-', '')}\n`])),
    };
    await this.disk.create(files, users, cloud.certificates.authority);
    this.link.start(await cloud.serve(instance, async (volume) => this.attach(volume)));
  }

  /** The device appears, and its udev hears of it. */
  private async attach({ device }: Volume): Promise<void> {
    const [major, minor] = readFileSync(`/sys/block/${basename(device)}/dev`, 'utf8')
      .trim()
      .split(':');
    await this.shell(`mknod ${device} b ${major} ${minor} && udevadm trigger --action=add /sys/block/${basename(device)}`);
  }
}

/** Packages of Python that hold the AWS CLI, beside moto. */
function commandLine(): string {
  const lib = join(dirname(motoProgram() ?? ''), '../lib');
  const found = readdirSync(lib)
    .map((python) => join(lib, python, 'site-packages'))
    .find((packages) => existsSync(join(packages, 'awscli')));
  if (found === undefined) throw new Error(`no awscli in ${lib}: pip install awscli beside moto`);
  return found;
}
