import { isList } from '../../resolve/values';
import type { Resource } from '../../shared/template';
import { type Facts, riskAt } from '../facts';
import { holdsData } from '../holds-data';
import { type Risk, Verdict } from '../model';
import { at } from '../tests';

/** Types of what a lifecycle policy copies, by what it calls them. */
const COPIED: Readonly<Record<string, string>> = { VOLUME: 'AWS::EC2::Volume', INSTANCE: 'AWS::EC2::Instance' };

/** Resources that make copies of others, and which others; any data if nothing is said. */
const COPIERS: Readonly<Record<string, (copier: Resource, other: Resource) => boolean>> = {
  'AWS::Backup::BackupPlan': (_, other) => holdsData(other),
  'AWS::Backup::BackupSelection': (_, other) => holdsData(other),
  'AWS::DLM::LifecyclePolicy': ({ Properties }, { Type }) => {
    const kinds = at(Properties?.PolicyDetails, 'ResourceTypes');
    return (isList(kinds) ? kinds : Object.keys(COPIED)).some((kind) => typeof kind === 'string' && COPIED[kind] === Type);
  },
};

/** What makes backups leaves, and what it copied stays. */
export function backupPlanRisks({ before, after, changes }: Facts): Risk[] {
  return changes
    .filter(({ type, verdict, fate }) => Object.hasOwn(COPIERS, type) && verdict === Verdict.RETIRED && fate !== 'retained')
    .flatMap((change): Risk[] => {
      const [old, now] = [before, after].map((stacks) => stacks.find(({ name }) => name === change.stack)?.template.Resources ?? {});
      const stays = Object.values(now).some((other) => COPIERS[change.type](old[change.logicalId], other));
      return stays ? [riskAt(change, 'weaker-backup', 'nothing makes these backups any more')] : [];
    });
}
