import { basename, join } from 'node:path';
import type { Balancer, Front } from '../servers/front';
import { publishRelease } from '../servers/host';
import type { Moto } from '../servers/moto';
import { freePort } from '../servers/processes';
import type { Servers } from '../servers/servers';
import type { Json } from '../shared/template';
import { Data, type Home } from './data';
import { Fleet, type Member } from './fleet';
import type { ServersPart } from './parts';
import { ON_SERVER, type Plan } from './plan';
import { valueOf } from './values';

/** Alarms add workers on AWS; here there are always so many. */
const WORKERS = 2;

/** What happens, for whoever watches. */
export type Say = (line: string) => void;

/** What is in front of all regions, as each of them knows it. */
export interface InFront {
  /** Where visitors find the website: near each region. */
  readonly urls: readonly string[];
  /** nginx. */
  readonly door: Front;
  /** Begins to serve, or serves what is there now. */
  serve(): Promise<void>;
  /** Serves what is there now, if it serves. */
  turn(): void;
}

/** A region of a deployment on this machine. A plan is to it what a template is to CloudFormation: what isn't there is made, what is gone ends, last. */
export class Deployment {
  public readonly data: Data;
  public readonly fleet: Fleet;
  /** Whether nothing of it answers. */
  public isDark = false;
  private plan?: Plan;
  private assets = '';

  private constructor(
    servers: Servers,
    public readonly moto: Moto,
    private readonly edge: InFront,
    private readonly home: Home,
    private readonly balancerPort: number,
    private readonly say: Say,
  ) {
    this.data = new Data(servers, moto, home);
    this.fleet = servers.stoppedAtEnd(
      new Fleet(servers, moto, home.prefix, ({ name, isIn }) => {
        say(`the load balancer ${isIn ? 'sends requests to' : 'has taken out'} ${name}`);
        edge.turn();
      }),
    );
  }

  /** Begins an empty one. */
  public static async create(servers: Servers, moto: Moto, edge: InFront, home: Home, say: Say): Promise<Deployment> {
    return new Deployment(servers, moto, edge, home, await freePort(), say);
  }

  /** The region that it is in. */
  public get region(): string {
    return this.home.region;
  }

  /** Where visitors near the first region find it. */
  public get url(): string {
    return this.edge.urls[0];
  }

  /** Where the load balancer answers. */
  public get balancerAddress(): string {
    return `127.0.0.1:${this.balancerPort}`;
  }

  /** The load balancer, where there is one. */
  public get balancer(): Balancer[] {
    const ports = this.fleet.members.filter(({ part, isIn }) => part.balanced && isIn).map(({ host }) => Number(new URL(host.url).port));
    return this.current.balancer ? [{ port: this.balancerPort, targets: ports, tryNext: true }] : [];
  }

  /** What something of it is called where all regions are: a logical id, or a name. Those of the first region stay as they are. */
  public readonly labelled = (name: string): string => (this.home.prefix === '' ? name : `${this.region} ${name}`);

  /** Whether something is deployed. */
  public get isDeployed(): boolean {
    return this.plan !== undefined;
  }

  /** What is deployed. */
  public get current(): Plan {
    if (!this.plan) throw new Error('nothing is deployed');
    return this.plan;
  }

  /** nginx, in front of everything. */
  public get door(): Front {
    return this.edge.door;
  }

