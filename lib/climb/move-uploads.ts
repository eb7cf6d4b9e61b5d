import type { Construct } from 'constructs';
import type { Blueprint } from '../architecture/blueprint';
import { type Edge, EdgeTier } from '../tiers/edge/edge-tier';
import type { Foundation } from '../foundation/foundation';
import { Setting } from '../foundation/settings/settings';
import { uploadsBucket } from '../tiers/edge/site-buckets';
import type { Web } from '../tiers/web/web-tier';
import type { Ends } from '../architecture/move';
import { Crossing } from './crossing';
import { ServerRunbook } from './server-runbook';

/** Where the boot script lets the application keep uploads. */
const DIRECTORY = '/data/uploads';

/** From the server's disk to a bucket. The CDN comes after it: it would look for uploads in the bucket alone. */
export class MoveUploads extends Crossing {
  public override isNeeded(from: Blueprint, to: Blueprint): boolean {
    return !from.edge.isCdn && to.edge.isCdn;
  }

  public override sideBySide(from: Blueprint, bridge: Blueprint): Blueprint {
    return { ...bridge, edge: new OldWayAndBucket(from.edge) };
  }

  public override bind(scope: Construct, { name, settings, servers }: Foundation, { web }: Ends): void {
    new ServerRunbook(scope, 'MoveUploads', {
      ...{ name, settings, servers },
      title: 'move-uploads',
      description: `Moves the uploads of ${name} from the server's disk into the bucket. Until its step switch new ones go to the disk.`,
      scripts: ['move-uploads.sh'],
      steps: ['check', 'copy', 'switch', 'remainder', 'verify', 'finish'],
      environment: { BUCKET: settings.heldBack(Setting.UPLOADS_BUCKET), DIRECTORY },
      switches: [Setting.UPLOADS_BUCKET],
      instanceId: web.server?.instance.ref,
    });
  }
}

/** Users go the old way; the bucket is there to be filled. */
class OldWayAndBucket extends EdgeTier {
  public constructor(private readonly from: EdgeTier) {
    super();
  }

  public bind(scope: Construct, foundation: Foundation, web: Web): Edge {
    const { settings } = foundation;
    settings.put(Setting.UPLOADS_BUCKET, DIRECTORY);
    settings.holdBack();
    const uploads = uploadsBucket(scope, foundation);
    settings.put(Setting.UPLOADS_BUCKET, uploads.bucketName);
    settings.endHoldBack();
    return { ...this.from.bind(scope, foundation, web), uploads };
  }
}
