import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { reasonOf, Unavailable } from '../timing';

/** Where a shard is. */
export interface ShardPlace {
  /** `host:port`. */
  readonly writer: string;
  /** `host:port`, separated by commas. */
  readonly readers?: string;
  /** ARN of the secret. */
  readonly secret?: string;
}

/** Asks Parameter Store where a shard is. */
export async function findShard(parameterStore: SSMClient, name: string, shard: number): Promise<ShardPlace> {
  try {
    const { Parameter } = await parameterStore.send(new GetParameterCommand({ Name: `/${name}/shards/${shard}` }));
    return placeOf(JSON.parse(Parameter?.Value ?? 'null'));
  } catch (error) {
    throw new Unavailable(`shard ${shard}`, `where it is can't be read: ${reasonOf(error)}`, error);
  }
}

function placeOf(parsed: unknown): ShardPlace {
  if (typeof parsed === 'object' && parsed !== null && 'writer' in parsed && typeof parsed.writer === 'string') {
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    return {
      writer: parsed.writer,
      readers: text('readers' in parsed && parsed.readers),
      secret: text('secret' in parsed && parsed.secret),
    };
  }
  throw new Error('the parameter is not JSON with a writer');
}
