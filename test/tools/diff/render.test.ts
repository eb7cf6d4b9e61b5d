import { createColors } from 'picocolors';
import { type Comparison, Effect, Verdict } from '../../../tools/changes/model';
import { climbOf } from '../../../tools/diff/climb';
import { whyOf } from '../../../tools/diff/fold';
import { LIMIT, MARKER, renderMarkdown } from '../../../tools/diff/markdown';
import { type Report, reportOf } from '../../../tools/diff/report';
import { renderText } from '../../../tools/diff/text';
import { plumbingKind } from '../../../tools/diff/plumbing';
import { wrap } from '../../../tools/shared/wrap';
import { AFTER, BEFORE, COMPARISON, change } from './fixture';

const PLAIN = { colors: createColors(false), width: Infinity };
const EMPTY: Comparison = { risks: [], changes: [] };

function report(comparison: Comparison = COMPARISON, rest: Partial<Parameters<typeof reportOf>[0]> = {}): Report {
  const sides = { before: BEFORE, after: AFTER, notes: ['A note.'], climb: climbOf(3, 4, { name: "o'shop" }), cost: '+$1 a month' };
  return reportOf({ title: 'Stage 3 → 4', comparison, ...sides, ...rest });
}

test('text', () => {
  expect(renderText(report(), PLAIN)).toMatchSnapshot();
});

test('text in a narrow terminal stays inside it', () => {
  const text = renderText(report(), { ...PLAIN, width: 80 });
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text).toMatchSnapshot();
});

test('text in a very narrow terminal stays inside it, without columns', () => {
  const text = renderText(report(), { ...PLAIN, width: 60 });
  expect(text.split('\n').filter((line) => line.length > 60)).toEqual([]);
  expect(text).toContain('  replaced  Web/Database\n      RDS DBInstance\n');
});

test('what changes is read at a glance: short values first, long ones where they differ, tags by their keys', () => {
  const properties = [
    { property: 'AlarmDescription', before: `${'many words '.repeat(9)}99.5 %`, after: `${'many words '.repeat(9)}99.9 %` },
    { property: 'Tags', before: [{ Key: 'a', Value: '1' }], after: [{ Key: 'b', Value: '1' }] },
    { property: 'Threshold', before: 7.2, after: 1.44 },
  ].map((one) => ({ ...one, effect: Effect.IN_PLACE }));
  expect(whyOf(change('Alarm', 'AWS::CloudWatch::Alarm', Verdict.CHANGED, { properties }))).toBe(
    'Threshold 7.2 → 1.44, tags: a, b, AlarmDescription …many words 99.5 % → …many words 99.9 %',
  );
});

test('what is not read is said, and the verdict is no plain green', () => {
  const nested = [{ name: 'shop', template: { Resources: { Inner: { Type: 'AWS::CloudFormation::Stack' } } } }];
  const text = renderText(report(EMPTY, { before: nested, after: nested }), PLAIN);
  expect(text).toContain('! Not all of it was read: see below. Of what was read, nothing that holds data is replaced or deleted.');
  expect(text).toContain('Nested stack shop/Inner was not read');
});

test('another default of a parameter is said, and which tool takes it', () => {
  const stack = (Default: string) => [{ name: 'shop', template: { Parameters: { Class: { Type: 'String', Default } }, Resources: {} } }];
  const { notes } = report(EMPTY, { before: stack('a'), after: stack('b'), notes: [] });
  expect(notes).toEqual([expect.stringMatching(/^Another default of Class: cdk deploy keeps the value that a stack has/)]);
  expect(report(EMPTY, { before: stack('a'), after: stack('a'), notes: [] }).notes).toEqual([]);
});

