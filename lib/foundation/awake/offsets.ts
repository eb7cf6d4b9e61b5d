import type { TimeZone } from 'aws-cdk-lib';

/** Winter and summer, or the other way round; a year whose rules are known. */
const SEASONS = [new Date('2026-01-01T12:00:00Z'), new Date('2026-07-01T12:00:00Z')];

/** Minutes by which the clock of a zone is ahead of UTC, in both seasons. RDS and Systems Manager know UTC alone. */
export function offsetsOf({ timezoneName }: TimeZone): number[] {
  const written = new Intl.DateTimeFormat('en-US', { timeZone: timezoneName, timeZoneName: 'longOffset' });
  return SEASONS.map((date) => {
    const name = written.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    // UTC itself is written without hours.
    const parts = /^GMT([+-])(\d\d):(\d\d)$/.exec(name);
    return parts ? (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) : 0;
  });
}
