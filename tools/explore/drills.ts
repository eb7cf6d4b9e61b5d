import type { Entry } from '../picture/deployment';
import type { Json } from '../shared/template';
import { isRecord } from '../resolve/values';
import type { DrillPage } from './ladder';
import { drillPage } from './stage-pages';
import { type Survey, boxesOf } from './survey';
import { referencesIn } from './reference';

/** What an experiment strikes that names its targets by a tag alone. */
const KINDS: Readonly<Partial<Record<string, string>>> = {
  'aws:ec2:spot-instance': 'fleet',
  'aws:ec2:autoscaling-group': 'fleet',
  'aws:elasticache:replicationgroup': 'cache',
  'aws:rds:db': 'database',
  'aws:rds:cluster': 'cluster',
};

/** The drills of a deployment, in the order of its template, with what their pages say. */
export function drillsOf(survey: Survey): DrillPage[] {
  const known = referencesIn('docs/drills').map((file) => file.replace(/\.md$/, ''));
  const found = survey.deployment.ofType('AWS::FIS::ExperimentTemplate').flatMap((entry) => {
    const tag = entry.say(entry.get('Tags.Name'));
    // The longest name that ends the tag: `fail-over-orders`, not `orders`.
    const [name] = known.filter((one) => tag.endsWith(`-${one}`)).sort((a, b) => b.length - a.length);
    const page = (name as string | undefined) === undefined ? undefined : drillPage(name);
    return page === undefined ? [] : [{ ...page, things: struck(survey, entry) }];
  });
  // A region has each drill of its own; one page tells of all.
  return [...new Set(found.map(({ name }) => name))].map((name) => {
    const all = found.filter((one) => one.name === name);
    return { ...all[0], things: [...new Set(all.flatMap(({ things }) => things))] };
  });
}

/** Boxes that an experiment names, in its own targets or in the document that it runs; else those of a kind in its region. */
function struck(survey: Survey, entry: Entry): string[] {
  const { deployment, picture } = survey;
  const actions = JSON.stringify(entry.get('Actions') ?? '');
  const documents = deployment
    .ofType('AWS::SSM::Document')
    .filter((one) => one.stack === entry.stack && actions.includes(`document/${one.say(one.get('Name'))}"`));
  const named = boxesOf(survey, [
    ...deployment.of(entry, 'Targets', 'Actions'),
    ...documents.flatMap((document) => deployment.of(document, 'Content')),
  ]);
  const kinds = new Set(
    targets(entry.get('Targets')).map(({ ResourceType }) => (typeof ResourceType === 'string' ? KINDS[ResourceType] : undefined)),
  );
  const tagged = picture.things.filter(({ kind, place }) => kinds.has(kind) && 'region' in place && place.region === entry.region);
  const isHit = (id: string): boolean => !/\/(key|topic|secret|bucket)\b/.test(id) || named.length === 1;
  return named.filter(isHit).length > 0 ? named.filter(isHit) : tagged.map(({ id }) => id);
}

function targets(value: Json | undefined): { readonly [name: string]: Json }[] {
  return isRecord(value) ? Object.values(value).filter(isRecord) : [];
}
