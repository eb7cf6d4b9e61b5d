import type { Construct } from 'constructs';
import { DatabaseTier, type Databases } from '../tiers/data/database-tier';
import type { Foundation } from '../foundation/foundation';
import type { Setting } from '../foundation/settings/settings';

/** Two databases side by side. The application uses the old one until a runbook switches the settings that both have. */
export class BothDatabases extends DatabaseTier {
  public override readonly needsDataVolume: boolean;
  public override readonly spansRegions: boolean;

  /**
   * @param from what serves; nothing where it is a part of what is filled.
   * @param to what is filled.
   * @param setting one that says which of them serves.
   * @param serves its value while the old one does; nothing where the old one puts it itself.
   */
  public constructor(
    private readonly from: DatabaseTier | undefined,
    private readonly to: DatabaseTier,
    private readonly setting: Setting,
    private readonly serves?: string,
  ) {
    super();
    this.needsDataVolume = from?.needsDataVolume ?? false;
    this.spansRegions = to.spansRegions;
  }

  public override bind(scope: Construct, foundation: Foundation): Databases {
    const { settings } = foundation;
    const old = this.from?.bind(scope, foundation);
    if (this.serves !== undefined) settings.put(this.setting, this.serves);
    settings.holdBack();
    const next = this.to.bind(scope, foundation);
    settings.endHoldBack();
    return { ...old, ...next };
  }
}
