import { DataModel, type ShardMap } from '../../../lib';
import { PLACE_SCRIPTS } from '../../../lib/climb/replicating';
import type { Scene } from './place-scene';
import { ReplicatingRunbook } from './replicating-runbook';

/** The texts that make the runbook, in their order. */
export const PLACE_FILES = ['common.sh', ...PLACE_SCRIPTS];

/** The runbook that places the users of a scene by a map. */
export class PlaceRunbook extends ReplicatingRunbook {
  public constructor(scene: Scene, map: ShardMap, environment: Readonly<Record<string, string>> = {}) {
    // The servers run as nobody with root's home, where they may not even look whether there is a certificate of a client.
    const usual = { GRACE_SECONDS: '2', CONNECTION_OPTIONS: 'sslmode=require sslcert=none' };
    super(PLACE_FILES, scene.directory, {
      ...scene.environment,
      ...usual,
      SHARD_MAP: map.toText(),
      MODEL: DataModel.REFERENCE.toText(),
      ...environment,
    });
  }
}
