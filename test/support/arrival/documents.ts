import { refusedActions, serverRoles } from './roles';
import type { World } from './world';

interface Step {
  readonly action: string;
  readonly inputs: { readonly Service?: string; readonly Api?: string; readonly Script?: string };
}

/** Prefixes of actions where a service calls itself otherwise in its API. */
const PREFIXES: Readonly<Record<string, string>> = { s3control: 's3', s3api: 's3', elbv2: 'elasticloadbalancing' };
/** Calls whose actions have other names (Service Authorization Reference). */
const OTHERS: Readonly<Record<string, string>> = {
  's3:cp': 's3:GetObject',
  's3:sync': 's3:ListBucket',
  's3:listobjectsv2': 's3:ListBucket',
};

/** The runbook of servers has the script of uploads for its copy and its verification, and none of what puts the setting. */
const NOT_REACHED = ['ssm:putparameter'];

/** The action behind a call, whose name has `-` or `_` in command lines and programs; actions have no case. */
function actionOf(service: string, call: string): string {
  const action = `${PREFIXES[service] ?? service}:${call.replace(/[-_]/g, '').toLowerCase()}`;
  return OTHERS[action] ?? action;
}

const CLIENT = String.raw`(?:boto3\.)?client\("([\w-]+)"`;

/** Actions of a program of a document: what it calls of clients, directly, or by a variable or function that has one. */
export function actionsOfProgram(text: string): string[] {
  const services = new Map<string, string>();
  const note = (pattern: RegExp, said: (word: string) => string | undefined = (word) => word): void => {
    for (const [, name, word] of text.matchAll(pattern)) {
      const service = said(word);
      if (service !== undefined) services.set(name, service);
    }
  };
  note(new RegExp(String.raw`(\w+) = ${CLIENT}`, 'g'));
  note(new RegExp(String.raw`def (\w+)\([^)]*\):\n(?: {4}.*\n)*? {4}return ${CLIENT}`, 'g'));
  note(/(\w+)(?:, \w+)* = (\w+)\(/g, (word) => services.get(word));
  const calls = text.matchAll(new RegExp(String.raw`(?:${CLIENT}[^\n]*?\)|\b(\w+)(?:\(\w*\))?)\.([a-z_]+)\((?:"(\w+)")?`, 'g'));
  return [...calls].flatMap(([, direct, name, method, first]: (string | undefined)[]) => {
    const service = direct ?? services.get(name ?? '');
    return service === undefined ? [] : [actionOf(service, (method === 'get_paginator' ? first : method) ?? '')];
  });
}

/** Actions of a script for a server: its commands of the AWS CLI, but for those that it tells people or has in a function that nobody calls. */
export function actionsOfScript(text: string): string[] {
  const isCalled = (line: string): boolean => {
    const name = /^(\w+)\(\) \{/.exec(line)?.at(1);
    return name === undefined || text.split(new RegExp(`\\b${name}\\b`)).length > 2;
  };
  const commands = text.split('\n').filter((line) => isCalled(line) && !/(^|[\s{;])(#|echo|say|fail|printf) /.test(line));
  return commands.flatMap((line) =>
    [...line.matchAll(/(?:^|[\s(!])aws ([a-z0-9-]+) ([a-z0-9-]+)/g)].map(([, service, call]) => actionOf(service, call)),
  );
}

/** What documents call, and the role that they run by may not; commands on a server run by the server's role. */
export function refusedCalls(world: World): string[] {
  return world.all('AWS::SSM::Document').flatMap(([id, { Properties }]) => {
    const content = Properties.Content as { schemaVersion: string; assumeRole?: unknown; mainSteps: Step[] };
    if (content.schemaVersion === '2.2') {
      const actions = [...new Set(actionsOfScript([...lines(content)].join('\n')))];
      const used = actions.filter((action) => !(id.includes('MoveServers') && NOT_REACHED.includes(action)));
      const refusals = serverRoles(world).map((role) => refusedActions(world, role, used));
      return refusals.some((refused) => refused.length === 0) ? [] : refusals[0].map((refused) => `${id}: ${refused}`);
    }
    const role = content.assumeRole === undefined ? undefined : world.idOf(world.text(content.assumeRole));
    if (role === undefined) return [];
    const actions = content.mainSteps.flatMap(({ inputs: { Service, Api, Script } }) => [
      ...(Service !== undefined && Api !== undefined ? [actionOf(Service, Api)] : []),
      ...(Script === undefined ? [] : actionsOfProgram(world.text(Script))),
    ]);
    return refusedActions(world, role, [...new Set(actions)]).map((refused) => `${id}: ${refused}`);
  });
}

/** What schedules call by an AWS SDK target, and their role may not. */
export function refusedSchedules(world: World): string[] {
  return world.all('AWS::Scheduler::Schedule').flatMap(([id, { Properties }]) => {
    const { Arn, RoleArn } = Properties.Target as { Arn: unknown; RoleArn: unknown };
    const target = /:aws-sdk:(\w+:\w+)$/.exec(world.text(Arn))?.at(1);
    const role = world.idOf(world.text(RoleArn));
    if (role === undefined || target === undefined) return [];
    const [service, call] = target.split(':');
    return refusedActions(world, role, [actionOf(service, call)]).map((refused) => `${id}: ${refused}`);
  });
}

/** All lines of shell in a document. */
function* lines(value: unknown): Generator<string> {
  if (typeof value === 'string') yield* value.split('\n');
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* lines(item);
}
