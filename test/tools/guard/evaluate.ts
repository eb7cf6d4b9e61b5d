import type { PolicyStatement, StackPolicy } from '../../../tools/guard/policy';

/** One thing that an update does to a resource that exists. */
export interface Update {
  readonly action: 'Update:Modify' | 'Update:Replace' | 'Update:Delete';
  readonly logicalId: string;
  readonly type: string;
}

/** Whether a stack policy lets an update through, as AWS documents it: a denial wins, and what nothing allows is denied. */
export function permits(policy: StackPolicy, update: Update): boolean {
  const effects = policy.Statement.filter((statement) => applies(statement, update)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function applies({ Action, Resource, NotResource, Condition }: PolicyStatement, { action, logicalId, type }: Update): boolean {
  const id = `LogicalResourceId/${logicalId}`;
  const types = Condition?.StringEquals.ResourceType;
  return (
    list(Action).some((pattern) => matches(pattern, action)) &&
    (Resource === undefined || list(Resource).some((pattern) => matches(pattern, id))) &&
    !NotResource?.some((pattern) => matches(pattern, id)) &&
    (types === undefined || types.includes(type))
  );
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}
