import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Login, admit, changeOwnPassword, isAdmitted, otherUser } from './users';

const secrets = new SecretsManagerClient({});

/** What Secrets Manager asks of a rotation function, in this order (Secrets Manager guide, "Lambda rotation functions"). */
export type Step = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';

/** Does one step of the rotation of a secret. Each looks first at what is done already, because any may come twice. */
export async function rotate(step: Step, secret: string, version: string): Promise<void> {
  const { VersionIdsToStages: stages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secret }));
  const current = Object.keys(stages).find((id) => stages[id].includes('AWSCURRENT'));
  if (current === version) return;
  if (step !== 'createSecret' && !(stages[version] ?? []).includes('AWSPENDING'))
    throw new Error(`version ${version} of ${secret} is not pending`);
  await { createSecret: create, setSecret: set, testSecret: test, finishSecret: finish }[step](secret, version, current);
}

/** What a secret says, by its stage or by one version of it. */
export async function loginOf(secret: string, stage = 'AWSCURRENT', version?: string): Promise<Login> {
  const asked = new GetSecretValueCommand({ SecretId: secret, VersionStage: stage, VersionId: version });
  const { SecretString = '{}' } = await secrets.send(asked);
  return JSON.parse(SecretString) as Login;
}

async function create(secret: string, version: string): Promise<void> {
  const exists = await loginOf(secret, 'AWSPENDING', version).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  if (exists) return;
  const current = await loginOf(secret);
  const { RandomPassword: password } = await secrets.send(new GetRandomPasswordCommand({ PasswordLength: 30, ExcludePunctuation: true }));
  // The master has one name; the application's two users take turns.
  const username = current.masterarn === undefined ? current.username : otherUser(current.username);
  await secrets.send(
    new PutSecretValueCommand({
      ...{ SecretId: secret, ClientRequestToken: version, VersionStages: ['AWSPENDING'] },
      SecretString: JSON.stringify({ ...current, username, password }),
    }),
  );
}

/** Only names and passwords of a pending version count: where the database is, and whose it is, says the current one. */
async function set(secret: string, version: string): Promise<void> {
  const [current, { username, password }] = await Promise.all([loginOf(secret), loginOf(secret, 'AWSPENDING', version)]);
  const pending = { ...current, username, password };
  if (current.masterarn !== undefined) {
    const { username: masterName, password: masterPassword } = await loginOf(current.masterarn);
    await admit({ ...current, username: masterName, password: masterPassword }, pending);
    return;
  }
  if (await isAdmitted(pending)) return;
  await changeOwnPassword(current, password);
}

async function test(secret: string, version: string): Promise<void> {
  const pending = await loginOf(secret, 'AWSPENDING', version);
  if (!(await isAdmitted(pending))) throw new Error(`the database refuses ${pending.username} with the new password`);
}

async function finish(secret: string, version: string, current?: string): Promise<void> {
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      ...{ SecretId: secret, VersionStage: 'AWSCURRENT', MoveToVersionId: version, RemoveFromVersionId: current },
    }),
  );
}
