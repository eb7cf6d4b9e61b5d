import { TimeZone } from 'aws-cdk-lib';
import { Awake } from '../../../../lib';

const WEEK = 7 * 24 * 60;
const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

/** Minutes of the week at which a cron expression comes, from Monday at 00:00. */
function minutesOf(cron: string): number[] {
  const [, minute, hour, days] = /^cron\((\d+) (\d+) \? \* (\S+) \*\)$/.exec(cron)!;
  return (days === '*' ? DAYS : days.split(',')).map((day) => DAYS.indexOf(day) * 1440 + Number(hour) * 60 + Number(minute));
}

test.each([
  ['Mon-Fri 08:00-18:00 Europe/Berlin', 50],
  ['Mon,Wed-Thu 07:15-12:45 America/New_York', 16.5],
  ['Sat-Mon 22:00-06:00 UTC', 24],
  ['Tue 14:00-17:00 Asia/Kolkata', 3],
])('%s is %d hours a week', (text, hours) => {
  expect(Awake.parse(text).hours).toBe(hours);
});

test('what has to be there first wakes the day before, where the day begins at midnight', () => {
  const awake = Awake.parse('Mon,Thu 00:10-08:00 UTC');
  expect(awake.before(30).cron).toBe('cron(40 23 ? * WED,SUN *)');
  expect(awake.before(0).recurrence).toBe('10 0 * * MON,THU');
  expect(awake.after(15).cron).toBe('cron(15 8 ? * * *)');
  expect(Awake.parse('Sun 22:00-06:00 UTC').after(0).recurrence).toBe('0 6 * * *');
});

test.each([
  'Mon-Fri 08:00-18:00 Europe/Berlin',
  'Mon-Sun 00:00-20:00 UTC',
  'Mon,Wed 22:00-06:00 Asia/Tokyo',
  'Sun 20:00-23:59 UTC',
  'Fri 22:00-00:00 UTC',
])('%s: quiet is all of the week but its hours, and every part ends by the next hours', (text) => {
  const awake = Awake.parse(text);
  const begins = minutesOf(awake.before(0).cron);
  const length = (awake.hours * 60) / begins.length;
  const spans = awake.asleep(5).flatMap(({ begins: at, minutes }) => minutesOf(at.cron).map((from) => [from, from + minutes]));
  const isQuiet = (minute: number): boolean => spans.some(([from, to]) => [minute, minute + WEEK].some((one) => from <= one && one < to));
  const isAwake = (minute: number): boolean =>
    begins.some((begin) => [minute, minute + WEEK].some((one) => begin + 5 <= one && one < begin + length));
  const differ = Array.from({ length: WEEK }, (_, minute) => minute).filter((minute) => isQuiet(minute) === isAwake(minute));
  // A part before midnight lasts an hour longer, and the next begins there; it may reach into hours that begin before one o'clock.
  expect(differ.every((minute) => minute % 1440 < 60)).toBe(true);
  if (begins.every((begin) => begin % 1440 >= 60 && (begin + length) % 1440 >= 60)) expect(differ).toEqual([]);
});

/** Minutes by which a zone is ahead of UTC on a day, asked in another way than the code under test does. */
function ahead(timeZone: string, day: string): number {
  const date = new Date(day);
  const there = new Date(`${date.toLocaleString('sv-SE', { timeZone }).replace(' ', 'T')}Z`);
  return (there.getTime() - date.getTime()) / 60_000;
}

test.each([
  ['Mon-Fri 08:00-18:00', 'Europe/Berlin'],
  ['Sun 20:00-23:00', 'America/Los_Angeles'],
  ['Mon 00:00-03:00', 'Pacific/Auckland'],
  ['Fri 22:00-00:00', 'Asia/Kolkata'],
  ['Wed 10:00-12:00', 'Etc/UTC'],
  ['Thu 09:00-11:00', 'Australia/Lord_Howe'],
])('%s %s: backups and maintenance fall into its hours, in summer and in winter', (hours, zone) => {
  const awake = Awake.parse(`${hours} ${zone}`);
  const [begin] = minutesOf(awake.before(0).cron);
  const [, first] = /^(\w{3}:\d\d:\d\d)-/.exec(awake.maintenanceWindow)!;
  const [day, hour, minute] = first.split(':');
  const maintenance = DAYS.indexOf(day.toUpperCase()) * 1440 + Number(hour) * 60 + Number(minute);
  expect(minutesOf(awake.maintenance.cron)).toEqual([maintenance]);
  const [from, to] = awake.backupWindow.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  expect((to - from + 1440) % 1440).toBe(30);
  expect((maintenance - to + WEEK) % 1440).toBe(0);
  for (const season of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']) {
    const into = (minute: number): number => (((minute + ahead(zone, season) - begin) % WEEK) + WEEK) % WEEK;
    expect(into(maintenance - 30)).toBeLessThan(into(maintenance));
    expect(into(maintenance) + 30).toBeLessThanOrEqual(awake.hours * 60);
  }
});

test.each([
  ['Mon-Fri 8-18', 'days, hours and a time zone are needed'],
  ['Mon-Fri 08:00-18:00', 'days, hours and a time zone are needed'],
  ['Mo-Fr 08:00-18:00 UTC', 'Mo is no day; allowed are Mon, Tue'],
  ['Mon,Mon 08:00-18:00 UTC', 'each day can stand there once'],
  ['Mon-Fri 08:00-24:00 UTC', '24:00 is no time; allowed are 00:00 to 23:59'],
  ['Mon 08:00-09:30 UTC', 'it must be awake for two hours or more'],
  ['Mon 08:00-06:00 UTC', 'it must sleep for three hours or more'],
  ['Mon-Fri 08:00-18:00 berlin', 'berlin is not a time zone of IANA, did you mean Europe/Berlin'],
  ['Mon-Fri 08:00-18:00 CEST', 'CEST is not a time zone of IANA; type one such as'],
])('awake=%s is refused in one line', (text, line) => {
  expect(() => Awake.parse(text)).toThrow(`awake=${text} is not possible: ${line}`);
  expect(() => Awake.parse(text)).toThrow(/^[^\n]*$/);
});

test('in code, days and hours are props', () => {
  const awake = Awake.weekly({ days: ['Tue', 'Mon'], from: '09:00', to: '12:00', timeZone: TimeZone.EUROPE_PARIS });
  expect(awake.before(0).recurrence).toBe('0 9 * * MON,TUE');
  expect(() => Awake.weekly({ days: [], from: '09:00', to: '12:00', timeZone: TimeZone.ETC_UTC })).toThrow(
    'awake  09:00-12:00 Etc/UTC is not possible: each day can stand there once, and one must',
  );
});
