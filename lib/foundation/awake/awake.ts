import { TimeZone } from 'aws-cdk-lib';
import { InvalidInput } from '../invalid-input';
import { DAY, Moment, WEEK, WEEKDAYS } from './moment';
import { offsetsOf } from './offsets';

/** Hours of a week. */
export interface AwakeHours {
  /** Days on which it wakes, such as `Mon`, `Tue`: at least one. */
  readonly days: string[];
  /** When it serves, such as `08:00`. */
  readonly from: string;
  /** Until when, such as `18:00`; earlier than `from` is on the next day. */
  readonly to: string;
  /** Whose clock it goes by; summer time comes and goes with it. */
  readonly timeZone: TimeZone;
}

/** A part of a day that comes back on some days of the week. */
export interface Span {
  /** When it begins. */
  readonly begins: Moment;
  /** How long it lasts, in minutes. */
  readonly minutes: number;
}

const ZONES = new Map(
  Object.getOwnPropertyNames(TimeZone)
    .map((name) => (TimeZone as unknown as Record<string, unknown>)[name])
    .filter((zone): zone is TimeZone => zone instanceof TimeZone)
    .map((zone) => [zone.timezoneName, zone]),
);
const EXAMPLE = 'type one such as awake="Mon-Fri 08:00-18:00 Europe/Berlin"';
const HOUR = 60;
/** Room for backups, patches and maintenance, in summer and in winter. */
const SHORTEST = 2 * HOUR;
/** Databases begin to wake before and stop after; what is left between must be worth it. */
const LEAST_SLEEP = 3 * HOUR;

/** When a deployment is awake; for the rest of the week what can be stopped is stopped. */
export class Awake {
  /** The same hours on some days of every week. */
  public static weekly(hours: AwakeHours): Awake {
    const { days, from, to, timeZone } = hours;
    return Awake.settled(hours, `awake ${days.join(',')} ${from}-${to} ${timeZone.timezoneName}`);
  }

  /**
   * Reads days, hours and a time zone.
   * @param text such as `Mon-Fri 08:00-18:00 Europe/Berlin`; days are `Mon` to `Sun`, with ranges and commas, the zone one of IANA's.
   */
  public static parse(text: string): Awake {
    const parts = /^(\S+) +(\d\d:\d\d)-(\d\d:\d\d) +(\S+)$/.exec(text);
    if (!parts) throw new InvalidInput(`awake=${text} is not possible: days, hours and a time zone are needed; ${EXAMPLE}`);
    const [, days, from, to, zone] = parts;
    const timeZone = ZONES.get(zone === 'UTC' ? 'Etc/UTC' : zone);
    if (!timeZone) throw new InvalidInput(`awake=${text} is not possible: ${zone} is not a time zone of IANA${meant(zone)}; ${EXAMPLE}`);
    const said = `awake=${text}`;
    return Awake.settled({ days: days.split(',').flatMap((part) => daysOf(part, said)), from, to, timeZone }, said);
  }

  /** Refuses hours that can't be, and makes those that can. */
  private static settled(hours: AwakeHours, said: string): Awake {
    const refuse = (why: string): never => {
      throw new InvalidInput(`${said} is not possible: ${why}; ${EXAMPLE}`);
    };
    const days = hours.days.map((day) => dayOf(day, said)).sort((a, b) => a - b);
    if (days.length === 0 || new Set(days).size < days.length) refuse('each day can stand there once, and one must');
    const [from, to] = [minuteOf(hours.from, said), minuteOf(hours.to, said)];
    const minutes = (to - from + DAY) % DAY;
    if (minutes < SHORTEST) refuse('it must be awake for two hours or more, for backups and patches');
    if (minutes > DAY - LEAST_SLEEP) refuse('it must sleep for three hours or more');
    return new Awake(days, from, minutes, hours.timeZone);
  }

  private constructor(
    private readonly days: number[],
    private readonly from: number,
    private readonly minutes: number,
    /** Whose clock it goes by. */
    public readonly timeZone: TimeZone,
  ) {}

  /** Hours of a week in which it serves. */
  public get hours(): number {
    return (this.days.length * this.minutes) / HOUR;
  }

