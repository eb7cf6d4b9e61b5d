/** Minutes of a day. */
export const DAY = 24 * 60;
/** Minutes of a week. */
export const WEEK = 7 * DAY;
/** Days as AWS's schedules name them. */
export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

/** A time of day on some days of the week. */
export class Moment {
  /**
   * The moment of some minutes of the week, all at the same time of day.
   * @param minutes from Monday at 00:00; below zero and beyond a week they go round.
   */
  public static of(minutes: number[]): Moment {
    const round = minutes.map((minute) => ((minute % WEEK) + WEEK) % WEEK).sort((a, b) => a - b);
    return new Moment(
      round[0] % DAY,
      round.map((minute) => WEEKDAYS[Math.floor(minute / DAY)]),
    );
  }

  private constructor(
    private readonly minuteOfDay: number,
    private readonly days: string[],
  ) {}

  /** Minute of the hour. */
  public get minute(): string {
    return String(this.minuteOfDay % 60);
  }

  /** Hour of the day. */
  public get hour(): string {
    return String(Math.floor(this.minuteOfDay / 60));
  }

  /** Days of the week, such as `MON,TUE`; `*` for all. */
  public get weekDay(): string {
    return this.days.length === WEEKDAYS.length ? '*' : this.days.join(',');
  }

  /** As EventBridge Scheduler and Systems Manager write it. */
  public get cron(): string {
    return `cron(${this.minute} ${this.hour} ? * ${this.weekDay} *)`;
  }

  /** As EC2 Auto Scaling writes it. */
  public get recurrence(): string {
    return `${this.minute} ${this.hour} * * ${this.weekDay}`;
  }
}