  /** Makes the deployment what a plan says. `assets` has the files of the plan. */
  public async deploy(plan: Plan, assets: string): Promise<void> {
    this.say('databases and caches');
    await this.data.start(plan);
    this.describe(plan);
    const release = Object.entries(plan.parameters).find(([name]) => name.endsWith('/release'));
    if (release) await this.publish(this.value(release[1], plan), assets);
    await this.configure(plan);
    const before = this.plan;
    this.plan = plan;
    this.assets = assets;
    this.say('servers');
    await Promise.all(
      plan.servers.map(async (part) => {
        const count = this.wanted(part) - this.fleet.of(part.id).length;
        const hired = await Promise.all(Array.from({ length: Math.max(0, count) }, async () => this.hire(part, plan)));
        await Promise.all(hired.map(async (member) => this.fleet.joined(member)));
      }),
    );
    await this.edge.serve();
    if (!before) return;
    const kept = new Set(plan.servers.map(({ id }) => id));
    for (const member of this.fleet.members.filter(({ part }) => !kept.has(part.id))) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await this.fleet.dismiss(member);
    }
    await this.data.retire(plan);
  }

  /** Replaces every server of the load balancer by a new one with another release, one after another, as a deploy does. */
  public async roll(release: string): Promise<void> {
    const { parameters } = this.current;
    const [name, value] = Object.entries(parameters).find(([one]) => one.endsWith('/release')) ?? [];
    const place = this.value(value ?? '', this.current);
    if (name === undefined || place === undefined) throw new Error('there is no release');
    const next = place.replace(/[^/]+\.zip$/, `${release}.zip`);
    await this.publish(next, this.assets, basename(place, '.zip'));
    await this.moto.put(name, next);
    for (const member of this.fleet.members.filter(({ part }) => part.balanced)) {
      await this.fleet.joined(await this.hire(member.part, this.current));
      await this.fleet.dismiss(member);
    }
  }

  /** Starts another server of a kind. */
  public async hire(part: ServersPart, plan = this.current): Promise<Member> {
    return this.fleet.hire(part, this.value(part.userData, plan) ?? '');
  }

  /** A value of a template, as it is here. */
  public value(value: Json, plan = this.current): string | undefined {
    return valueOf(value, plan.stack, this.data.attributes);
  }

  private wanted({ role, least }: ServersPart): number {
    return role === 'worker' ? Math.max(WORKERS, least) : Math.max(1, least);
  }

  /** A bucket of this region at a place that a template names: what AWS calls it, or where it is here. */
  public bucketAt(place: string): { readonly deployment: Deployment; readonly address: string } | undefined {
    for (const { id } of this.current.buckets) {
      const { Ref: name = '', RegionalDomainName: address = '' } = this.data.attributes.get(id) ?? {};
      if (place === address || place.startsWith(`${name}.s3.`)) return { deployment: this, address };
    }
    return undefined;
  }

  /** Lets it go dark, as others see it and as it is: everything ends at once. */
  public async darken(): Promise<void> {
    this.isDark = true;
    this.edge.turn();
    for (const { host } of this.fleet.members) host.kill();
    await Promise.all([...this.data.databases.values(), ...this.data.stores.values()].map(async (server) => server.stop()));
  }

  /** Lets everything but databases begin again. */
  public async lighten(): Promise<void> {
    await Promise.all([...this.data.stores.values()].map(async (store) => store.start()));
    await Promise.all(this.fleet.members.map(async ({ host }) => host.systemctl('start', 'app')));
    this.isDark = false;
    this.edge.turn();
  }

  /** What AWS would say of resources that are no server here. */
  private describe(plan: Plan): void {
    const { attributes } = this.data;
    for (const { id } of plan.servers) attributes.set(id, { Ref: id, PrivateIp: this.data.serverAddress });
    if (plan.balancer) attributes.set(plan.balancer.id, { Ref: plan.balancer.id, DNSName: this.balancerAddress });
    if (plan.cdn) attributes.set(plan.cdn.id, { Ref: plan.cdn.id, DomainName: new URL(this.url).host });
    for (const [id, { Type }] of Object.entries(plan.stack.template.Resources)) {
      if (Type === 'AWS::EC2::EIP') attributes.set(id, { Ref: '127.0.0.1', PublicIp: '127.0.0.1' });
      if (Type === 'AWS::ElasticLoadBalancingV2::TargetGroup') attributes.set(id, { Ref: id });
    }
  }

  /** Writes values that the template changed, as CloudFormation does; those that a runbook changed since stay. */
  private async configure(plan: Plan): Promise<void> {
    const before: Readonly<Record<string, Json>> = this.plan?.parameters ?? {};
    for (const [name, written] of Object.entries(plan.parameters)) {
      if (JSON.stringify(before[name]) === JSON.stringify(written)) continue;
      const value = this.value(written, plan);
      // What nobody asks for here isn't known here, such as the volume of the server.
      if (value !== undefined) await this.moto.put(name, this.here(name, value));
    }
    for (const name of Object.keys(before).filter((one) => !Object.hasOwn(plan.parameters, one)))
      await this.moto.put(name, undefined).catch(() => undefined);
  }

  private here(name: string, value: string): string {
    if (name.endsWith('/config/application/url')) return this.url;
    return name.endsWith('/config/database/writer') && value.startsWith('/') ? (this.data.socket ?? value) : value;
  }

  /** Puts the release into the bucket that the template names. */
  private async publish(url: string | undefined, assets: string, asset = basename(url ?? '', '.zip')): Promise<void> {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url ?? '') ?? [];
    if ((bucket as string | undefined) === undefined) throw new Error(`the release ${url ?? ''} is no file in S3`);
    await publishRelease(this.moto, bucket, key, join(assets, `asset.${asset}`));
  }

  /** Whether the database is on the one server. */
  public get isOnServer(): boolean {
    return this.data.databases.has(ON_SERVER);
  }
}
