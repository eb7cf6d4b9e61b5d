import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Alarms } from './alarms';
import type { Graduation } from './graduation';
import { cdnMetrics } from './metrics';
import type { SettledObjectives } from './objectives';
import { type Graph, causes, idleness, saturation } from './panels';
import type { ObservedTiers } from './tiers';
import type { UserSignals } from './user-signals';

/** Props of {@link Dashboard}. */
export interface DashboardProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The tiers that exist; a tier that doesn't has no row. */
  readonly tiers: ObservedTiers;
  /** What users feel. */
  readonly signals: UserSignals;
  /** What they are promised, drawn as lines. */
  readonly objectives: SettledObjectives;
  /**
   * The alarms, whose states stand at the top.
   * @default - there are none
   */
  readonly alarms?: Alarms;
  /** Whether it is time for another architecture. */
  readonly graduation: Graduation;
}

/** One CloudWatch dashboard, from top to bottom: what users feel, how full each tier is, whether it is time to climb, causes. */
export class Dashboard extends Construct {
  /** The dashboard. */
  public readonly dashboard: cloudwatch.Dashboard;
  /** Its page in the AWS console. */
  public readonly url: string;

  public constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { name, tiers } = props;
    const { region } = Stack.of(this);
    const dashboardName = `${name}-${region}`;
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.hours(3) });
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
    this.whatUsersFeel(props);
    this.heading('How full each tier is');
    for (const row of saturation(name, tiers)) this.row(row);
    this.timeToClimb(props.graduation);
    this.heading('Causes');
    for (const row of causes(name, tiers)) this.row(row);
    this.couldGoBack(props);
  }

  private whatUsersFeel({ signals, objectives, tiers, alarms }: DashboardProps): void {
    const { latency, availability } = objectives;
    this.heading('What users feel');
    this.row([
      {
        title: `Time to answer, p50 and p99 (${signals.unit})`,
        lines: [signals.latency('p50'), signals.latency('p99')],
        limit: signals.inUnit(latency),
      },
      { title: 'Requests a minute', lines: [signals.traffic] },
      { title: 'Errors (%)', lines: [signals.errorShare()], limit: Number((100 - availability).toFixed(6)) },
    ]);
    const { cdn } = tiers.edge;
    const front = cdn && cdnMetrics(cdn.distribution.distributionId);
    const { jobs } = tiers;
    this.row([
      ...(front
        ? [
            { title: 'CDN: requests a minute', lines: [front('Requests', cloudwatch.Stats.SUM)] },
            { title: 'CDN: errors (%)', lines: [front('5xxErrorRate')] },
          ]
        : []),
      ...(jobs ? [{ title: 'Jobs: the oldest waits (s)', lines: [jobs.queue.queue.metricApproximateAgeOfOldestMessage()] }] : []),
    ]);
    if (!alarms) return;
    this.dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({
        title: 'Alarms',
        alarms: [alarms.users, alarms.unreachable, ...(alarms.data ? [alarms.data] : []), ...alarms.certificates],
        width: 24,
        height: 3,
      }),
    );
  }

  private timeToClimb({ bottleneck, alarm }: Graduation): void {
    const { limit, next, anchor, signs } = bottleneck;
    this.heading('Time to climb?', `${limit}${next === undefined ? '' : ` **Next:** ${next}`} See docs/graduation.md#${anchor}.`);
    this.row(signs.map(({ title, metric, threshold }) => ({ title, lines: [metric], limit: threshold })));
    if (alarm)
      this.dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Time to climb', alarms: [alarm], width: 24, height: 2 }));
  }

  private couldGoBack({ name, tiers, graduation }: DashboardProps): void {
    const { back } = graduation.bottleneck;
    if (back === undefined) return;
    this.heading('Could go back?', `Below the line for two weeks it is far too big. ${back}`);
    this.row([idleness(name, tiers)]);
  }

  private heading(title: string, text?: string): void {
    const markdown = [`# ${title}`, ...(text === undefined ? [] : [text])].join('\n');
    this.dashboard.addWidgets(new cloudwatch.TextWidget({ markdown, width: 24, height: text === undefined ? 1 : 2 }));
  }

  private row(graphs: Graph[]): void {
    this.dashboard.addWidgets(
      ...graphs.map(
        ({ title, lines, limit }) =>
          new cloudwatch.GraphWidget({
            title,
            left: lines,
            width: 24 / graphs.length,
            leftYAxis: { min: 0 },
            ...(limit !== undefined && { leftAnnotations: [{ value: limit, label: 'limit' }] }),
          }),
      ),
    );
  }
}
