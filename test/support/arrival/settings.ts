import { arnOf, refusedActions, serverRoles } from './roles';
import { ACCOUNT, type World } from './world';

interface Row {
  readonly setting: RegExp;
  readonly web: readonly string[];
  readonly worker: readonly string[];
  /** What is used of a bucket. */
  readonly part?: string;
}

const SECRET = ['secretsmanager:GetSecretValue'];

/** What servers do with the values of settings, by what `start` is called with: boot script, kit and reference application. */
const SETTINGS: readonly Row[] = [
  { setting: /^release$/, web: ['s3:GetObject'], worker: ['s3:GetObject'] },
  { setting: /^config\/(database|products|orders)\/secret$/, web: SECRET, worker: SECRET },
  { setting: /^config\/(cache|sessions)\/secret$/, web: SECRET, worker: [] },
  { setting: /^config\/sessions\/table$/, web: ['dynamodb:GetItem', 'dynamodb:PutItem'], worker: [] },
  { setting: /^config\/storage\/uploads$/, web: ['s3:GetObject', 's3:PutObject'], worker: [], part: '/uploads/a' },
  { setting: /^config\/storage\/static$/, web: ['s3:PutObject'], worker: [], part: '/static/a' },
  { setting: /^config\/storage\/(static|uploads)$/, web: ['s3:ListBucket'], worker: [] },
  {
    setting: /^config\/jobs\/queue$/,
    web: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
    worker: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
  },
];

/** All actions of the table. */
export const ACTIONS = [
  ...new Set(['ssm:GetParameter', 'ssm:GetParametersByPath', ...SETTINGS.flatMap(({ web, worker }) => [...web, ...worker])]),
];

/** What servers are told to use by settings, and may not. */
export function refusedSettings(world: World): string[] {
  const roles = serverRoles(world).map((role) => ({ role, kind: role.includes('Worker') ? 'worker' : 'web' }) as const);
  return world.all('AWS::SSM::Parameter').flatMap(([, { Properties }]) => {
    const [name, value] = [world.text(Properties.Name), world.text(Properties.Value)];
    const setting = name.replace(/^\/[^/]+\//, '');
    const rows = value.startsWith('/') ? [] : SETTINGS.filter((row) => row.setting.test(setting));
    const parameter = [`arn:aws:ssm:${world.region}:${ACCOUNT}:parameter${name}`];
    return roles.flatMap(({ role, kind }) => [
      ...refusedActions(world, role, ['ssm:GetParameter', 'ssm:GetParametersByPath'], parameter),
      ...rows.flatMap((row) => refusedActions(world, role, row[kind], namesOf(world, value, row.part))),
    ]);
  });
}

/** What policies may call the thing that a setting's value names. */
function namesOf(world: World, value: string, part = ''): string[] {
  const place = /^(?:<Fn::Sub ")?s3:\/\/(.*?)(\/.*?)(?:">)?$/.exec(value);
  if (place) return [`arn:aws:s3:::<Fn::Sub "${place[1]}">${place[2]}`];
  const id = world.idOf(value);
  // Names: of a secret in a further region, of a table.
  const own = `${world.region}:${ACCOUNT}`;
  if (id === undefined) return [`arn:aws:secretsmanager:${own}:secret:${value}-Abc123`, `arn:aws:dynamodb:${own}:table/${value}`];
  return [arnOf(world, id), value, `<${id}.Arn>`].map((arn) => arn + part);
}
