import { type Facts, riskAt } from '../facts';
import { holdsData } from '../holds-data';
import { type Risk, Verdict } from '../model';

/** Resources that make copies of others, and what they copy; any data if nothing is said. */
const COPIERS: Readonly<Record<string, readonly string[] | undefined>> = {
  'AWS::Backup::BackupPlan': undefined,
  'AWS::Backup::BackupSelection': undefined,
  'AWS::DLM::LifecyclePolicy': ['AWS::EC2::Volume', 'AWS::EC2::Instance'],
};

/** What makes backups leaves, and what it copied stays. */
export function backupPlanRisks({ after, changes }: Facts): Risk[] {
  return changes
    .filter(({ type, verdict }) => Object.hasOwn(COPIERS, type) && verdict === Verdict.RETIRED)
    .flatMap((change): Risk[] => {
      const resources = Object.values(after.find(({ name }) => name === change.stack)?.template.Resources ?? {});
      const types = COPIERS[change.type];
      const stays = resources.some((resource) => (types ? types.includes(resource.Type) : holdsData(resource)));
      return stays && change.fate !== 'retained' ? [riskAt(change, 'weaker-backup', 'nothing makes these backups any more')] : [];
    });
}
