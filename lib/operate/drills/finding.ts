import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A resource as a finding of a rule pack names it: `{ Ref: 'Queue' }` is `<Queue>`, `{ 'Fn::GetAtt': ['Queue', 'Arn'] }` is `<Queue.Arn>`. */
export function findingOf(scope: IConstruct, resource: string): string {
  return textOf(Stack.of(scope).resolve(resource));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[operator, operand]] = Object.entries(value as Record<string, unknown>);
  if (operator === 'Ref') return `<${String(operand)}>`;
  if (operator === 'Fn::GetAtt') return `<${(operand as string[]).join('.')}>`;
  const [separator, parts] = operand as [string, unknown[]];
  return parts.map(textOf).join(separator);
}
