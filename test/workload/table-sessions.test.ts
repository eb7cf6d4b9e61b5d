import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SessionTable } from '../../lib';
import { eventually } from '../../tools/servers/processes';
import { TableSessions } from '../../workload/sessions/table-sessions';
import { ground, templateOf } from '../support/construct';
import { describeWithServers } from '../support/servers';
import { resourcesOf } from '../support/synth';
import { Application, Browser } from './application';
import { type Single, startSingle } from './single';

const WEEK = 7 * 24 * 3_600;

interface TableProperties {
  readonly TableName: string;
  readonly KeySchema: unknown;
  readonly AttributeDefinitions: unknown;
  readonly TimeToLiveSpecification: { AttributeName: string; Enabled: boolean };
}

/** What the template says of the table, as the API takes it. */
function tableProperties(): TableProperties {
  const base = ground();
  new SessionTable(base.stack, 'Table', { name: 'webapp', key: base.key });
  const [table] = Object.values(resourcesOf(templateOf(base))).filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable');
  return table.Properties as unknown as TableProperties;
}

describeWithServers(['moto', 'postgres'], 'sessions in the table of the template', (servers) => {
  const { TableName, KeySchema, AttributeDefinitions, TimeToLiveSpecification } = tableProperties();
  let client: DynamoDBClient;
  let single: Single;

  beforeAll(async () => {
    single = await startSingle(servers);
    client = single.moto.dynamoDb;
    await single.moto.createTable(TableName, { key: KeySchema, attributes: AttributeDefinitions, expiry: TimeToLiveSpecification });
  });

  const item = async (id: string) => (await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item;

  test('end after a week, although DynamoDB deletes them days later', async () => {
    let now = 1_800_000_000_000;
    const sessions = new TableSessions(client, TableName, () => now);
    await sessions.put('a', { name: 'Ada' });
    expect((await item('a'))?.[TimeToLiveSpecification.AttributeName]).toEqual({ N: String(1_800_000_000 + WEEK) });
    now += (WEEK - 1) * 1_000;
    expect(await sessions.get('a')).toEqual({ name: 'Ada' });
    now += 1_000;
    expect(await sessions.get('a')).toBeUndefined();
    expect(await item('a')).toBeDefined();
  });

  test('are overwritten when they end, so that the last word wins in every region', async () => {
    const sessions = new TableSessions(client, TableName);
    await sessions.put('b', { name: 'Bob' });
    await sessions.delete('b');
    expect(await sessions.get('b')).toBeUndefined();
    const left = await item('b');
    expect(left?.session).toBeUndefined();
    expect(Number(left?.[TimeToLiveSpecification.AttributeName].N)).toBeLessThanOrEqual(Date.now() / 1_000);
  });

  test('are refused before DynamoDB is asked where they are larger than it takes', async () => {
    const sessions = new TableSessions(client, TableName);
    // The imitation counts what is on the wire, so its limit is somewhat lower.
    await sessions.put('c', { name: 'x'.repeat(390_000) });
    expect((await sessions.get('c'))?.name).toHaveLength(390_000);
    const largest = 400 * 1024 - 100 - '{"name":""}'.length;
    await expect(sessions.put('d', { name: 'x'.repeat(largest) })).rejects.toThrow('Item size has exceeded');
    await expect(sessions.put('d', { name: 'x'.repeat(largest + 1) })).rejects.toThrow('is too large for DynamoDB');
    await expect(sessions.put('d', { name: 'é'.repeat(largest / 2 + 1) })).rejects.toThrow('is too large for DynamoDB');
    expect(await item('d')).toBeUndefined();
  });

  test('are unavailable, and not absent, where the table does not answer', async () => {
    await expect(new TableSessions(client, 'nowhere').get('a')).rejects.toThrow('the session store is not available');
  });

  test('outlive the server of a visitor, who was signed in before there was a table', async () => {
    const visitor = new Browser(single.application.url);
    await visitor.post('/login', { name: 'Ada' });
    await single.moto.configure(single.environment.NAME, { 'sessions/table': TableName });
    await eventually(async () => (await visitor.read('/me')).includes(`DynamoDB ${TableName}`));
    const other = servers.stoppedAtEnd(await Application.start(single.environment));
    expect(await single.application.stop('SIGKILL')).toBe('SIGKILL');
    visitor.origin = other.url;
    expect(await visitor.read('/me')).toContain('Hello, Ada');
    await visitor.post('/logout', {});
    expect(await visitor.read('/me')).not.toContain('Hello, Ada');
  });
});
