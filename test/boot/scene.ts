import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Runtime } from '../../lib';
import type { Moto } from '../../tools/servers/moto';
import { publish } from '../lib/foundation/servers/foreign';
import type { Servers } from '../support/servers';
import { ofType, synthesize } from '../support/synth';
import { Cloud } from '../support/systemd/cloud';
import { Guest } from '../support/systemd/guest';
import { Volume } from '../support/systemd/volume';

const NAME = 'webapp';
const GUEST_BOOK = join(__dirname, '../support/systemd/application');

/** Stage 1 as its template has it: settings, a volume, and servers that are started with its user data. */
export class Scene {
  private constructor(
    private readonly servers: Servers,
    private readonly moto: Moto,
    private readonly volume: Volume,
    private readonly cloud: Cloud,
  ) {}

  private static async create(servers: Servers): Promise<Scene> {
    const moto = await servers.moto();
    const volume = Volume.create(servers, 'vol-0abc');
    const scene = new Scene(servers, moto, volume, new Cloud(servers, moto, [volume]));
    for (const { Properties } of Object.values(ofType(synthesize({ stage: '1' }).resources, 'AWS::SSM::Parameter'))) {
      const { Name, Value } = Properties as { Name: string; Value: string | { Ref?: string } };
      if (!Name.endsWith('/release')) await moto.put(Name, typeof Value === 'string' ? Value : volume.id);
    }
    return scene;
  }

  /** A first release, and a server for it that has never been started. */
  public static async withServer(servers: Servers): Promise<{ readonly scene: Scene; readonly server: Guest }> {
    const scene = await Scene.create(servers);
    await scene.release('one');
    return { scene, server: await scene.server('i-0001') };
  }

  /** Names a release, as a deploy does before it tells the server. */
  public async release(version: string, spoil: (directory: string) => void = () => undefined): Promise<void> {
    const directory = mkdtempSync(join(this.servers.directory, 'application-'));
    cpSync(GUEST_BOOK, directory, { recursive: true });
    writeFileSync(join(directory, 'VERSION'), version);
    spoil(directory);
    await publish(this.moto, NAME, version, Application.directory(directory, { runtime: Runtime.BINARY }));
  }

  /** A server that has never been started. */
  public async server(instance: string, users: readonly string[] = []): Promise<Guest> {
    const [{ Properties }] = Object.values(ofType(synthesize({ stage: '1' }).resources, 'AWS::EC2::LaunchTemplate'));
    const { LaunchTemplateData } = Properties as { LaunchTemplateData: { UserData: { 'Fn::Base64': string } } };
    const userData = LaunchTemplateData.UserData['Fn::Base64'];
    return Guest.create({ servers: this.servers, cloud: this.cloud, instance, userData, users, volumes: [this.volume] });
  }

  /** The command by which State Manager brings a release to the server. */
  public get delivery(): string {
    const associations = Object.values(ofType(synthesize({ stage: '1' }).resources, 'AWS::SSM::Association'));
    const commands = associations.flatMap(({ Properties }) => (Properties as { Parameters: { commands: string[] } }).Parameters.commands);
    const [command] = commands.filter((one) => one.includes('boot release'));
    return command;
  }
}

/** What a visitor sees, and what systemd says: units that failed, and states of those that matter. */
export async function seenAt(guest: Guest): Promise<string[]> {
  const { status, text } = await guest.get();
  const { words } = await guest.shell('systemctl is-active app postgresql amazon-cloudwatch-agent data.mount | sort -u');
  return [`${status} ${text}`, await guest.failed(), words.trim()];
}
