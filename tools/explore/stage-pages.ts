import { capitalized } from '../shared/words';
import type { Blueprint, DrillPage, StagePage, Story } from './ladder';
import { paragraph, plain, reference, referencesIn, tableIn } from './reference';

/** The rows of a stage's page, its title and the sentence below it. */
export function pageOf(stage: number): StagePage & { readonly title: string } {
  const text = reference(`docs/stages/${stage}.md`);
  const [, title = ''] = /^# Stage \d+: (.*)/.exec(text) ?? [];
  const [, tagline = ''] = /^# .*\n\n([^`]*)/.exec(text) ?? [];
  const rows = new Map(tableIn(text).map(([name, said]) => [name, plain(said)]));
  const row = (name: string): string => rows.get(name) ?? '';
  return {
    ...{ title, tagline: plain(tagline), users: row('Users').replace(/ \(.*\)$/, '') },
    ...{ assumes: row('Assumes'), bottleneck: row('What breaks next'), whenToMoveOn: row('When to move on') },
    tradeOffs: paragraph(text, 'Trade-offs'),
  };
}

function sourceOf(stage: number): { readonly file: string; readonly text: string } {
  const name = referencesIn('stages').find((one) => one.startsWith(`${stage}-`)) ?? '';
  return { file: `stages/${name}`, text: reference(`stages/${name}`) };
}

/** What stands above the blueprint of a stage. */
export function storyOf(stage: number): Story {
  const [, comment = ''] = /\/\*\*([^]*?)\*\/\nexport const/.exec(sourceOf(stage).text) ?? [];
  const text = comment
    .replace(/^ \*/gm, '')
    .replace(/^[^]*?\n\s*\n/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const [, broke, fix, costs] = /^What broke: (.*?) The fix: (.*?) (It costs .*)$/.exec(text) ?? [];
  return (broke as string | undefined) === undefined ? { text } : { broke: capitalized(broke), fix: capitalized(fix), costs };
}

/** All tiers of a stage as its source and those below it say them. */
export function blueprintOf(stage: number): Blueprint {
  const now = tiersUpTo(stage);
  const before = stage === 1 ? now : tiersUpTo(stage - 1);
  return {
    file: sourceOf(stage).file,
    lines: [...now].map(([key, text]) => ({ text, ...(before.get(key) !== text && { before: before.get(key) ?? '' }) })),
  };
}

function tiersUpTo(stage: number): Map<string, string> {
  const tiers = stage === 1 ? new Map<string, string>() : tiersUpTo(stage - 1);
  const [, body = ''] = /: Blueprint = \{\n([^]*?)\n\};/.exec(sourceOf(stage).text) ?? [];
  // A tier begins at two spaces; what is deeper belongs to it.
  for (const part of body.split(/\n(?= {2}\S)/)) {
    const [, key] = /^ {2}(\w+):/.exec(part) ?? [];
    if ((key as string | undefined) !== undefined) tiers.set(key, part.replace(/^ {2}/gm, ''));
  }
  return tiers;
}

/** What is said of a drill, without what to type. */
export function drillPage(name: string): Omit<DrillPage, 'things'> | undefined {
  if (!referencesIn('docs/drills').includes(`${name}.md`)) return undefined;
  const text = reference(`docs/drills/${name}.md`);
  const [, title = name] = /^# (.*)/.exec(text) ?? [];
  return { name, title, hypothesis: paragraph(text, 'Hypothesis'), does: paragraph(text, 'What it does'), pass: paragraph(text, 'A pass') };
}
