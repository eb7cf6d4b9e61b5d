import { Annotations, Stack, Stage, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DeploymentName } from '../foundation/deployment-name';
import { InvalidInput } from '../foundation/invalid-input';
import { RegionOffers } from '../foundation/regions/region-offers';
import { EncryptionKey } from '../foundation/security/encryption-key';

interface Named extends Construct {
  readonly settings: { readonly path: string };
}

/** Parameters, secrets and the key's alias are named after the deployment: two of one name in one region would fight for them. */
export function refuseName(architecture: Construct, name: string): void {
  if (!DeploymentName.isPossible(name)) {
    throw new InvalidInput(
      `name=${name} is not possible: type 2 to 20 lower-case letters, digits and single hyphens, starting with a letter`,
    );
  }
  const here = Stack.of(architecture);
  const isElsewhere = (there: Stack): boolean =>
    there.region !== here.region ||
    there.account !== here.account ||
    // The environments of a pipeline without accounts usually go to two.
    (Token.isUnresolved(here.account) && Stage.of(there) !== Stage.of(here));
  const same = architecture.node.root.node
    .findAll()
    .filter((other): other is Named => other !== architecture && other.constructor === architecture.constructor)
    .find((other) => other.settings.path === `/${name}` && !isElsewhere(Stack.of(other)));
  if (same) throw new InvalidInput(`name ${name} is taken by ${same.node.path} in the same region: give this one another name`);
}

/**
 * Lets services use a key of the user's. The CDK writes into the policy of a key of its own what uses it, and a policy in another stack can't
 * name what is here: refused. Nothing can be written into the policy of an imported one: said.
 */
export function openKey(architecture: Construct, key: kms.IKey): void {
  if (key instanceof kms.Key && Stack.of(key) !== Stack.of(architecture)) {
    throw new InvalidInput(
      `key ${key.node.path} is of another stack: give kms.Key.fromKeyArn(stack, 'Key', key.keyArn), and let its policy admit what EncryptionKey admits`,
    );
  }
  const missing = EncryptionKey.admitServices(key);
  if (missing === undefined) return;
  Annotations.of(architecture).addInfo(
    `the policy of key ${key.node.path} can't be seen from here: it must admit ${missing}; without that logs, alarms or messages are lost`,
  );
}

/** Where AWS has no Fault Injection Service there are no drills: said, or refused where somebody asked for one. */
export function sayNoDrills(architecture: Construct, region: string, wanted: readonly { readonly drill: string }[]): void {
  const why = `region ${region} has no AWS Fault Injection Service (${RegionOffers.AS_OF})`;
  if (wanted.length > 0) throw new InvalidInput(`drill=${wanted[0].drill} is not possible: ${why}; leave drills out`);
  Annotations.of(architecture).addInfo(`no drills are made: ${why}`);
}
