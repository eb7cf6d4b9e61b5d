import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareStacks } from '../../../tools/changes/compare';
import { holdsData } from '../../../tools/changes/holds-data';
import { Effect, type ResourceChange, Verdict } from '../../../tools/changes/model';
import { guard } from '../../../tools/guard/report';
import { POLICY_LIMIT, type StackPolicy, stackPolicy } from '../../../tools/guard/policy';
import type { StackTemplate } from '../../../tools/shared/template';
import { plainClimb } from '../../stages/climb-contexts';
import { called } from '../diff/run';
import { deployed } from '../../support/deployed';
import { founding, idOf, stage } from '../changes/edits';
import { type Update, permits } from './evaluate';

const of = (stack: StackTemplate, path: string, action: Update['action']): Update => {
  const logicalId = idOf(stack, path);
  return { action, logicalId, type: stack.template.Resources[logicalId].Type };
};

/** What an update does to what exists; a replacement that AWS is not sure of needs the right to replace. */
function updatesOf(changes: readonly ResourceChange[]): Update[] {
  return changes
    .filter(({ verdict }) => verdict !== Verdict.ADDED)
    .map(({ verdict, properties, logicalId, type }) => {
      const replaces = verdict === Verdict.REPLACED || properties.some(({ effect }) => effect === Effect.MAY_REPLACE);
      return { action: verdict === Verdict.RETIRED ? 'Update:Delete' : replaces ? 'Update:Replace' : 'Update:Modify', logicalId, type };
    });
}

/** The updates of one stack that its policy refuses. */
function refused(policy: StackPolicy, stack: string, before: readonly StackTemplate[], after: readonly StackTemplate[]): string[] {
  const here = compareStacks(before, after).changes.filter((change) => change.stack === stack);
  return updatesOf(here)
    .filter((update) => !permits(policy, update))
    .map(({ logicalId }) => logicalId);
}

test.each([1, 2, 3, 4, 5, 6])('stage %i: what holds data may be changed, and neither replaced nor removed; the rest is free', (number) => {
  for (const stack of stage(number)) {
    const policy = stackPolicy(stack);
    for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
      const may = (action: Update['action']): boolean => permits(policy, { action, logicalId, type: resource.Type });
      expect([logicalId, may('Update:Modify'), may('Update:Replace'), may('Update:Delete')]).toEqual([
        ...[logicalId, true],
        ...[!holdsData(resource), !holdsData(resource)],
      ]);
    }
  }
});

test('copies may go, their source may not', () => {
  const stack = founding(stage(4));
  const policy = stackPolicy(stack);
  expect(permits(policy, of(stack, 'Architecture/Database/Replica1/Instance', 'Update:Delete'))).toBe(true);
  expect(permits(policy, of(stack, 'Architecture/Database/Instance', 'Update:Delete'))).toBe(false);
});

test('what a later stage adds is guarded by the policy of today', () => {
  const policy = stackPolicy(founding(stage(1)));
  expect(permits(policy, of(founding(stage(5)), 'Architecture/Databases/Orders/Cluster', 'Update:Replace'))).toBe(false);
  expect(permits(policy, of(founding(stage(5)), 'Architecture/Databases/Orders/Cluster/Reader', 'Update:Replace'))).toBe(true);
});

const CLIMBS = [1, 2, 3, 4, 5].flatMap((from) => (['direct', 'bridge in', 'bridge out'] as const).map((way) => plainClimb(from, way)));

test.each(CLIMBS.map((move) => [move.what, move] as const))('%s: every stack passes, or needs exactly the opening', (_, move) => {
  const [before, after] = [deployed(move.before), deployed(move.after)];
  for (const { stack, policy, opening } of guard(before, after)) {
    expect(refused(policy, stack, before, after).sort()).toEqual([...(opening?.retires ?? [])].sort());
    if (opening) expect(refused(opening.policy, stack, before, after)).toEqual([]);
  }
});

test('an opening is narrow: only what it names may leave', () => {
  const [guarded] = guard([founding(stage(4))], [founding(stage(5))]);
  const { policy, paths, command, duringUpdate } = guarded.opening!;
  const stack = founding(stage(4));
  expect([...paths].sort()).toEqual([
    'Architecture/Database/Application/Secret',
    'Architecture/Database/Instance',
    'Architecture/Database/Master',
  ]);
  expect(permits(policy, of(stack, 'Architecture/Database/Instance', 'Update:Delete'))).toBe(true);
  for (const path of ['Architecture/Key', 'Architecture/Uploads', 'Architecture/Sessions/Group', 'Architecture/Cache/Secret']) {
    expect(permits(policy, of(stack, path, 'Update:Delete'))).toBe(false);
    expect(permits(policy, of(stack, path, 'Update:Replace'))).toBe(false);
  }
  expect(command).toBe(
    'aws cloudformation set-stack-policy --stack-name webapp-us-east-1 --region us-east-1 --stack-policy-body file://webapp-us-east-1.opening.json',
  );
  expect(duringUpdate).toMatch(
    /^aws cloudformation update-stack .* --stack-policy-during-update-body file:\/\/webapp-us-east-1\.opening\.json$/,
  );
});

test('an opening for what the stack does not have is refused', () => {
  expect(() => stackPolicy(founding(stage(1)), { opening: ['Nothing'] })).toThrow(
    'Nothing is not in stack webapp-us-east-1: an opening names logical ids of the stack that is deployed',
  );
});

test('policies stay under the limit of CloudFormation, also with many shards and all of them leaving', () => {
  const bytes = (policy: StackPolicy): number => Buffer.byteLength(JSON.stringify(policy, undefined, 2));
  // The second shard stack is a full one: forty clusters and their secrets.
  for (const stack of deployed({ stage: 5, shards: 60 })) {
    expect(bytes(stackPolicy(stack))).toBeLessThan(POLICY_LIMIT / 4);
    const opening = Object.keys(stack.template.Resources).filter((id) => holdsData(stack.template.Resources[id]));
    expect(bytes(stackPolicy(stack, { opening }))).toBeLessThan(POLICY_LIMIT);
  }
});

describe('a template of anybody', () => {
  const home = mkdtempSync(join(tmpdir(), 'guard-'));
  const [stack] = deployed({ stage: 1 });

  test('the file says the name of the stack', async () => {
    writeFileSync(join(home, 'shop-prod.template.json'), JSON.stringify(stack.template));
    const { status, stdout } = await called(home, ['guard', '--template', 'shop-prod.template.json']);
    expect(status).toBe(0);
    expect(stdout).toContain('--stack-name shop-prod ');
  });

  test('a file that does not is refused', async () => {
    writeFileSync(join(home, 'my stack.json'), JSON.stringify(stack.template));
    const { status, stderr } = await called(home, ['guard', '--template', 'my stack.json']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^--template my stack\.json does not say the name of its stack: allowed is .*; type .*\n$/);
  });
});
