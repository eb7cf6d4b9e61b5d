import { type AttributeValue, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { reasonOf, Unavailable, within } from '../timing';
import { SESSION_SECONDS, type Session, type SessionStore } from './session-store';

const NAME = 'the session store';
const ANSWER_MS = 2_000;
/** The most that DynamoDB takes as one item, names of attributes included (DynamoDB guide, "Quotas"). */
const MOST_BYTES = 400 * 1024;
/** More than the names of the attributes, the id and the end of a session need. */
const OTHER_BYTES = 100;

/**
 * Sessions in a DynamoDB table: shared by all servers, and with a global table by all regions, a second later.
 *
 * - DynamoDB deletes what has ended within days, not at once: an item that has ended is no session.
 * - Reads see every write that was made in the same region.
 * - A session that is ended is overwritten and not deleted: of two writes in different regions the last one wins, and a deletion of an item
 *   that has not arrived yet would lose against its arrival.
 */
export class TableSessions implements SessionStore {
  public readonly place: string;

  /** @param now the clock. */
  public constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {
    this.place = `DynamoDB ${table}`;
  }

  public async get(id: string): Promise<Session | undefined> {
    const { Item } = await this.answer(
      this.client.send(new GetItemCommand({ TableName: this.table, Key: { id: { S: id } }, ConsistentRead: true })),
    );
    const item = Item as Partial<Record<string, AttributeValue>> | undefined;
    const text = item?.session?.S;
    return text === undefined || Number(item?.ends?.N) <= this.seconds() ? undefined : (JSON.parse(text) as Session);
  }

  public async put(id: string, session: Session): Promise<void> {
    const text = JSON.stringify(session);
    const bytes = Buffer.byteLength(text) + OTHER_BYTES;
    if (bytes > MOST_BYTES) throw new Error(`a session of ${bytes} bytes is too large for DynamoDB, which takes ${MOST_BYTES}`);
    await this.write({ id: { S: id }, session: { S: text }, ends: { N: String(this.seconds() + SESSION_SECONDS) } });
  }

  public async delete(id: string): Promise<void> {
    await this.write({ id: { S: id }, ends: { N: String(this.seconds()) } });
  }

  public async check(): Promise<void> {
    await this.get('check');
  }

  public close(): void {
    this.client.destroy();
  }

  private async write(Item: Record<string, AttributeValue>): Promise<void> {
    await this.answer(this.client.send(new PutItemCommand({ TableName: this.table, Item })));
  }

  private seconds(): number {
    return Math.floor(this.now() / 1_000);
  }

  private async answer<T>(work: Promise<T>): Promise<T> {
    try {
      return await within(ANSWER_MS, NAME, work);
    } catch (error) {
      throw error instanceof Unavailable ? error : new Unavailable(NAME, reasonOf(error), error);
    }
  }
}
