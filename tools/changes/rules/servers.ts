import type { Resource, StackTemplate } from '../../shared/template';
import { type Facts, riskAt } from '../facts';
import { Effect, type Risk, Verdict } from '../model';
import { targetsIn } from '../references';
import { at, isFalse, pairsAt } from '../tests';
import { SERVER } from './property-row';

/** A server that is made anew or deleted takes the disk that it started from with it, unless its template shows that data is elsewhere. */
export function rootDiskRisks({ before, changes }: Facts): Risk[] {
  return changes
    .filter(({ type, verdict, fate }) => type === SERVER && (verdict === Verdict.REPLACED || fate === 'deleted'))
    .flatMap((change): Risk[] => {
      const stack = before.find(({ name }) => name === change.stack);
      if (!change.before || !stack || keepsDisk(change.before, stack)) return [];
      const forced = change.properties.filter(({ effect }) => effect === Effect.REPLACES).map(({ property }) => property);
      const why =
        change.verdict === Verdict.REPLACED
          ? `it is replaced because ${[...forced, ...change.because].join(', ')} changes`
          : 'it is deleted';
      return [riskAt(change, 'root-disk', `${why}, and its disk with all that was written on it`, forced[0])];
    });
}

/** A volume of its own in the stack, or a disk that outlives the server. A router, such as a NAT instance, keeps nothing. */
function keepsDisk(server: Resource, { name, template }: StackTemplate): boolean {
  if (isFalse(at(server.Properties, 'SourceDestCheck'))) return true;
  const resources = Object.entries(template.Resources);
  const started = targetsIn(server.Properties?.LaunchTemplate ?? null, name).map(({ id }) => id);
  const templates = resources.filter(([id]) => started.includes(id)).map(([, one]) => at(one.Properties, 'LaunchTemplateData'));
  const outlives = [server.Properties, ...templates].some((from) =>
    pairsAt(from, undefined, 'BlockDeviceMappings.*.Ebs.DeleteOnTermination').some(([keep]) => isFalse(keep)),
  );
  return outlives || at(server.Properties, 'Volumes') !== undefined || resources.some(([, { Type }]) => Type === 'AWS::EC2::Volume');
}
