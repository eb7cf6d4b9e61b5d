import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Browser } from '../servers/browser';
import { Servers } from '../servers/servers';
import type { StackTemplate } from '../shared/template';
import { BadInput } from '../shared/bad-input';
import type { Deployment, Say } from './deployment';
import { Faults } from './faults';
import { Meters } from './meters';
import { type People, settle } from './people';
import { plansOf } from './plan';
import { Regions } from './regions';
import { Watch } from './signs';
import { Traffic } from './traffic';
import { type View, viewOf } from './view';

/** How long people look at a page when nobody measures. */
export const THINK_MS = 400;

/** Makes the templates of a stage and its files in a directory. */
export type Synthesize = (stage: number, from: number | undefined, directory: string) => StackTemplate[];

/** A stage that runs here, and the people who use it. */
export class Rehearsal {
  private constructor(
    private readonly servers: Servers,
    private readonly synthesize: Synthesize,
    public readonly regions: Regions,
    public stage: number,
    private readonly say: Say,
  ) {
    this.faults = new Faults(regions);
  }

  /** What is broken now. */
  public readonly faults: Faults;
  private stacks: readonly StackTemplate[] = [];
  private nextStage?: number;
  private signs?: Watch;
  private crowd?: Traffic;
  private inhabitants?: People;
  private numbers?: Meters;

  /** Starts a stage. */
  public static async start(stage: number, synthesize: Synthesize, directory: string, port: number, say: Say): Promise<Rehearsal> {
    const servers = new Servers(directory);
    try {
      const rehearsal = new Rehearsal(servers, synthesize, await Regions.start(servers, port, say), stage, say);
      await rehearsal.deploy(stage);
      return rehearsal;
    } catch (error) {
      await servers.stop().catch(() => undefined);
      throw error;
    }
  }

  /** The founding region. */
  public get deployment(): Deployment {
    return this.regions.first;
  }

  /** Somebody who looks, from near a region; near the founding one without it. */
  public browser(region = 0): Browser {
    return new Browser(this.regions.edge.urls[region]);
  }

  /** People who use the reference application. */
  public get traffic(): Traffic {
    if (!this.crowd) throw new Error('nobody is there yet');
    return this.crowd;
  }

  /** Those whom they look at. */
  public get people(): People {
    if (!this.inhabitants) throw new Error('nobody is there yet');
    return this.inhabitants;
  }

  /** Numbers of all of it. */
  public get meters(): Meters {
    this.numbers ??= new Meters(this.regions, this.traffic);
    return this.numbers;
  }

  /** What stands here, in words: a stage, or the bridge to the next one. */
  public get title(): string {
    return this.nextStage === undefined ? `Stage ${this.stage}` : `Bridge from stage ${this.stage} to stage ${this.nextStage}`;
  }

  /** The picture of what is deployed. */
  public view(): View {
    return viewOf(this.stacks, this.regions.all, this.title);
  }

  /** The signs of what is deployed, that it is at its limit. */
  public get watch(): Watch {
    if (!this.signs) throw new Error('nothing is deployed');
    return this.signs;
  }

  /** Fills the databases, and lets people come. */
  public async settle(think = THINK_MS): Promise<void> {
    this.say('20,000 people');
    this.inhabitants = await settle(this.deployment, this.browser());
    this.crowd = new Traffic(this.regions.edge.urls, this.inhabitants, think);
  }

  /** Makes the deployment another stage, or the bridge to it. */
  public async deploy(stage: number, from?: number): Promise<void> {
    const name = from === undefined ? `stage ${stage}` : `bridge ${from} to ${stage}`;
    this.say(`${name}: reading the template`);
    const assets = join(this.servers.directory, 'templates', name.replaceAll(' ', '-'));
    mkdirSync(assets, { recursive: true });
    const stacks = this.synthesize(stage, from, assets);
    const plans = plansOf(stacks);
    if (plans.length === 0) throw new BadInput(`${name} has no network: nothing in it can be started`);
    await this.regions.deploy(plans, assets);
    this.faults.forget();
    this.stacks = stacks;
    this.signs = new Watch(plans[0].stack);
    // On a bridge the stage below still serves.
    this.stage = from ?? stage;
    this.nextStage = from === undefined ? undefined : stage;
  }

  /** A directory of its own for something. */
  public get directory(): string {
    return this.servers.directory;
  }

  /** Where certificates are proven. */
  public get authority(): string {
    return this.servers.certificates.authority;
  }

  /** Ends everything. */
  public async stop(): Promise<void> {
    await this.crowd?.setUsers(0);
    // Nobody needs what they still do.
    for (const { fleet } of this.regions.all) for (const { host } of fleet.members) host.kill();
    await this.servers.stop();
  }
}
