import type { StackTemplate } from '../../shared/template';
import { holdsData } from '../holds-data';
import { type Change, type Facts, riskAt } from '../facts';
import { identity } from '../differences';
import { Effect, type Risk, Verdict } from '../model';
import { mark, targetsIn } from '../references';
import { propertyChanges } from '../verdicts';

/** What only CloudFormation reads of a resource. */
const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'];

/** Custom resources: what their code does on an update or a deletion no template says. It hears neither of other policies nor that it is retained. */
export function customResourceRisks({ changes }: Facts): Risk[] {
  return changes
    .filter(({ type }) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource')
    .filter(({ verdict, fate, properties }) => {
      const isCalled = fate === undefined ? properties.some(({ property }) => !POLICIES.includes(property)) : fate !== 'retained';
      return verdict !== Verdict.ADDED && isCalled;
    })
    .map((change) => {
      const isMoved = change.properties.some(({ property }) => property === 'ServiceToken');
      return isMoved
        ? riskAt(change, 'refused-update', 'CloudFormation refuses another ServiceToken for a custom resource that exists')
        : riskAt(change, 'custom-resource', 'its own code decides what happens then, and no template shows it');
    });
}

/** A type can't change: CloudFormation refuses the whole update. */
export function typeRisks({ changes }: Facts): Risk[] {
  return changes
    .filter(({ properties }) => properties.some(({ property }) => property === 'Type'))
    .map((change) => riskAt(change, 'refused-update', 'CloudFormation refuses another type under the same logical id', 'Type'));
}

/** A condition may take a resource away, and only the account knows. */
export function conditionRisks({ changes }: Facts): Risk[] {
  return changes
    .filter(
      ({ holdsData, properties }) => holdsData && properties.some(({ property, after }) => property === 'Condition' && after !== undefined),
    )
    .map((change) => riskAt(change, 'conditional', 'a condition decides whether it exists: where it is false, it is deleted', 'Condition'));
}

/**
 * Parameters whose value AWS looks up at every deployment, such as the newest image: a deployment of an unchanged template may replace what is made
 * from them (aws/aws-cdk#5675). No comparison of templates shows it, so it is found in the new template alone.
 */
export function unpinnedRisks({ before, after }: Facts): Risk[] {
  const known = new Set(unpinned(before).map(placeOf));
  return unpinned(after).filter((risk) => !known.has(placeOf(risk)));
}

const placeOf = ({ stack, logicalId, property }: Risk): string => `${stack} ${logicalId} ${property ?? ''}`;

/** Data, and servers with what is on their disks: another thing that is made anew is no loss. */
function unpinned(stacks: readonly StackTemplate[]): Risk[] {
  return stacks.flatMap(({ name, region, template }) => {
    const looked = Object.entries(template.Parameters ?? {}).filter(([, parameter]) =>
      String((parameter as { Type?: unknown } | null)?.Type).startsWith('AWS::SSM::Parameter::Value<'),
    );
    if (looked.length === 0) return [];
    const isLooked = (id: string): boolean => looked.some(([parameter]) => parameter === id);
    return Object.entries(template.Resources).flatMap(([id, resource]) => {
      if (!holdsData(resource) && resource.Type !== 'AWS::EC2::Instance') return [];
      const properties = resource.Properties ?? {};
      if (!targetsIn(properties, name).some((target) => isLooked(target.id))) return [];
      const moved = mark(properties, name, (target) => isLooked(target.id)) as typeof properties;
      const change: Change = { ...identity(name, region, id, resource), verdict: Verdict.CHANGED, after: resource };
      return propertyChanges(resource, { ...resource, Properties: moved })
        .filter(({ effect }) => effect === Effect.REPLACES)
        .map(({ property }) =>
          riskAt(change, 'unpinned', `${property} is looked up at every deployment: one with nothing changed may replace it`, property),
        );
    });
  });
}

/** Protection of the stack itself. */
export function terminationRisks({ before, after }: Facts): Risk[] {
  return after
    .filter(({ name, terminationProtection }) => {
      const old = before.find((stack) => stack.name === name);
      return old?.terminationProtection === true && terminationProtection === false;
    })
    .map(({ name }) => ({
      ...{ rule: 'protection-off', stack: name, path: name, logicalId: name, type: 'AWS::CloudFormation::Stack' },
      message: 'termination protection is turned off: the stack can be deleted',
      property: 'TerminationProtection',
    }));
}

/** A simple record and one of several under one name can't stand together. */
export function recordRisks({ before, changes }: Facts): Risk[] {
  const simple = before.flatMap(({ template }) =>
    Object.values(template.Resources).filter(
      ({ Type, Properties }) => Type === 'AWS::Route53::RecordSet' && Properties?.SetIdentifier === undefined,
    ),
  );
  return changes
    .filter(
      ({ type, verdict, after }) => type === 'AWS::Route53::RecordSet' && verdict === Verdict.ADDED && after?.Properties?.SetIdentifier,
    )
    .filter(({ after }) =>
      simple.some(({ Properties }) => ['Name', 'Type', 'HostedZoneId'].every((p) => Properties?.[p] === after?.Properties?.[p])),
    )
    .map((change) =>
      riskAt(change, 'refused-update', 'a simple record of this name exists: Route 53 refuses one of several beside it', 'SetIdentifier'),
    );
}
