import { join } from 'node:path';
import { holdsData } from '../../tools/changes/holds-data';
import type { StackTemplate } from '../../tools/shared/template';
import { expectGenerated } from '../support/generated-file';
import { stage } from '../tools/changes/edits';
import { STAGES } from './climb-contexts';

/** What a climb leaves behind on purpose: retained and protected on AWS, not in the template any more. */
const RETIRED: Readonly<Record<number, readonly string[]>> = {
  4: ['ArchitectureServerDataVolume20BA302F'],
  5: ['ArchitectureDatabaseMasterA821281C', 'ArchitectureDatabaseInstance9BF87C81', 'ArchitectureDatabaseApplicationSecret9CD314BC'],
};

interface Stateful {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly line: string;
}

function stateful(stacks: readonly StackTemplate[]): Stateful[] {
  return stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => holdsData(resource))
      .map(([id, { Type, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete', Properties }]) => {
        const isProtected = Properties?.DeletionProtection === true ? ' | deletion protection' : '';
        const line =
          `${name} | ${id} | ${Type} | ${JSON.stringify(DeletionPolicy)} | ${JSON.stringify(UpdateReplacePolicy)}${isProtected}`.replaceAll(
            '"',
            '',
          );
        return { key: `${name}/${id}`, id, type: Type, line };
      }),
  );
}

test('stateful-resources.json lists everything that holds data, by stage', () => {
  const lines = Object.fromEntries(
    STAGES.map((number) => [
      `stage ${number}`,
      stateful(stage(number))
        .map(({ line }) => line)
        .sort(),
    ]),
  );
  const columns = 'stack | logical id | type | DeletionPolicy | UpdateReplacePolicy';
  expectGenerated(join(__dirname, 'stateful-resources.json'), `${JSON.stringify({ columns, ...lines }, undefined, 2)}\n`);
});

test.each(STAGES.slice(1))('at stage %i all that held data before has its name, type and stack, or is retired on purpose', (number) => {
  const after = new Map(stateful(stage(number)).map(({ key, type }) => [key, type]));
  const before = stateful(stage(number - 1));
  expect(before.filter(({ key }) => !after.has(key)).map(({ id }) => id)).toEqual(RETIRED[number] ?? []);
  for (const { key, type } of before.filter((one) => after.has(one.key))) expect(after.get(key)).toBe(type);
});
