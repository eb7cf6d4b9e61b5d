import type { Facts } from '../facts';
import type { Risk } from '../model';
import { targetsIn } from '../references';
import { changed } from '../tests';

const MEMBERS: Readonly<Record<string, string>> = {
  'AWS::RDS::DBCluster': 'AWS::RDS::DBInstance',
  'AWS::DocDB::DBCluster': 'AWS::DocDB::DBInstance',
  'AWS::Neptune::DBCluster': 'AWS::Neptune::DBInstance',
};

/** A cluster that stays without any member: the data is there, and nothing answers. */
export function memberRisks({ before, after, changes }: Facts): Risk[] {
  return before.flatMap((old) => {
    const now = after.find(({ name }) => name === old.name);
    const members = (stack: typeof old, id: string, type: string): number => {
      const called = stack.template.Resources[id].Properties?.DBClusterIdentifier;
      return Object.values(stack.template.Resources).filter(({ Type, Properties }) => {
        const cluster = Properties?.DBClusterIdentifier;
        if (Type !== type || cluster === undefined) return false;
        return targetsIn(cluster, stack.name).some((target) => target.id === id) || (called !== undefined && !changed(called, cluster));
      }).length;
    };
    return Object.entries(old.template.Resources).flatMap(([id, { Type }]): Risk[] => {
      const type = MEMBERS[Type] as string | undefined;
      if (type === undefined || !now || !(id in now.template.Resources)) return [];
      if (members(old, id, type) === 0 || members(now, id, type) > 0) return [];
      const gone = changes.find(({ stack, logicalId }) => stack === old.name && logicalId === id);
      const path = gone?.path ?? id;
      const message = 'its last member is deleted: the data stays, and nothing answers';
      return [{ rule: 'unreachable', stack: old.name, path, logicalId: id, type: Type, message }];
    });
  });
}
