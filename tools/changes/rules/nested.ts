import { type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';

/** A nested stack that changes and whose template isn't beside it: what happens in it nobody has read. */
export function nestedRisks({ before, after, changes }: Facts): Risk[] {
  const isRead = (name: string, id: string): boolean =>
    [before, after].every((stacks) => stacks.find((stack) => stack.name === name)?.read?.includes(id) === true);
  return changes
    .filter(({ type, verdict, stack, logicalId }) => {
      return type === 'AWS::CloudFormation::Stack' && verdict === Verdict.CHANGED && !isRead(stack, logicalId);
    })
    .map((change) =>
      riskAt(
        change,
        'nested-stack',
        'its template is not beside it and was not read: compare what is in it by itself, before and after',
        'TemplateURL',
      ),
    );
}
