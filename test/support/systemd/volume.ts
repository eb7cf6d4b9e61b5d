import { closeSync, constants, openSync, truncateSync, writeFileSync } from 'node:fs';
import { eventually, run } from '../../../tools/servers/processes';
import type { Servers } from '../servers';

/** A data volume: a loop device. */
export class Volume {
  /** The server that it is attached to. */
  public holder?: string;

  private constructor(
    public readonly id: string,
    /** Its device on the machine that tests, such as `/dev/loop3`. */
    public readonly device: string,
  ) {}

  /** Makes an empty one. */
  public static create(servers: Servers, id: string): Volume {
    const file = `${servers.directory}/${id}.img`;
    writeFileSync(file, '');
    truncateSync(file, 1024 ** 3);
    return servers.stoppedAtEnd(new Volume(id, run(['losetup', '--find', '--show', file]).trim()));
  }

  /** Waits until nothing uses it. */
  public async released(): Promise<void> {
    await eventually(() => {
      closeSync(openSync(this.device, constants.O_RDWR | constants.O_EXCL));
    });
  }

  /** Gives the device back. */
  public async stop(): Promise<void> {
    await this.released();
    run(['losetup', '--detach', this.device]);
  }
}
