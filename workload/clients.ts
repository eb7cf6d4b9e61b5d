import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** The AWS clients of every role. */
export interface Clients {
  /** How clients of other services are made. */
  readonly aws: { readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number } };
  readonly parameterStore: SSMClient;
  readonly secretsManager: SecretsManagerClient;
}
