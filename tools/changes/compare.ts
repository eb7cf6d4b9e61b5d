import { inEachWorld } from '../resolve/worlds';
import type { Json, Resource, StackTemplate } from '../shared/template';
import { type AllowList, allowed, checkAllowList } from './allow-list';
import { carry } from './carry';
import { type Sides, prepared } from './prepare';
import { differences } from './differences';
import type { Change, Facts, Rule } from './facts';
import type { Comparison, ResourceChange, Risk } from './model';
import { backupPlanRisks } from './rules/backup-plans';
import { dataRisks } from './rules/data';
import { engineRisks } from './rules/engines';
import { exportRisks } from './rules/exports';
import { leftStackRisks } from './rules/left-stacks';
import { memberRisks } from './rules/members';
import { rootDiskRisks } from './rules/servers';
import { attachmentRisks, groundRisks, loadBalancerRisks, subnetRisks } from './rules/ground';
import { identityRisks } from './rules/identity';
import { nestedRisks } from './rules/nested';
import { shardMapRisks, stepRisks } from './rules/steps';
import { nameRisks } from './rules/names';
import { propertyRisks } from './rules/properties';
import { conditionRisks, customResourceRisks, recordRisks, terminationRisks, typeRisks, unpinnedRisks } from './rules/unseen';

const RULES: readonly Rule[] = [
  ...[identityRisks, nameRisks, groundRisks, loadBalancerRisks, attachmentRisks, subnetRisks, recordRisks],
  ...[customResourceRisks, typeRisks, conditionRisks, unpinnedRisks, terminationRisks],
  ...[backupPlanRisks, exportRisks, leftStackRisks, memberRisks, nestedRisks, rootDiskRisks, shardMapRisks, stepRisks],
];
/** Rules about the values of one resource: asked for every way in which an account may decide what is open in them. */
const VALUE_RULES: readonly Rule[] = [dataRisks, propertyRisks, engineRisks];

/**
 * Compares two deployments, all stacks of each.
 * @param before the stacks as they are deployed.
 * @param after the stacks as they would be deployed.
 * @param allow risks that somebody decided to take; an entry without a reason throws `BadInput`, and so does a resource without a type.
 */
export function compareStacks(before: readonly StackTemplate[], after: readonly StackTemplate[], allow: AllowList = []): Comparison {
  return comparePrepared(prepared(before, after), allow);
}

/** The same for sides that are `prepared` already. */
export function comparePrepared({ before, after, kept }: Sides, allow: AllowList = []): Comparison {
  checkAllowList(allow);
  const changes = carry(before, after, differences(before, after));
  const risks = risksOf({ before, after, changes });
  const ifKept = kept ? risksOf({ before, after: kept, changes: carry(before, kept, differences(before, kept)) }) : [];
  const known = new Set(risks.map(placeOf));
  const others = ifKept
    .filter((risk) => !known.has(placeOf(risk)))
    .map((risk) => ({ ...risk, message: `${risk.message} (if the stack keeps the values of its parameters, as with cdk deploy)` }));
  return { changes: changes.map(plain), risks: [...risks, ...others].map((risk) => allowed(risk, allow)) };
}

const placeOf = ({ rule, stack, logicalId, property }: Risk): string => JSON.stringify([rule, stack, logicalId, property]);

function risksOf(facts: Facts): Risk[] {
  const everyWay = { ...facts, changes: facts.changes.flatMap(ways) };
  return unique([...VALUE_RULES.flatMap((rule) => rule(everyWay)), ...RULES.flatMap((rule) => rule(facts))]);
}

/** A change once for every way in which what an account decides in it may be decided. */
function ways(change: Change): Change[] {
  return inEachWorld([change.before as Json | undefined, change.after as Json | undefined] as const).map(([before, after]) => ({
    ...change,
    ...(before !== undefined && { before: before as unknown as Resource }),
    ...(after !== undefined && { after: after as unknown as Resource }),
  }));
}

/** A change without the texts of its resource. */
function plain({ before: _, after: __, region: ___, ...change }: Change): ResourceChange {
  return change;
}

/** Two roads to one finding are one finding. */
function unique(risks: readonly Risk[]): Risk[] {
  return [...new Map(risks.map((risk) => [JSON.stringify(risk), risk])).values()];
}
