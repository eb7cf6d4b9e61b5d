import { type Resource, ofType } from '../../../support/synth';
import { textOf } from './build';

/** A statement of a role's own policies, its resources as text. */
export interface Statement {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What is known of a request beside its action and its resource. */
export type RequestContext = Readonly<Record<string, string | string[] | undefined>>;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** What a role may do. */
export function statementsOf(resources: Readonly<Record<string, Resource>>, roleId: string): Statement[] {
  const policies = Object.values(ofType(resources, 'AWS::IAM::Policy')).filter(({ Properties }) =>
    list(Properties.Roles).some((role) => textOf(role) === `<${roleId}>`),
  );
  return policies.flatMap(({ Properties }) =>
    (Properties.PolicyDocument.Statement as Record<string, unknown>[]).map(({ Effect, Action, Resource: on, Condition = {} }) => {
      expect(Effect).toBe('Allow');
      return {
        actions: list(Action).map(String),
        resources: list(on).map(textOf),
        conditions: Condition as Statement['conditions'],
      };
    }),
  );
}

/** Whether IAM would allow a request: as much of its language as these policies speak. */
export function isAllowed(statements: readonly Statement[], action: string, resource: string, context: RequestContext): boolean {
  return statements.some(
    ({ actions, resources, conditions }) =>
      actions.includes(action) && resources.some((pattern) => matches(pattern, resource)) && holds(conditions, context),
  );
}

function holds(conditions: Statement['conditions'], context: RequestContext): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const given = context[key];
      const patterns = list(wanted).map(textOf);
      const fits = (value: string): boolean =>
        patterns.some((pattern) => (operator.includes('Arn') ? matches(pattern, value) : pattern === value));
      if (operator.startsWith('ForAllValues:')) return list(given ?? []).every((value) => fits(String(value)));
      if (!['StringEquals', 'ArnEquals', 'ArnLike', 'Bool'].includes(operator)) throw new Error(`${operator} is not known here`);
      return typeof given === 'string' && fits(given);
    }),
  );
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('?', '.'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}
