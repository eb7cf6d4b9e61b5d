import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules } from '../acknowledge';
import type { Geography } from '../regions/geography';
import { replicateSecret } from './replicated-secret';

/** Props of {@link OriginSecret}. */
export interface OriginSecretProps {
  /** Name of the deployment. */
  readonly name: string;
  /** Encrypts the secret. */
  readonly key: kms.IKey;
  /**
   * The regions; the founding one makes the secret and copies it to the others, under the same name.
   * @default - one region
   */
  readonly geography?: Geography;
}

/**
 * What a CDN says to a load balancer to prove that a request came through it, in the header `x-origin-secret`
 * (CloudFront docs, "Restrict access to Application Load Balancers").
 *
 * Not stateful: a lost secret is replaced by a new one on both sides in one deploy.
 */
export class OriginSecret extends Construct {
  /** Name of the header. */
  public readonly header = 'x-origin-secret';
  /** The secret itself, unless this region has a copy of another's. */
  public readonly secret?: secretsmanager.Secret;
  /** The header's value, as a dynamic reference that CloudFormation resolves; never readable in the template. */
  public readonly value: string;

  public constructor(scope: Construct, id: string, props: OriginSecretProps) {
    super(scope, id);
    const secretName = `${props.name}/origin`;
    if (props.geography && !props.geography.isFounding) {
      this.value = SecretValue.secretsManager(secretName).unsafeUnwrap();
      return;
    }
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      secretName,
      description: 'Header by which the load balancer knows the CDN',
      encryptionKey: props.key,
      generateSecretString: { excludePunctuation: true, passwordLength: 48 },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    replicateSecret(this.secret, props.name, props.geography);
    this.value = this.secret.secretValue.unsafeUnwrap();
    const reason = 'rotating it between two deploys would lock the CDN out: both sides read it when they are deployed';
    acknowledge(this.secret, { 'AwsSolutions-SMG4': reason });
    acknowledgeRules(this.secret, { SecretsManagerRotationEnabled: reason });
  }
}
