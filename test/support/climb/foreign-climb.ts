import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { Application } from '../../../lib';
import { Front, type FrontOptions } from '../../../tools/servers/front';
import type { Host } from '../../../tools/servers/host';
import { eventually, freePort, run } from '../../../tools/servers/processes';
import { foreignServer, publish } from '../../lib/foundation/servers/foreign';
import { databaseSecretText, PASSWORDS } from '../../workload/fleet';
import type { Servers } from '../servers';
import { Box, MOVE } from './box';
import { type Foreign, ForeignLoad } from './foreign-load';
import { awsProgram, Runbook } from './runbook';
import { readSetting } from './setting';

const LONG_MS = 180_000;

/** An application from its package on its way from a single server to a fleet, with people who use it all the time. */
export class ForeignClimb {
  public readonly fleet: Host[] = [];
  private front!: Front;
  private port = 0;
  private load?: ForeignLoad;

  private constructor(
    private readonly servers: Servers,
    private readonly name: string,
    /** Makes a release; each says with its own command that it ran. */
    private readonly application: Application,
    private readonly foreign: Foreign,
    /** Where ports of its servers begin. */
    private readonly base: number,
    public readonly box: Box,
  ) {}

  /** Prepares settings and a server; nothing is deployed yet. */
  public static async create(
    servers: Servers,
    name: string,
    application: Application,
    foreign: Foreign,
    base: number,
  ): Promise<ForeignClimb> {
    const box = await Box.create(servers, await servers.moto(), name, 0, { PATIENCE: '90' });
    return new ForeignClimb(servers, name, application, foreign, base, box);
  }

  /** People who use it, from the first stage on. */
  public get people(): ForeignLoad {
    if (!this.load) throw new Error('nobody uses it yet');
    return this.load;
  }

  /** Where people find it in every stage. */
  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Stage 1, or 2 where the application knows no database on a server: one server, which people use from now on. */
  public async start(stage: 1 | 2): Promise<void> {
    if (stage === 2) await this.setting({ 'database/writer': this.box.fresh.endpoint });
    await publish(this.box.moto, this.name, 'one', this.application);
    await this.boot(1);
    this.port = await freePort();
    this.front = this.servers.stoppedAtEnd(await Front.create(join(this.servers.directory, 'front'), this.through([this.fleet[0].url])));
    await eventually(async () => this.foreign.read(this.url), LONG_MS);
    this.load = new ForeignLoad(this.foreign, this.url);
    await eventually(() => this.people.written.length > 3, LONG_MS);
  }

  /** To stage 2: the database moves to RDS, by its runbook. Writers wait between freeze and switch, which the runbook prints. */
  public async toPrivateDatabase(): Promise<void> {
    const [check, rehearse, ...moving] = MOVE;
    await this.box.runbook.steps(check, rehearse);
    await this.people.pause(async () => {
      await this.box.runbook.steps(...moving);
      await eventually(async () => (await this.foreign.write(this.url, `after-${Date.now()}`)) === 201, LONG_MS);
    });
  }

  /** To stage 3: replicas, a cache, a CDN, and uploads in a bucket by their runbook. */
  public async toReadPath(): Promise<void> {
    const { moto, fresh } = this.box;
    const [replica, cache] = await Promise.all([
      this.servers.replica(`${this.name}-replica`, fresh),
      this.servers.valkey(`${this.name}-cache`, PASSWORDS.cache),
    ]);
    await moto.s3.send(new CreateBucketCommand({ Bucket: `${this.name}-uploads` }));
    await this.setting({ 'storage/uploads': this.fleet[0].uploads });
    writeFileSync(join(this.fleet[0].uploads, 'kept.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    await this.changing({
      ...{ 'database/readers': replica.endpoint, 'cache/endpoint': cache.endpoint },
      ...{ 'cache/secret': await moto.createSecret(`${this.name}-cache`, PASSWORDS.cache), 'edge/host': 'shop.example.com' },
    });
    const environment = { BUCKET: `${this.name}-uploads`, DIRECTORY: this.fleet[0].uploads, PATIENCE: '2' };
    await this.runbook(['move-uploads'], environment).steps('check', 'copy', 'switch', 'remainder', 'verify', 'finish');
  }

  /** To stage 4: four servers start at a time with another release, then people are sent to them, and the single server goes. */
  public async toFleet(): Promise<void> {
    const { moto } = this.box;
    const sessions = await this.servers.valkey(`${this.name}-sessions`, PASSWORDS.sessions);
    const secret = await moto.createSecret(`${this.name}-sessions`, PASSWORDS.sessions);
    await this.changing({ 'sessions/endpoint': sessions.endpoint, 'sessions/secret': secret });
    await publish(moto, this.name, 'two', this.application);
    await this.boot(4);
    const [single, ...fleet] = this.fleet;
    const places = { BUCKET: `${this.name}-uploads`, DIRECTORY: single.uploads, ...this.group(4) };
    await this.runbook(['move-uploads', 'move-servers'], { ...places, TRIES: '3', PAUSE: '0.1' }).steps(
      'check',
      'leftovers',
      'fleet',
      'finish',
    );
    this.front.change(this.through(fleet.map(({ url }) => url)));
    await this.settle();
    await single.stop();
    this.fleet.shift();
  }