test('colours change nothing but colours', () => {
  const text = renderText(report(), { colors: createColors(true), width: Infinity });
  expect(text).toContain('\u001b[31m');
  expect(text.replace(/\u001b\[\d+m/g, '')).toBe(renderText(report(), PLAIN));
});

test('markdown', () => {
  expect(renderMarkdown(report(), 'npx stagecraft diff 3 4')).toMatchSnapshot();
});

test('json', () => {
  expect(JSON.parse(JSON.stringify(report()))).toMatchSnapshot();
});

test('the first line counts everything, and the sentence about data is said when it is true and then alone', () => {
  expect(renderText(report(), PLAIN).split('\n')[0]).toBe('Stage 3 → 4: 5 added · 3 changed · 2 replaced · 2 retired');
  const sentence = 'Nothing that holds data is replaced or deleted.';
  const said = (comparison: Comparison): boolean => renderText(report(comparison), PLAIN).includes(sentence);
  const lost = { ...EMPTY, changes: [change('Db', 'AWS::RDS::DBInstance', Verdict.RETIRED, { holdsData: true, fate: 'deleted' })] };
  const kept = { ...EMPTY, changes: [change('Db', 'AWS::RDS::DBInstance', Verdict.RETIRED, { holdsData: true, fate: 'retained' })] };
  expect([said(EMPTY), said(kept), said(lost), said(COMPARISON)]).toEqual([true, true, false, false]);
  expect(renderText(report(lost), PLAIN)).toContain('1 resource that holds data: replaced or deleted.');
});

test('a risk that somebody allowed is no danger, but said with the reason', () => {
  const [danger, allowed] = COMPARISON.risks;
  expect([report().atRisk, report({ ...EMPTY, risks: [allowed] }).atRisk, report({ ...EMPTY, risks: [danger] }).atRisk]).toEqual([
    true,
    false,
    true,
  ]);
  expect(renderText(report({ ...EMPTY, risks: [allowed] }), PLAIN)).toContain('(allowed: copied to the archive on 3 May)');
});

test('what differs in numbers alone is one line with their span, and a reason of its own makes a line of its own', () => {
  const shards = Array.from({ length: 1024 }, (_, shard) => change(`Users${shard}/Cluster`, 'AWS::RDS::DBCluster', Verdict.ADDED));
  const text = renderText(report({ ...EMPTY, changes: [...shards, change('Other', 'AWS::RDS::DBCluster', Verdict.ADDED)] }), PLAIN);
  expect(text).toContain('added  Web/Users0…1023/Cluster (1024)  RDS DBCluster');
  expect(text).toContain('added  Web/Other');
});

test('a replaced resource is never folded into plumbing, and a new stack is one line', () => {
  const further = [1, 2].map((number) => ({ ...change('Queue', 'AWS::SQS::Queue', Verdict.ADDED), stack: `shop-shards-${number}` }));
  const changes = [change('Group', 'AWS::EC2::SecurityGroup', Verdict.REPLACED), ...further];
  const after = [...AFTER, ...[1, 2].map((number) => ({ name: `shop-shards-${number}`, template: { Resources: {} } }))];
  const text = renderText(report({ ...EMPTY, changes }, { after }), PLAIN);
  expect(text).toMatch(/replaced {2}Web\/Group {2}EC2 SecurityGroup/);
  expect(text).toMatch(/shop-shards-1…2\n {2}added {2}2 whole stacks {2}1 resource each {2}1 SQS Queue/);
});

test('plumbing is a matter of the type', () => {
  expect(['AWS::IAM::Role', 'AWS::Logs::LogGroup', 'AWS::EC2::Route', 'AWS::RDS::DBClusterParameterGroup'].map(plumbingKind)).not.toContain(
    undefined,
  );
  expect(['AWS::RDS::DBInstance', 'AWS::SSM::Document', 'AWS::EC2::VPC', 'AWS::SecretsManager::Secret'].map(plumbingKind)).toEqual(
    Array(4).fill(undefined),
  );
});

describe('a comment that is too long for GitHub', () => {
  const changes = Array.from({ length: 5000 }, (_, index) =>
    change(`Thing${String.fromCharCode(97 + (index % 26))}${index}/${'x'.repeat(index % 40)}`, 'AWS::SQS::Queue', Verdict.ADDED),
  );
  const risks = Array.from({ length: 1500 }, (_, index) => ({ ...COMPARISON.risks[0], path: `Web/Database${index}` }));
  const huge = renderMarkdown(report({ risks, changes }), 'npx stagecraft diff 3 4');

  test('is cut to fit, the least important first, and says so', () => {
    expect(huge.length).toBeLessThanOrEqual(LIMIT);
    expect(huge.length).toBeGreaterThan(LIMIT * 0.9);
    expect(huge.startsWith(`${MARKER}\n`)).toBe(true);
    expect(huge).toContain('1500 changes would lose data or protection, or be refused by AWS.');
    const cuts = [...huge.matchAll(/_(\d+) of (\d+) lines are cut here: npx stagecraft diff 3 4 shows all\._/g)].map(([, cut, all]) => [
      Number(cut),
      Number(all),
    ]);
    const rows = huge.split('\n').filter((line) => line.includes('Web/Database')).length;
    expect(cuts[0]).toEqual([1500 - rows, 1500]);
    expect(rows).toBeGreaterThan(300);
    expect(huge).toContain('### How to climb');
  });

  test('is whole where it fits', () => {
    expect(renderMarkdown(report(), 'again')).not.toContain('cut here');
  });
});

test('a name cannot break the table or the comment', () => {
  const odd = change('A|B `c` <!-- d', 'AWS::SQS::Queue', Verdict.ADDED, { path: 'Web/A|B`c`<img>' });
  const line = renderMarkdown(report({ ...EMPTY, changes: [odd] }), 'again')
    .split('\n')
    .find((text) => text.includes('SQS Queue'));
  expect(line).toBe("| added | `Web/A\\|B'c'<img>` | SQS Queue |  |");
});

test('lines break at spaces, behind a slash, or anywhere', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('Web/Long/Path/Below', 10)).toEqual(['Web/Long/', 'Path/Below']);
  expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  expect(wrap('', 4)).toEqual(['']);
});
