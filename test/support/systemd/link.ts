import type { ChildProcess } from 'node:child_process';
import { run, startProcess, stopProcess } from '../../../tools/servers/processes';

/** Passes connections at ADDRESS:PORT on to Unix sockets. */
const FORWARD = `
const net = require('node:net');
for (const word of process.argv.slice(1)) {
  const [address, port, path] = word.split(' ');
  net.createServer({ allowHalfOpen: true }, (from) => {
    const to = net.connect({ path, allowHalfOpen: true });
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
    from.pipe(to).pipe(from);
  }).listen(Number(port), address);
}`;

/** The network of one guest: itself, and the other end of its only cable, where everything is that it asks. Nothing leads out of there. */
export class Link {
  public static readonly CLOUD = '10.213.0.1';
  public static readonly GUEST = '10.213.0.2';
  public readonly guest: string;
  private readonly outside: string;
  private forward?: ChildProcess;

  public constructor(name: string) {
    this.guest = `${name}-guest`;
    this.outside = `${name}-outside`;
  }

  /** Words before a command that asks the guest from outside. `ip netns exec` would copy all mounts, and hold the disks of other guests. */
  public get fromOutside(): string[] {
    return ['nsenter', `--net=/run/netns/${this.outside}`];
  }

  /** @param sockets Unix sockets by the port that they answer for. */
  public start(sockets: Readonly<Record<number, string>>): void {
    const ip = (...words: string[]): string => run(['ip', ...words]);
    for (const name of [this.guest, this.outside]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', this.outside, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'host0', 'netns', this.guest);
    ip('-n', this.outside, 'address', 'add', `${Link.CLOUD}/24`, 'dev', 'cable');
    ip('-n', this.outside, 'address', 'add', '169.254.169.254/32', 'dev', 'cable');
    ip('-n', this.outside, 'link', 'set', 'cable', 'up');
    ip('-n', this.guest, 'address', 'add', `${Link.GUEST}/24`, 'dev', 'host0');
    ip('-n', this.guest, 'link', 'set', 'host0', 'up');
    ip('-n', this.guest, 'route', 'add', 'default', 'via', Link.CLOUD);
    const places = Object.entries(sockets).map(([port, path]) => `${port === '80' ? '169.254.169.254' : Link.CLOUD} ${port} ${path}`);
    this.forward = startProcess([...this.fromOutside, process.execPath, '-e', FORWARD, ...places], { stdio: 'inherit' });
  }

  /** Takes it away. */
  public async stop(): Promise<void> {
    if (this.forward) await stopProcess(this.forward, 'SIGKILL');
    for (const name of [this.guest, this.outside]) run(['sh', '-c', `ip netns delete ${name} 2>/dev/null || true`]);
  }
}
