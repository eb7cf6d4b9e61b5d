import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HealthChecks, type Target } from '../servers/health-checks';
import { Host } from '../servers/host';
import type { Moto } from '../servers/moto';
import { eventually, type Outcome } from '../servers/processes';
import type { Servers } from '../servers/servers';
import { BadInput } from '../shared/bad-input';
import { fileName } from './data';
import type { ServersPart } from './parts';

/** A load balancer of AWS asks every ten seconds. Here it is twenty times as quick. */
const CHECK_MS = 500;
/** The application looks at its settings every 30 seconds; here ten times as often. */
const POLL_SECONDS = 3;
/** How long a server that is out gets for the answers under way. */
const DRAIN_MS = 1_500;

/** What times a worker is told: those of an hour would outlast an exercise. */
const WORKER = { RETRY_SECONDS: '0', CLAIM_SECONDS: '2', WAIT_SECONDS: '1', CONCURRENCY: '3' };

/** Characters of what was written last: enough for a reason with its stack. */
const LAST = 1_000;

/** What the server says itself; the rest of the log is the application's. */
const OWN = /^\{"time".*$\n?/gm;

/** A server that runs. */
export interface Member extends Target {
  readonly name: string;
  readonly part: ServersPart;
  readonly host: Host;
}

/** All servers of a deployment, and the health checks of its load balancer. */
export class Fleet {
  public readonly members: Member[] = [];
  private readonly checks: HealthChecks<Member>;
  /** How many servers there were, in all regions. */
  private static all = 0;
  private started = 0;

  /**
   * @param prefix goes before names of servers.
   * @param changed called when the load balancer takes a server in or out.
   */
  public constructor(
    private readonly servers: Servers,
    private readonly moto: Moto,
    private readonly prefix: string,
    private readonly changed: (member: Member) => void,
  ) {
    this.checks = new HealthChecks(() => this.members.filter(({ part }) => part.balanced), CHECK_MS, changed);
  }

  /** Servers of a kind. */
  public of(id: string): Member[] {
    return this.members.filter(({ part }) => part.id === id);
  }

  /** Starts one more server by the boot script's own steps, and waits until it serves. */
  public async hire(part: ServersPart, script: string): Promise<Member> {
    const number = (this.started += 1);
    const name = `${this.prefix}${fileName(part.name)}-${number}`;
    const host = this.servers.stoppedAtEnd(
      await Host.create({
        ...{ root: join(this.servers.directory, name), script, moto: this.moto, authority: this.servers.certificates.authority },
        ...{ base: 20_000 + 200 * (Fleet.all += 1), pollSeconds: POLL_SECONDS, environment: part.role === 'worker' ? WORKER : {} },
      }),
    );
    const { status, words } = await this.deployed(host);
    if (status !== 0) throw new BadInput(`${name} does not start: ${words.trim().replace(/\s*\n\s*/g, ' · ')}`);
    const member = { name, part, host, url: host.url, isIn: !part.balanced, against: 0 };
    this.members.push(member);
    return member;
  }

  /** Gives up as soon as the application says why it can't start: the boot script tries for as long as a release may take. */
  private async deployed(host: Host): Promise<Outcome> {
    const ended = host.deploy().then(({ status, words }) => ({ status, words: `${words}\n${host.log}`.slice(-LAST) }));
    for (;;) {
      const outcome = await Promise.race([ended, pause(CHECK_MS)]);
      if (outcome) return outcome;
      const refused = /"msg": "switch failed, what runs stays: (.*)"\}/.exec(host.log)?.[1];
      if (refused !== undefined)
        return { status: 1, words: `${JSON.parse(`"${refused}"`) as string}\n${host.log.replace(OWN, '').slice(-LAST)}` };
    }
  }

  /** Waits until the load balancer sends a server requests. */
  public async joined(member: Member): Promise<void> {
    await eventually(() => member.isIn, 30_000);
  }

  /** Takes a server out, lets it end what is under way, and shuts it down. */
  public async dismiss(member: Member): Promise<void> {
    this.members.splice(this.members.indexOf(member), 1);
    if (member.isIn && member.part.balanced) {
      member.isIn = false;
      this.changed(member);
      await pause(DRAIN_MS);
    }
    await member.host.stop();
  }

  public async stop(): Promise<void> {
    this.checks.stop();
    return Promise.resolve();
  }
}
