import { createColors } from 'picocolors';
import { compareStacks } from '../tools/changes/compare';
import { priceOf } from '../tools/diff/price';
import { reportOf } from '../tools/diff/report';
import { renderText } from '../tools/diff/text';
import { usageOf } from '../tools/pricing/usage';
import { synthesizeStage } from '../tools/shared/synthesize';
import type { StackTemplate } from '../tools/shared/template';
import { NEEDS } from './synth';

/** The templates of a stage and of the next one, synthesized in this process. */
export function bothStages(from: number): readonly StackTemplate[][] {
  const context = { ...NEEDS[from], ...NEEDS[from + 1] };
  return [from, from + 1].map((stage) => synthesizeStage({ ...context, stage: String(stage) }));
}

/** All that `stagecraft diff` does behind its command line. */
export function diff(from: number): string {
  const [before, after] = bothStages(from);
  const comparison = compareStacks(before, after);
  const cost = priceOf(before, after, usageOf(from + 1));
  const report = reportOf({ title: `Stage ${from} → ${from + 1}`, before, after, comparison, notes: [], cost });
  return renderText(report, { colors: createColors(true), width: 120 });
}

/** Two templates of 500 resources, of which every tenth differs, with parameters, conditions and references. */
export function largePair(): readonly StackTemplate[][] {
  return ['one', 'other'].map((value) => {
    const resources = Array.from({ length: 500 }, (_, index) => {
      const Tags = [
        { Key: 'Stack', Value: { 'Fn::Sub': '${AWS::StackName}-${Name}' } },
        { Key: 'Changed', Value: index % 10 === 0 ? value : 'no' },
      ];
      const before = index === 0 ? 'none' : { 'Fn::GetAtt': [`Queue${index - 1}`, 'Arn'] };
      const Properties = { QueueName: { 'Fn::If': ['Live', { 'Fn::Join': ['-', [{ Ref: 'Name' }, index]] }, before] }, Tags };
      return [`Queue${index}`, { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Retain', Properties }] as const;
    });
    const Parameters = { Name: { Type: 'String', Default: 'shop' } };
    const Conditions = { Live: { 'Fn::Equals': [{ Ref: 'Name' }, 'shop'] } };
    return [{ name: 'shop', template: { Parameters, Conditions, Resources: Object.fromEntries(resources) } }];
  });
}

/** Compares the two and writes the report. */
export function diffLarge([before, after]: readonly StackTemplate[][]): string {
  const report = reportOf({ title: 'large', before, after, comparison: compareStacks(before, after), notes: [] });
  return renderText(report, { colors: createColors(false), width: 120 });
}
