import type { Usage } from '../pricing/usage';
import { measuredBy, ownWords } from '../shared/sign';
import type { Sign } from './ladder';
import { type Survey, boxesOf } from './survey';

/** The alarms that say together when it is time to climb, and what they say. */
export function signsOf(survey: Survey, usage: Usage): { readonly signs: readonly Sign[]; readonly next?: string } {
  const { deployment } = survey;
  const [composite] = deployment.ofType('AWS::CloudWatch::CompositeAlarm').filter(({ path }) => path.endsWith('TimeToClimb'));
  if ((composite as typeof composite | undefined) === undefined) return { signs: [] };
  const next = ownWords(composite.say(composite.get('AlarmDescription')));
  const signs = deployment.of(composite, 'AlarmRule').map((alarm): Sign => {
    const title = measuredBy(alarm.say(alarm.get('AlarmDescription'))) ?? alarm.path;
    const constant = constantOf(title, usage);
    const [thing] = boxesOf(survey, [alarm]) as readonly (string | undefined)[];
    return {
      ...{ title, threshold: Number(alarm.say(alarm.get('Threshold'))) },
      ...(thing !== undefined && { thing }),
      ...(constant !== undefined && { constant }),
    };
  });
  return { signs, next };
}

/** Neither what share of the operations are reads nor how far users are away changes with their number. */
function constantOf(title: string, { reads, writes }: Usage): Sign['constant'] {
  if (title.startsWith('Share of reads')) return Math.round((100 * reads) / (reads + writes));
  return title.startsWith('Way between') ? 'not by load' : undefined;
}
