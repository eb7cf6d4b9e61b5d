import type { ShardMap } from '../../../lib';
import { PLACE_SCRIPTS } from '../../../lib/climb/replicating';
import type { Scene } from './place-scene';
import { Runbook } from './runbook';

/** The texts that make the runbook, in their order. */
export const PLACE_FILES = ['common.sh', ...PLACE_SCRIPTS];

/** The steps up to the end. */
export const STEPS = ['check', 'prepare', 'catch-up', 'freeze', 'drain', 'verify', 'switch', 'finish'] as const;

/** How a whole run ended. */
export interface Run {
  /** The step that failed, if one did. */
  readonly failed?: string;
  /** Everything that was said, errors included. */
  readonly said: string;
}

/** The runbook that places the users of a scene by a map. */
export class PlaceRunbook extends Runbook {
  public constructor(scene: Scene, map: ShardMap, environment: Readonly<Record<string, string>> = {}) {
    // The servers run as nobody with root's home, where they may not even look whether there is a certificate of a client.
    const usual = { GRACE_SECONDS: '2', CONNECTION_OPTIONS: 'sslmode=require sslcert=none' };
    super(PLACE_FILES, scene.directory, { ...scene.environment, ...usual, SHARD_MAP: map.toText(), ...environment });
  }

  /** Runs all steps to the end, and `abort` where one fails, as the Automation document does. */
  public async run(steps: readonly string[] = STEPS): Promise<Run> {
    let said = '';
    for (const name of steps) {
      const { code, output, errors } = await this.step(name);
      said += output + errors;
      if (code === 0) continue;
      const abort = await this.step('abort');
      return { failed: name, said: said + abort.output + abort.errors };
    }
    return { said };
  }
}