  /** So many minutes before it has to serve. */
  public before(minutes: number): Moment {
    return Moment.of(this.days.map((day) => day * DAY + this.from - minutes));
  }

  /** So many minutes after it served, on every day of the week: what somebody woke for a while sleeps again. */
  public after(minutes: number): Moment {
    return Moment.of(WEEKDAYS.map((_, day) => day * DAY + this.from + this.minutes + minutes));
  }

  /**
   * When nobody has to be told that it doesn't answer: from the end of service until some minutes after the next begin, in parts that end at
   * midnight. A part that another follows lasts an hour longer, for the night that has one hour more.
   * @param grace minutes that it may take after the begin.
   */
  public asleep(grace: number): Span[] {
    const ends = this.days.map((day) => day * DAY + this.from + this.minutes);
    const begins = this.days.map((day) => day * DAY + this.from + grace);
    const parts = ends.flatMap((end, index) => {
      const next = index + 1 < begins.length ? begins[index + 1] : begins[0] + WEEK;
      return split(end, next);
    });
    const groups = new Map<string, number[]>();
    for (const [begin, minutes] of parts) {
      const key = `${begin % DAY} ${minutes}`;
      groups.set(key, [...(groups.get(key) ?? []), begin]);
    }
    return [...groups].map(([key, all]) => ({ begins: Moment.of(all), minutes: Number(key.split(' ')[1]) }));
  }

  /** Half an hour of each day in UTC, `hh:mm-hh:mm`, in which it is awake in summer and in winter: the last but one. */
  public get backupWindow(): string {
    const begin = this.lastHour(0);
    return `${clock(begin)}-${clock(begin + 30)}`;
  }

  /** The half hour after that on the first of its days in UTC, `ddd:hh:mm-ddd:hh:mm`. */
  public get maintenanceWindow(): string {
    const begin = this.lastHour(30);
    return `${weekday(begin)}:${clock(begin)}-${weekday(begin + 30)}:${clock(begin + 30)}`;
  }

  /** The begin of that half hour in UTC. */
  public get maintenance(): Moment {
    return Moment.of([this.lastHour(30)]);
  }

  /** Minutes of the week in UTC from which an hour is left in the season whose clock is ahead. */
  private lastHour(into: number): number {
    const ahead = Math.max(...offsetsOf(this.timeZone));
    return (this.days[0] * DAY + this.from + this.minutes - HOUR - ahead + into + WEEK) % WEEK;
  }
}

function split(from: number, to: number): (readonly [begin: number, minutes: number])[] {
  const midnight = Math.floor(from / DAY + 1) * DAY;
  return to <= midnight ? [[from, to - from]] : [[from, midnight - from + HOUR], ...split(midnight, to)];
}

function daysOf(part: string, said: string): string[] {
  const [first, last = first] = part.split('-').map((day) => dayOf(day, said));
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => WEEKDAYS[(first + index) % 7]);
}

function dayOf(day: string, said: string): number {
  const index = WEEKDAYS.indexOf(day.toUpperCase());
  if (index < 0)
    throw new InvalidInput(`${said} is not possible: ${day || 'nothing'} is no day; allowed are Mon, Tue, Wed, Thu, Fri, Sat and Sun`);
  return index;
}

function minuteOf(time: string, said: string): number {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  if (!parts) throw new InvalidInput(`${said} is not possible: ${time} is no time; allowed are 00:00 to 23:59`);
  return Number(parts[1]) * HOUR + Number(parts[2]);
}

/** The zone that somebody meant who typed a city alone, or in small letters. */
function meant(zone: string): string {
  const city = zone.toLowerCase().split('/').at(-1);
  const found = [...ZONES.keys()].find((name) => name.toLowerCase().split('/').at(-1) === city);
  return found === undefined ? '' : `, did you mean ${found}`;
}

function clock(minute: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(Math.floor((minute % DAY) / HOUR))}:${two(minute % HOUR)}`;
}

function weekday(minute: number): string {
  return WEEKDAYS[Math.floor((minute % WEEK) / DAY)].toLowerCase();
}
