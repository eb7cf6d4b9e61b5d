import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { addCostCommand } from '../../../tools/cost/command';

interface Printed {
  readonly stage: number;
  readonly usage: { readonly users: number };
  readonly estimate: { readonly expected: number; readonly lines: readonly { readonly expected: number }[] };
  readonly budget: number;
  readonly levers: readonly { readonly saves: number; readonly inEffect: boolean; readonly how: string }[];
  readonly delta?: { readonly after: { readonly expected: number } };
  readonly notes: readonly string[];
}

const json = async (...args: string[]): Promise<Printed> => JSON.parse(await run('-f', 'json', ...args)) as Printed;

/** What the command prints for some arguments. */
async function run(...args: string[]): Promise<string> {
  let printed = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const program = new Command('stagecraft').exitOverride();
    addCostCommand(program);
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
    await program.parseAsync(['cost', ...args], { from: 'user' });
    return printed;
  } finally {
    write.mockRestore();
  }
}

test('text: the price first, the budget last, no colour in a pipe', async () => {
  const text = await run('2');
  const lines = text.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^Stage 2 costs about \$[\d,]+ a month in us-east-1$/);
  expect(lines.at(-1)).toMatch(/-c budget=\d+$/);
  for (const title of ['Every month', 'Against stage 1, at the same usage', 'Levers', 'Not estimated, so not in the total'])
    expect(lines).toContain(title);
  expect(text).toMatch(/Usage medium: 5,000 users, 500,000 requests/);
  expect(text).toMatch(/Most of it: databases \d+ %, /);
  expect(text).not.toMatch(/\u001b/);
});

test('--fit: sizes with their headroom, the keys to type, and a price for today’s load', async () => {
  const text = await run('4', '--fit', 'requests=1000,writes=100,workingSet=8,data=100');
  expect(text).toContain('The sizes are for 2 times as much, a year on, with two fifths of the CPU and three tenths of the memory free.');
  expect(text).toContain(
    'npx cdk deploy --all -c stage=4 -c size=m7g.large -c fleet=2-5 -c cacheNode=r6g.large -c databaseClass=r6g.xlarge',
  );
  expect(text).toMatch(/databaseClass=r6g\.xlarge +█{10}░{10} +50 % +memory/);
  expect(text).toMatch(/Usage today: 5,256,000 users, 525,600,000 requests/);
  expect(text).toMatch(/As it is it bears about \d(\.\d)? times that load/);
  const own = await run('4', '--fit', 'requests=1000,writes=100', '-c', 'fleet=1-1');
  expect(own).toContain('A key of yours makes it too small: the web servers bear 0.6 times today’s load.');
  await expect(run('--fit', 'requests=9')).rejects.toThrow('a stage is missing');
  await expect(run('4', '--fit', 'requests=9', '-u', 'small')).rejects.toThrow('--fit and --usage do not go together');
}, 120_000);

test('text: a bar for each part of the bill, and whether a smaller stage bears the load', async () => {
  const text = await run('3');
  expect(text).toMatch(/^ {2}Databases(?: \*)? +(?:\$[\d,.]+ +){5}█+░*$/m);
  expect(text).toContain('By load alone stage 2 would do: climb for what this one adds.');
});

test('the first stage has nothing to be compared with', async () => {
  expect(await run('1')).not.toMatch(/Against stage/);
});

test('markdown: headings and tables with the same figures', async () => {
  const [text, markdown] = [await run('2'), await run('2', '--format', 'markdown')];
  expect(markdown).toMatch(/^## Stage 2 costs about \$/);
  expect(markdown.split('\n')[0].slice(3)).toBe(text.split('\n')[0]);
  expect(markdown).toMatch(/\| Total +\| +\$[\d,]+ \|/);
  expect(markdown).toMatch(/### Levers/);
});

test('json: every line of the bill, and sums that are theirs', async () => {
  const { stage, usage, estimate, budget, levers, delta } = await json('2', '-u', 'large');
  expect({ stage, users: usage.users }).toEqual({ stage: 2, users: 10_000 });
  const sum = estimate.lines.reduce((total, line) => total + line.expected, 0);
  expect(estimate.expected).toBeCloseTo(sum, 6);
  expect(estimate.lines[0]).toEqual(
    expect.objectContaining({
      stack: 'webapp-us-east-1',
      region: 'us-east-1',
      path: expect.any(String),
      part: 'fixed',
      unit: expect.any(String),
    }),
  );
  expect(budget).toBeGreaterThan(estimate.expected);
  expect(levers.length).toBeGreaterThan(0);
  expect(delta?.after.expected).toBeCloseTo(estimate.expected, 6);
});

test('levers on the command line change the price and say so', async () => {
  const plain = await json('4');
  const pulled = await json('4', '-c', 'nat=1', '--spot', '100', '--reserved');
  const saved = plain.estimate.expected - pulled.estimate.expected;
  const offered = plain.levers.filter(({ how }) => /nat=1|spot=100|reserved/.test(how));
  expect(saved).toBeCloseTo(
    offered.reduce((sum, { saves }) => sum + saves, 0),
    6,
  );
  expect(pulled.notes.join(' ')).toMatch(/reserved for a year.*100 % of the servers above/);
});

test('stage 6 says which example values it was priced with', async () => {
  const text = await run('6');
  expect(text.split('\n').slice(0, 2).join(' ')).toMatch(/in us-east-1 and eu-west-1|in eu-west-1 and us-east-1.*example values/);
});

test('into a file', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'cost-')), 'cost.md');
  expect(await run('1', '-f', 'markdown', '-o', file)).toBe('');
  expect(readFileSync(file, 'utf8')).toMatch(/^## Stage 1/);
});

test.each([
  [[], 'a stage is missing: type npx stagecraft cost 4'],
  [['0'], 'stage 0 does not exist: allowed are 1 to 6; type npx stagecraft cost 4'],
  [['abc'], 'stage abc does not exist'],
  [['4', '--hours', '0'], '--hours 0 is not possible: allowed are 1 to 730; type --hours 3'],
  [['--template', 'x.json', '--profile', 'start'], '--profile goes with a stage: type npx stagecraft cost 4 --profile lesson'],
  [['4', '--spot', '101'], '--spot 101 is not possible: allowed are 0 to 100; type --spot 50'],
  [['4', '-u', 'huge'], '--usage huge is not possible'],
  [['4', '-c', 'shard=2'], 'did you mean -c shards='],
  [['4', '-c', 'regions=ap-south-1'], 'there are no prices of ap-south-1: a price book is there for us-east-1 and eu-west-1'],
  [['4', '-f', 'pdf'], "argument 'pdf' is invalid"],
  [['4', '-o', '/no/such/place/x'], 'does not exist'],
])('%j is refused in one line', async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});
