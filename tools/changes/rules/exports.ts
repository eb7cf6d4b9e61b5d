import { sameToCloudFormation } from '../../resolve/canonical';
import { resolveValue } from '../../resolve/functions';
import { exportsOf } from '../../resolve/resolve';
import { Scope } from '../../resolve/scope';
import type { Json, StackTemplate } from '../../shared/template';
import type { Facts } from '../facts';
import { type Risk, Verdict } from '../model';
import { targetsIn } from '../references';

/** An export that another stack imports can neither go nor change: AWS refuses the whole update of the stack that exports (aws/aws-cdk#3414). */
export function exportRisks({ before, after, changes }: Facts): Risk[] {
  const imports = before.map((stack) => ({ stack, names: importsOf(stack.written ?? stack) }));
  const replaced = new Set(
    changes
      .filter(({ verdict }) => verdict === Verdict.REPLACED || verdict === Verdict.RETIRED)
      .map(({ stack, logicalId }) => `${stack} ${logicalId}`),
  );
  return before.flatMap((old) => {
    const now = after.find(({ name }) => name === old.name);
    if (!now) return [];
    const kept = exportsOf(now);
    return [...exportsOf(old)].flatMap(([name, output]): Risk[] => {
      const reader = imports.find(({ stack, names }) => stack.name !== old.name && stack.region === old.region && names.has(name));
      if (!reader) return [];
      const still = kept.get(name);
      const [was, is] = [valueOf(old, output), still === undefined ? null : valueOf(now, still)];
      const moves = targetsIn(is, old.name).some(({ stack, id }) => replaced.has(`${stack} ${id}`));
      if (still !== undefined && !moves && sameToCloudFormation(was, is)) return [];
      const what = still === undefined ? 'removed' : 'changed';
      const message = `export ${name} is ${what} while stack ${reader.stack.name} imports it: AWS refuses until the import is gone, in a deployment before`;
      return [
        {
          rule: 'refused-update',
          stack: old.name,
          path: output,
          logicalId: output,
          type: 'AWS::CloudFormation::Stack',
          message,
          property: 'Outputs',
        },
      ];
    });
  });
}

function valueOf({ template }: StackTemplate, output: string): Json {
  const one = template.Outputs?.[output] as { readonly Value?: Json } | undefined;
  return one?.Value ?? null;
}

/** Names of the exports that a stack reads. */
function importsOf(stack: StackTemplate): Set<string> {
  const scope = new Scope(stack);
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const name = key === 'Fn::ImportValue' ? resolveValue(inner as Json, scope) : undefined;
      if (typeof name === 'string') names.add(name);
      walk(inner);
    }
  };
  walk(stack.template.Resources);
  walk(stack.template.Outputs);
  return names;
}