  /** A rotation: the other user's turn, and then the first one's again. */
  public async rotateTwice(): Promise<void> {
    const { fresh, moto } = this.box;
    await fresh.sql(
      `CREATE ROLE stagecraft_clone LOGIN PASSWORD 'hunter3' IN ROLE stagecraft; ALTER ROLE stagecraft_clone SET role = 'stagecraft'`,
    );
    const secret = (await readSetting(moto, this.name, 'database/secret')) ?? '';
    for (const [user, text] of [
      ['stagecraft_clone', JSON.stringify({ username: 'stagecraft_clone', password: 'hunter3' })],
      ['stagecraft', databaseSecretText(PASSWORDS.database)],
    ]) {
      const before = this.fleet.map((server) => starts(server));
      await moto.changeSecret(secret, text);
      await eventually(() => this.fleet.every((server, index) => starts(server) > before[index]), LONG_MS);
      await eventually(async () => (await this.users()).join() === user, LONG_MS);
    }
  }

  /** All but two servers go as a fleet shrinks; then one of the two loses its power. */
  public async loseOneOfTwo(): Promise<void> {
    const [one, two, ...others] = this.fleet;
    this.front.change(this.through([one.url, two.url]));
    await this.settle();
    await Promise.all(others.map(async (server) => server.stop()));
    one.kill();
    const answered = this.people.answered;
    await eventually(() => this.people.answered > answered + 20, LONG_MS);
  }

  /** Which releases changed the database, and how that ended. */
  public async migrations(): Promise<unknown> {
    return this.box.fresh.sql('SELECT version, state FROM stagecraft_release ORDER BY version');
  }

  /** Users of the database with whom the application is connected. */
  private async users(): Promise<string[]> {
    const sql = `SELECT DISTINCT usename FROM pg_stat_activity WHERE usename LIKE 'stage%' AND application_name <> 'psql'`;
    return (await this.box.fresh.sql<{ usename: string }>(sql)).map(({ usename }) => usename);
  }

  private async boot(count: number): Promise<void> {
    const { moto } = this.box;
    const first = this.fleet.length;
    for (let number = first; number < first + count; number += 1) {
      const root = join(this.servers.directory, `${this.name}-${number}`);
      const server = await foreignServer(root, this.name, this.base + 200 * number, moto, this.servers.certificates.authority, 5);
      this.fleet.push(this.servers.stoppedAtEnd(server));
    }
    const deployed = await Promise.all(this.fleet.slice(first).map(async (server) => server.deploy()));
    expect(deployed.map(({ status, words }) => [status, words.includes('boot: started release') || words])).toEqual(
      Array(count).fill([0, true]),
    );
  }

  /** Other settings reach the processes of all servers, which start anew beside the ones before. */
  private async changing(settings: Readonly<Record<string, string>>): Promise<void> {
    const before = this.fleet.map((server) => starts(server));
    await this.setting(settings);
    await eventually(() => this.fleet.every((server, index) => starts(server) > before[index]), LONG_MS);
  }

  private async setting(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.box.moto.configure(this.name, settings);
  }

  private runbook(files: readonly string[], environment: Readonly<Record<string, string>>): Runbook {
    const directory = join(this.servers.directory, `${this.name}-${files.join('-')}`);
    mkdirSync(directory);
    const all = { ...this.box.moto.environment, NAME: this.name, TMPDIR: directory, ...environment };
    return new Runbook(['common.sh', ...files.map((file) => `${file}.sh`)], directory, all);
  }

  /** A group and a target group that say that so many servers are healthy: health is not what is proven here. */
  private group(count: number): Record<string, string> {
    const environment = { ...process.env, ...this.box.moto.environment, AWS_DEFAULT_REGION: 'us-east-1' };
    const aws = (...args: string[]): string => run([awsProgram() ?? 'aws', ...args, '--output', 'text'], environment).trim();
    const vpc = aws('ec2', 'describe-vpcs', '--query', 'Vpcs[0].VpcId');
    const target = [
      '--name',
      this.name,
      '--protocol',
      'HTTP',
      '--port',
      '80',
      '--vpc-id',
      vpc,
      '--query',
      'TargetGroups[0].TargetGroupArn',
    ];
    const arn = aws('elbv2', 'create-target-group', ...target);
    const launch = ['--launch-configuration-name', this.name];
    aws('autoscaling', 'create-launch-configuration', ...launch, '--image-id', 'ami-12c6146b', '--instance-type', 'm7g.large');
    const size = ['--min-size', String(count), '--max-size', String(count), '--availability-zones', 'us-east-1a'];
    aws('autoscaling', 'create-auto-scaling-group', '--auto-scaling-group-name', this.name, ...size, ...launch);
    const instances = aws('autoscaling', 'describe-auto-scaling-instances', '--query', 'AutoScalingInstances[].InstanceId').split('\t');
    aws('elbv2', 'register-targets', '--target-group-arn', arn, '--targets', ...instances.map((id) => `Id=${id}`));
    return { GROUP: this.name, TARGETS: arn };
  }

  private through(urls: readonly string[]): FrontOptions {
    const targets = urls.map((url) => Number(new URL(url).port));
    const balancer = { port: this.port + 1, targets, tryNext: true };
    const behaviours = [{ path: '/', origins: [`http://127.0.0.1:${balancer.port}`], keepSeconds: 0 }];
    return { entrances: [{ port: this.port, isCdn: false, behaviours }], balancers: [balancer] };
  }

  /** Requests that went the way before have ended. */
  private async settle(): Promise<void> {
    const { answered } = this.people;
    await eventually(() => this.people.answered > answered + 6, LONG_MS);
  }
}

/** How often processes of a server began to serve. */
function starts(server: Host): number {
  return server.log.match(/ runs"/g)?.length ?? 0;
}

/** What release commands wrote, a line each. */
export const ran = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');
