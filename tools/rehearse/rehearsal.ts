import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Browser } from '../servers/browser';
import { Servers } from '../servers/servers';
import type { StackTemplate } from '../shared/template';
import { BadInput } from '../shared/bad-input';
import { Deployment, type Say } from './deployment';
import { Meters } from './meters';
import { type People, settle } from './people';
import { planOf } from './plan';
import { Traffic } from './traffic';

/** How long people look at a page when nobody measures. */
export const THINK_MS = 400;

/** Makes the templates of a stage and its files in a directory. */
export type Synthesize = (stage: number, from: number | undefined, directory: string) => StackTemplate[];

/** A stage that runs here, and the people who use it. */
export class Rehearsal {
  private constructor(
    private readonly servers: Servers,
    private readonly synthesize: Synthesize,
    public readonly deployment: Deployment,
    public stage: number,
    private readonly say: Say,
  ) {}

  private crowd?: Traffic;
  private inhabitants?: People;
  private numbers?: Meters;

  /** Starts a stage. */
  public static async start(stage: number, synthesize: Synthesize, directory: string, port: number, say: Say): Promise<Rehearsal> {
    const servers = new Servers(directory);
    try {
      const deployment = await Deployment.create(servers, port, say);
      const rehearsal = new Rehearsal(servers, synthesize, deployment, stage, say);
      await rehearsal.deploy(stage);
      return rehearsal;
    } catch (error) {
      await servers.stop().catch(() => undefined);
      throw error;
    }
  }

  /** Somebody who looks. */
  public browser(): Browser {
    return new Browser(this.deployment.url);
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
    this.numbers ??= new Meters(this.deployment, this.traffic);
    return this.numbers;
  }

  /** Fills the databases, and lets people come. */
  public async settle(think = THINK_MS): Promise<void> {
    this.say('20,000 people');
    this.inhabitants = await settle(this.deployment, this.browser());
    this.crowd = new Traffic(this.deployment.url, this.inhabitants, think);
  }

  /** Makes the deployment another stage, or the bridge to it. */
  public async deploy(stage: number, from?: number): Promise<void> {
    const name = from === undefined ? `stage ${stage}` : `bridge ${from} to ${stage}`;
    this.say(`${name}: reading the template`);
    const assets = join(this.servers.directory, 'templates', name.replaceAll(' ', '-'));
    mkdirSync(assets, { recursive: true });
    const stacks = this.synthesize(stage, from, assets);
    const [stack, second] = stacks.filter(({ template }) => Object.values(template.Resources).some(({ Type }) => Type === 'AWS::EC2::VPC'));
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- there may be one alone
    if (second)
      throw new BadInput(`stage ${stage} is in several regions, and one machine can't stand for them yet: type npx stagecraft rehearse 5`);
    await this.deployment.deploy(planOf(stack), assets);
    this.stage = stage;
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
    await this.servers.stop();
  }
}
