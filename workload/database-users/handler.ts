import { type Step, loginOf, rotate } from './rotation';
import { admit } from './users';

/** A step of a rotation, from Secrets Manager. */
interface Rotation {
  readonly Step: Step;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** A custom resource that comes, changes or goes, from CloudFormation by way of the CDK's provider. */
interface Resource {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: { readonly SecretId: string };
}

/** The Lambda function that makes the application's user in a database, and gives users new passwords. */
export async function handler(event: Rotation | Resource): Promise<{ PhysicalResourceId: string } | undefined> {
  if ('Step' in event) {
    await rotate(event.Step, event.SecretId, event.ClientRequestToken);
    return undefined;
  }
  const { SecretId } = event.ResourceProperties;
  // A user who leaves the template stays: the database may be retained, and a failed creation is tried again.
  if (event.RequestType !== 'Delete') {
    const user = await loginOf(SecretId);
    if (user.masterarn === undefined) throw new Error(`the secret ${SecretId} names no secret of a master user (masterarn)`);
    const { username, password } = await loginOf(user.masterarn);
    await admit({ ...user, username, password }, user);
  }
  return { PhysicalResourceId: SecretId };
}
