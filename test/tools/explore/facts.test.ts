import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KIND_NAMES } from '../../../tools/picture/kinds';
import purposes from '../../../tools/explore/purposes.json';
import type { Rung } from '../../../tools/explore/ladder';
import { reference } from '../../../tools/explore/reference';
import { ladderOfTests } from './ladder';

const { rungs, resources, load } = ladderOfTests();
const later = rungs.slice(1);
const titles = (rung: Rung, ids: readonly string[]): string[] => ids.map((id) => rung.things[id].title);

test('a stage says what its page, its blueprint, its alarms and its drills say', () => {
  for (const { page, story, recovery, price, blueprint } of rungs) {
    expect(Object.values(page!).filter((text) => text === '')).toEqual([]);
    expect((story!.text ?? `${story!.broke}${story!.fix}${story!.costs}`).length).toBeGreaterThan(80);
    expect(recovery!.rto).not.toBe('');
    expect(price!.expected).toBeGreaterThan(0);
    expect(blueprint!.lines.map(({ text }) => text.split(':')[0])).toEqual(
      'network database cache sessions web edge jobs reach'.split(' '),
    );
  }
  expect(reference('docs/stages/3.md')).toContain(`| ${rungs[2].page!.assumes} `);
  expect(reference('stages/4-stateless-tier.ts').replace(/\s+\*?\s*/g, ' ')).toContain(rungs[3].story!.broke!.slice(1));
});

test('lines of a blueprint that differ have the line of before', () => {
  const changed = later.map(({ blueprint }) =>
    blueprint!.lines.filter(({ before }) => before !== undefined).map(({ text }) => text.split(':')[0]),
  );
  expect(changed).toEqual([
    ['network', 'database'],
    ['database', 'cache', 'edge'],
    ['network', 'sessions', 'web'],
    ['database', 'jobs'],
    ['reach'],
  ]);
});

test('signs are the alarms of the template, each at the box that turns red', () => {
  expect(
    rungs.map((rung) =>
      rung.signs.map(({ title, threshold, thing }) => [title, threshold, ...titles(rung, thing === undefined ? [] : [thing])]),
    ),
  ).toEqual([
    [
      ['Memory of the server (%)', 80, 'Server'],
      ['CPU of the server (%)', 80, 'Server'],
      ['Requests waiting for the data volume', 3, 'Data volume'],
    ],
    [
      ['Read from disk, p90 (s)', 0.02, 'Database'],
      ['Share of reads on disk (%)', 80, 'Database'],
      ['CPU of the database (%)', 90, 'Database'],
    ],
    [
      ['Memory of the server (%)', 80, 'Server'],
      ['CPU of the server (%)', 80, 'Server'],
    ],
    [
      ['CPU of the primary (%)', 90, 'Database'],
      ['Write to disk, p90 (s)', 0.02, 'Database'],
      ['Replicas behind (s)', 300, 'Replica 1'],
    ],
    [['Way between edge and region, p90 (ms)', 100, 'CDN']],
    [],
  ]);
});

test('the page of a stage names the limits of its alarms, no others', () => {
  const limits = rungs.map(({ signs }) =>
    [...new Set(signs.map(({ threshold }) => (threshold < 1 ? threshold * 1000 : threshold)))].sort((a, b) => a - b),
  );
  const said = rungs.map(({ page }) => [...new Set((page!.whenToMoveOn.match(/\d+/g) ?? []).map(Number))].sort((a, b) => a - b));
  expect(said).toEqual(limits);
});

test('each drill of a template has its page, and the boxes that it strikes', () => {
  const pages = readdirSync(join(__dirname, '../../../docs/drills')).filter((name) => name !== 'README.md');
  expect(new Set(rungs.flatMap(({ drills }) => drills.map(({ name }) => `${name}.md`)))).toEqual(new Set(pages));
  const struck = (index: number) => Object.fromEntries(rungs[index].drills.map(({ name, things }) => [name, titles(rungs[index], things)]));
  expect(struck(3)).toEqual({
    'fail-over-database': ['Database'],
    'fail-cache': ['Cache'],
    'fail-sessions': ['Sessions'],
    'kill-server': ['Fleet'],
    'interrupt-spot': ['Fleet'],
    'lose-zone': expect.arrayContaining(['Cache', 'Sessions', 'Fleet', 'Database']) as unknown,
  });
  expect(struck(4)).toMatchObject({ 'fail-shard': ['Users'], 'fail-over-orders': ['Orders'] });
  for (const { hypothesis, does, pass } of rungs.flatMap(({ drills }) => drills))
    for (const text of [hypothesis, does, pass]) expect(text).not.toBe('');
});

test('a climb says what moves, who waits, and whether the runbook or the last deploy switches', () => {
  expect(later.map(({ climb }) => [climb!.waits, climb!.switches])).toEqual([
    ['writers, for the last changes and verification', 'runbook'],
    ['nobody', 'runbook'],
    ['nobody', 'deploy'],
    ['writers, while the last changes arrive', 'runbook'],
    ['nobody', 'nothing'],
  ]);
  for (const { climb } of later) {
    expect(climb!.runbook.length).toBeGreaterThan(3);
    expect([climb!.moves, climb!.users].filter((text) => text === '')).toEqual([]);
    expect(climb!.bridge.content).toContain('class="thing');
  }
});

test('what diff says is there, and no climb loses data', () => {
  expect(later.map(({ change }) => change!.verdict.isSafe)).toEqual([true, true, true, true, true]);
  expect(later[2].change!.boxes.find(({ mark, title }) => mark === 'new' && title === 'NAT gateway × 3')).toBeDefined();
  expect(later[2].change!.sections.map(({ title }) => title)).toEqual(expect.arrayContaining(['Data', 'Settings', 'Opens access wider']));
});

test('each box has a sentence and its template; prices of boxes are parts of the bill', () => {
  expect(KIND_NAMES.filter((kind) => !Object.hasOwn(purposes, kind))).toEqual([]);
  for (const { things, price } of rungs) {
    const details = Object.values(things);
    expect(details.filter(({ purpose }) => purpose === '')).toEqual([]);
    expect(details.filter(({ title, parts }) => title !== 'Users' && parts.length === 0).map(({ title }) => title)).toEqual([]);
    for (const { path, json } of details.flatMap(({ parts }) => parts))
      expect([path, resources[json]]).toEqual([path, expect.stringContaining('"Type":')]);
    const sum = details.filter(({ mark }) => mark !== 'gone').reduce((all, one) => all + (one.price ?? 0), 0);
    expect(sum).toBeGreaterThan(0.8 * price!.expected);
    expect(sum).toBeLessThanOrEqual(price!.expected + 0.01);
  }
});

test('the scale of loads has the users of every stage, and prices that rise with them', () => {
  const users = load!.steps.map((step) => step.users);
  for (const { price } of rungs) {
    expect(users).toContain(price!.users);
    expect(price!.byLoad[users.indexOf(price!.users)]).toBe(Math.round(price!.expected));
    expect([...price!.byLoad].sort((a, b) => a - b)).toEqual(price!.byLoad);
  }
  expect(load!.upTo).toEqual([1_000, 10_000, 100_000, 500_000, 2_000_000, 5_000_000]);
});
