import { GetParameterCommand, GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { jitter, pause, reasonOf, Unavailable } from '../timing';

/** Where a shard is. */
export interface ShardPlace {
  /** `host:port`. */
  readonly writer: string;
  /** `host:port`, separated by commas. */
  readonly readers?: string;
  /** ARN of the secret. */
  readonly secret?: string;
}

/** Parameter Store gives no more at once. */
const PAGE = 10;
const MOST_TRIES = 10;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 4_000];

/**
 * Where the shards are. Parameter Store answers 40 questions a second of a whole account and region, so they are read once, page by page, and
 * remembered; a page that is refused is asked for again.
 */
export class ShardPlaces {
  private readonly known = new Map<number, ShardPlace>();

  /**
   * @param name name of the deployment.
   * @param wait how it waits before it asks again.
   */
  public constructor(
    private readonly parameterStore: SSMClient,
    private readonly name: string,
    private readonly wait: (milliseconds: number) => Promise<void> = pause,
  ) {}

  /** Reads where all shards are. */
  public async read(): Promise<void> {
    const path = `/${this.name}/shards/`;
    let next: string | undefined;
    do {
      const page = new GetParametersByPathCommand({ Path: path, MaxResults: PAGE, NextToken: next });
      const { Parameters = [], NextToken } = await this.patiently(async () => this.parameterStore.send(page));
      for (const { Name = '', Value } of Parameters) {
        const place = placeIn(Value);
        // What makes no sense is told to who asks for it.
        if (place) this.known.set(Number(Name.slice(path.length)), place);
      }
      next = NextToken;
    } while (next !== undefined);
  }

  /** Where a shard is, as far as it is known; otherwise Parameter Store is asked. */
  public async find(shard: number): Promise<ShardPlace> {
    return this.known.get(shard) ?? this.ask(shard);
  }

  /** Where a shard is now. */
  public async ask(shard: number): Promise<ShardPlace> {
    try {
      const { Parameter } = await this.parameterStore.send(new GetParameterCommand({ Name: `/${this.name}/shards/${shard}` }));
      const place = placeIn(Parameter?.Value);
      if (!place) throw new Error('the parameter is not JSON with a writer');
      this.known.set(shard, place);
      return place;
    } catch (error) {
      throw new Unavailable(`shard ${shard}`, `where it is can't be read: ${reasonOf(error)}`, error);
    }
  }

  private async patiently<T>(question: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await question();
      } catch (error) {
        if (tries === MOST_TRIES) throw new Unavailable('the shards', `where they are can't be read: ${reasonOf(error)}`, error);
        await this.wait(jitter(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries)));
      }
    }
  }
}

function placeIn(text: string | undefined): ShardPlace | undefined {
  const parsed = parse(text ?? '');
  if (typeof parsed !== 'object' || parsed === null || !('writer' in parsed) || typeof parsed.writer !== 'string') return undefined;
  const optional = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    writer: parsed.writer,
    readers: optional('readers' in parsed && parsed.readers),
    secret: optional('secret' in parsed && parsed.secret),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
