import { type Run, runAutomation } from '../servers/automation';
import { Gateway } from '../servers/gateway';
import type { Moto } from '../servers/moto';
import type { Servers } from '../servers/servers';
import { Ways } from '../servers/ways';
import { BadInput } from '../shared/bad-input';
import { Deployment, type Say } from './deployment';
import { Edge } from './edge';
import { GlobalDatabase } from './global-database';
import type { Plan } from './plan';
import { rds } from './rds';
import { UploadCopies } from './upload-copies';

/** How writers are moved to another region: planned, or because theirs is gone. */
export type Mode = 'switchover' | 'failover';

/** All regions of a deployment, and what is between them: distance, copies, DNS, and the imitation of AWS that each of them asks. */
export class Regions {
  /** The founding region is the first. */
  public readonly all: Deployment[] = [];
  public readonly edge: Edge;
  private readonly ways: Ways;
  private readonly databases = new Map<string, GlobalDatabase>();
  private copies?: UploadCopies;
  /** Whether writers were moved, so that a region which was dark meanwhile has to hear of it. */
  private isMoved = false;
  private behind?: Gateway;

  private constructor(
    private readonly servers: Servers,
    private readonly moto: Moto,
    private readonly say: Say,
    port: number,
  ) {
    this.ways = new Ways(servers);
    this.edge = new Edge(servers, this.ways, port, say);
  }

  /** Begins with none; visitors of the first will find it at the port. */
  public static async start(servers: Servers, port: number, say: Say): Promise<Regions> {
    const moto = await servers.moto();
    const regions = new Regions(servers, moto, say, port);
    const answers = rds(() => [...regions.databases.values()], say);
    regions.behind = servers.stoppedAtEnd(await Gateway.start(moto.address, answers));
    return regions;
  }

  /** The founding region. */
  public get first(): Deployment {
    if (this.all.length === 0) throw new Error('nothing is deployed');
    return this.all[0];
  }

  /** Region that has the writers of global databases; the founding one where there are none. */
  public get writer(): string {
    const [one] = this.databases.values();
    return this.databases.size === 0 ? this.first.region : one.writer.region;
  }

  /** Makes each region what its plan says, one after another. `assets` has the files of all plans. */
  public async deploy(plans: readonly Plan[], assets: string): Promise<void> {
    for (const plan of plans) {
      const { region = 'us-east-1' } = plan.stack;
      if (plans.length > 1) this.say(`region ${region}`);
      await (this.in(region) ?? (await this.found(region))).deploy(plan, assets);
    }
    if (plans.length > 1) this.copies ??= this.servers.stoppedAtEnd(new UploadCopies(this.moto, () => this.all));
  }

  /** Lets a region go dark: nothing of it answers, and what was on its way to others is lost. */
  public async darken(region: string): Promise<void> {
    const deployment = this.require(region);
    this.gateway.dark.add(region);
    this.ways.cut(region, true);
    await deployment.darken();
  }

  /** Brings a region back. If its writers are elsewhere now, its databases are copied anew, and it is told. */
  public async lighten(region: string): Promise<void> {
    const deployment = this.require(region);
    this.ways.cut(region, false);
    this.gateway.dark.delete(region);
    for (const database of this.databases.values()) await database.revive(region);
    if (this.isMoved) await this.failOver(this.writer, 'switchover');
    await deployment.lighten();
  }

  /** Moves all writers to a region by the document of the deployment, as a person starts it there. */
  public async failOver(target: string, mode: Mode): Promise<Run> {
    const { current } = this.require(target);
    const found = Object.values(current.stack.template.Resources).find(
      ({ Type, Properties: { Name } = {} }) => Type === 'AWS::SSM::Document' && typeof Name === 'string' && Name.endsWith('-failover'),
    );
    const content = found?.Properties?.Content;
    if (content === undefined) throw new BadInput(`${target} has no failover document`);
    const inputs = { Target: target, Mode: mode, ...(mode === 'failover' && { ConfirmDataLoss: 'confirm' }) };
    const { environment } = this.moto.in(target, this.gateway.port);
    this.isMoved = true;
    const run = await runAutomation(content, inputs, this.servers.directory, environment, this.say);
    if (run.failures.length > 0) throw new BadInput(`the failover document failed: ${run.failures.join('; ')}`);
    return run;
  }

  private get gateway(): Gateway {
    if (!this.behind) throw new Error('nothing is started');
    return this.behind;
  }

  private in(region: string): Deployment | undefined {
    return this.all.find((one) => one.region === region);
  }

  private require(region: string): Deployment {
    const found = this.in(region);
    if (!found) throw new BadInput(`there is no region ${region}: allowed are ${this.all.map((one) => one.region).join(', ')}`);
    return found;
  }

  private async found(region: string): Promise<Deployment> {
    const home = {
      region,
      prefix: this.all.length === 0 ? '' : `${region}-`,
      globalDatabase: (name: string): GlobalDatabase => this.globalDatabase(name),
    };
    const deployment = await Deployment.create(this.servers, this.moto.in(region, this.gateway.port), this.edge, home, this.say);
    this.all.push(deployment);
    await this.edge.add(deployment);
    return deployment;
  }

  private globalDatabase(name: string): GlobalDatabase {
    const found =
      this.databases.get(name) ?? new GlobalDatabase(name, this.servers, this.ways, (region) => this.in(region)?.isDark === true);
    this.databases.set(name, found);
    return found;
  }
}
