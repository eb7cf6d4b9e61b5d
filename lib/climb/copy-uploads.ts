import type { Construct } from 'constructs';
import type { Blueprint } from '../architecture/blueprint';
import type { Foundation } from '../foundation/foundation';
import type { Ends } from '../architecture/move';
import { Crossing } from './crossing';
import { ReplicationRunbook } from './replication-runbook';

/** Uploads from before there were several regions: replication copies new objects alone, so the others are copied once. */
export class CopyUploads extends Crossing {
  public override isNeeded(from: Blueprint, to: Blueprint): boolean {
    return !from.reach.isGlobal && to.reach.isGlobal;
  }

  public override sideBySide(_from: Blueprint, bridge: Blueprint): Blueprint {
    return bridge;
  }

  public override bind(scope: Construct, { name, geography, logBucket }: Foundation, { edge }: Ends): void {
    if (!geography?.isFounding || !edge.uploads) return;
    new ReplicationRunbook(scope, 'CopyUploads', {
      name,
      title: 'copy-uploads',
      description: `Copies the earlier uploads of ${name} to its further regions, once.`,
      source: edge.uploads,
      reports: logBucket,
    });
  }
}
