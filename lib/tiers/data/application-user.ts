import { CfnResource, type RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { dependOn } from '../../foundation/depend-on';
import type { Geography } from '../../foundation/regions/geography';
import { replicateSecret } from '../../foundation/security/replicated-secret';
import type { DatabaseUsers } from './database-users';

/** Props of {@link ApplicationUser}. */
export interface ApplicationUserProps {
  /** Name of the deployment. */
  readonly name: string;
  /** What the database holds, such as `database` or `users/17`: the secret is named `<name>/<role>`. */
  readonly role: string;
  /** Makes the user, and changes passwords. */
  readonly users: DatabaseUsers;
  /** The database: an instance or a cluster. */
  readonly database: secretsmanager.ISecretAttachmentTarget;
  /** The same with its servers, which have to be there before anybody can log in. */
  readonly after: IConstruct;
  /** The secret of its master user. */
  readonly master: secretsmanager.ISecret;
  /** Encrypts the secret. */
  readonly key: kms.IKey;
  /**
   * Further regions that have copies of the database, and of this secret.
   * @default - none
   */
  readonly geography?: Geography;
  /** What happens to the secret when it leaves the template: as with the database. */
  readonly removalPolicy: RemovalPolicy;
}

/** The user `app`, who owns the database `app` and what is in it, and is nobody beside it: no master, no replication, no other roles (ADR 46). */
export class ApplicationUser extends Construct {
  /** User name and password, and where the database is. At each rotation `app` and `app_clone` take turns. */
  public readonly secret: rds.DatabaseSecret;

  public constructor(scope: Construct, id: string, props: ApplicationUserProps) {
    super(scope, id);
    const { name, role, users, database, after, master, key: encryptionKey, removalPolicy } = props;
    const secretName = `${name}/${role}`;
    this.secret = new rds.DatabaseSecret(this, 'Secret', {
      username: 'app',
      dbname: 'app',
      secretName,
      encryptionKey,
      masterSecret: master,
    });
    this.secret.applyRemovalPolicy(removalPolicy);
    replicateSecret(this.secret, name, props.geography);
    const attached = this.secret.attach(database);
    const user = users.admit(this, 'User', attached, removalPolicy);
    // The address of a cluster answers when there is a writer. What is put under the database later, such as a proxy, waits for nobody.
    user.node.addDependency(...after.node.findAll().filter((part) => CfnResource.isCfnResource(part)), master);
    for (const [rotation, of] of Object.entries({ Rotation: attached, MasterRotation: master }))
      dependOn(users.rotate(this, rotation, of), user);
  }
}
