import { type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';

/** Resources that are stacks themselves, and the properties that say what is in them. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudFormation::Stack': ['TemplateURL', 'TemplateBody', 'Parameters'],
  'AWS::CloudFormation::StackSet': ['TemplateURL', 'TemplateBody', 'Parameters', 'StackInstancesGroup'],
  'AWS::Serverless::Application': ['Location', 'Parameters'],
  'AWS::ServiceCatalog::CloudFormationProvisionedProduct': ['ProvisioningArtifactId', 'ProvisioningArtifactName', 'ProvisioningParameters'],
};

/** A stack within another one that changes and whose template isn't beside it: what happens in it nobody has read. */
export function nestedRisks({ before, after, changes }: Facts): Risk[] {
  const isRead = (name: string, id: string): boolean =>
    [before, after].every((stacks) => stacks.find((stack) => stack.name === name)?.read?.includes(id) === true);
  return changes
    .filter(({ type, verdict, stack, logicalId }) => type in WITHIN && verdict === Verdict.CHANGED && !isRead(stack, logicalId))
    .flatMap((change): Risk[] => {
      const changed = change.properties.find(({ property }) => WITHIN[change.type].includes(property));
      const message = 'its template is not beside it and was not read: compare what is in it by itself, before and after';
      return changed ? [riskAt(change, 'nested-stack', message, changed.property)] : [];
    });
}
