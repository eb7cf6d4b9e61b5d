import { BadInput } from '../shared/bad-input';
import type { StackTemplate } from '../shared/template';
import { estimate } from '../pricing/estimate';
import { HOURS, Plan, at, numberAt, textAt } from '../pricing/plan';
import { PriceBook } from '../pricing/price-book';
import { alwaysAwake } from '../pricing/sleep';
import type { Usage } from '../pricing/usage';

/** A database that may pause runs with at least this while it is used (Aurora guide, "Scaling to zero ACUs"). */
const AWAKE_UNITS = 0.5;

/** Hours, as a person types them. */
export function hoursOf(text: string): number {
  const hours = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(hours >= 1 && hours <= HOURS)) throw new BadInput(`--hours ${text} is not possible: allowed are 1 to ${HOURS}; type --hours 3`);
  return hours;
}

/** What it costs to have a deployment for some hours and then delete it: its part of what is paid without users, with nothing that pauses or sleeps. */
export function costOfHours(stacks: readonly StackTemplate[], usage: Usage, hours: number): number {
  const { fixed } = estimate(alwaysAwake(stacks), usage);
  const plan = new Plan(stacks);
  const pausing = plan.of('AWS::RDS::DBInstance').filter((item) => {
    const cluster = plan.target(at(item, 'DBClusterIdentifier'), item);
    return (
      cluster &&
      textAt(item, 'DBInstanceClass') === 'db.serverless' &&
      numberAt(cluster, 0.5, 'ServerlessV2ScalingConfiguration', 'MinCapacity') === 0
    );
  });
  const awake = pausing.reduce((sum, { region }) => sum + AWAKE_UNITS * (PriceBook.of(region)?.price('aurora:acu')?.usd ?? 0), 0);
  return (fixed / HOURS + awake) * hours;
}
