import { type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';
import { targetsIn } from '../references';
import { at } from '../tests';

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const MEMBERS: Readonly<Record<string, string>> = {
  'AWS::RDS::DBCluster': 'AWS::RDS::DBInstance',
  'AWS::DocDB::DBCluster': 'AWS::DocDB::DBInstance',
  'AWS::Neptune::DBCluster': 'AWS::Neptune::DBInstance',
};

/** What made a fleet's update safe, and is taken away. */
export function fleetRisks({ changes }: Facts): Risk[] {
  return changes
    .filter(({ type, verdict }) => type === GROUP && verdict === Verdict.CHANGED)
    .flatMap((change): Risk[] => {
      const number = (path: string): readonly [number, number] => {
        const [old, now] = [change.before, change.after].map((resource) => Number(at({ ...(resource as object) }, path) ?? 0));
        return [old, now];
      };
      const policies = ['AutoScalingRollingUpdate', 'AutoScalingReplacingUpdate', 'AutoScalingInstanceRefresh'];
      const [had, has] = [change.before, change.after].map((resource) =>
        policies.some((name) => at(resource?.UpdatePolicy, name) !== undefined),
      );
      const [least, lesser] = number('Properties.MinSize');
      const [served, serving] = number('UpdatePolicy.AutoScalingRollingUpdate.MinInstancesInService');
      const risk = (message: string, property: string): Risk => riskAt(change, 'weaker-update', message, property);
      return [
        ...(had && !has
          ? [risk('no update policy rolls a new template over the servers any more: the old ones stay as they are', 'UpdatePolicy')]
          : []),
        ...(least > 0 && lesser === 0 ? [risk('the least number of servers becomes 0: nothing has to answer', 'MinSize')] : []),
        ...(has && served > 0 && serving === 0 ? [risk('an update may take all servers away at once', 'UpdatePolicy')] : []),
      ];
    });
}

/** A cluster that stays without any member: the data is there, and nothing answers. */
export function memberRisks({ before, after, changes }: Facts): Risk[] {
  return before.flatMap((old) => {
    const now = after.find(({ name }) => name === old.name);
    const members = (stack: typeof old, id: string, type: string): number =>
      Object.values(stack.template.Resources).filter(
        (one) => one.Type === type && targetsIn(one.Properties?.DBClusterIdentifier ?? null, stack.name).some((target) => target.id === id),
      ).length;
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
