import { BadInput } from '../shared/bad-input';
import type { StackTemplate } from '../shared/template';
import { type AllowList, allowed, checkAllowList } from './allow-list';
import { carry } from './carry';
import { differences } from './differences';
import type { Change, Rule } from './facts';
import type { Comparison, ResourceChange, Risk } from './model';
import { dataRisks } from './rules/data';
import { attachmentRisks, groundRisks, loadBalancerRisks, subnetRisks } from './rules/ground';
import { identityRisks } from './rules/identity';
import { nameRisks } from './rules/names';
import { propertyRisks } from './rules/properties';
import { conditionRisks, customResourceRisks, recordRisks, terminationRisks, typeRisks, unpinnedRisks } from './rules/unseen';

const RULES: readonly Rule[] = [
  ...[dataRisks, identityRisks, propertyRisks, nameRisks, groundRisks],
  ...[loadBalancerRisks, attachmentRisks, subnetRisks, recordRisks],
  ...[customResourceRisks, typeRisks, conditionRisks, unpinnedRisks, terminationRisks],
];

/**
 * Compares two deployments, all stacks of each.
 * @param before the stacks as they are deployed.
 * @param after the stacks as they would be deployed.
 * @param allow risks that somebody decided to take; an entry without a reason throws `BadInput`, and so does a resource without a type.
 */
export function compareStacks(before: readonly StackTemplate[], after: readonly StackTemplate[], allow: AllowList = []): Comparison {
  checkAllowList(allow);
  for (const stack of [...before, ...after]) refuseUntyped(stack);
  const changes = carry(before, after, differences(before, after));
  const facts = { before, after, changes };
  return {
    changes: changes.map(plain),
    risks: unique(RULES.flatMap((rule) => rule(facts))).map((risk) => allowed(risk, allow)),
  };
}

/** A template from a file may hold what only CloudFormation expands. */
function refuseUntyped({ name, template }: StackTemplate): void {
  const untyped = Object.entries(template.Resources as Record<string, { Type?: unknown }>).find(([, { Type }]) => typeof Type !== 'string');
  if (untyped)
    throw new BadInput(`${untyped[0]} in ${name} has no type: compare the processed template, with Fn::ForEach and the like expanded`);
}

/** A change without the texts of its resource. */
function plain({ before: _, after: __, region: ___, ...change }: Change): ResourceChange {
  return change;
}

/** Two roads to one finding are one finding. */
function unique(risks: readonly Risk[]): Risk[] {
  return [...new Map(risks.map((risk) => [JSON.stringify(risk), risk])).values()];
}
