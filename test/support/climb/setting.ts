import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Moto } from '../../../tools/servers/moto';

/** Reads a setting of a deployment. */
export async function readSetting({ environment }: Moto, name: string, setting: string): Promise<string | undefined> {
  const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const parameterStore = new SSMClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  const { Parameter } = await parameterStore.send(new GetParameterCommand({ Name: `/${name}/config/${setting}` }));
  parameterStore.destroy();
  return Parameter?.Value;
}
