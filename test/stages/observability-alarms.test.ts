import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { GUIDES } from '../../lib/operate/observe/alarm-guide';
import { type NamedMetric, flat, isEmitted } from '../lib/operate/observe/emitters';
import { DOMAIN, type Resource, ofType, resourcesOf, satellites, synthesize } from '../support/synth';

/** Alarms that tell nobody and change a capacity. */
const SCALING = /FleetScale|WorkersBacklog/;
const CONTEXTS = [
  ...[1, 2, 3, 4, 5].map((stage) => ({ stage })),
  ...[3, 4, 5].map((stage) => ({ stage, ...DOMAIN })),
  { stage: 4, replicas: '15' },
  { stage: 5, regions: 'eu-west-1' },
  { stage: 2, from: 1 },
  { stage: 5, from: 4 },
  { stage: 5, database: 'cluster' },
  { stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1', shards: '60' },
];

const ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';
const short = (id: string): string => id.replace(/^Architecture|[0-9A-F]{8}$/g, '');

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

function stacks(context: Record<string, unknown>): Record<string, Record<string, Resource>> {
  const synthesized = synthesize(context);
  const all = [synthesized.primary, ...satellites(synthesized)];
  return Object.fromEntries(all.map((stack) => [stack.stackName, resourcesOf(Template.fromStack(stack))]));
}

/** What an alarm looks at, single or by an expression. */
function metricsOf({ Properties }: Resource): NamedMetric[] {
  const stats = ((Properties.Metrics ?? []) as { MetricStat?: { Metric: Resource['Properties'] } }[]).flatMap(
    ({ MetricStat }) => MetricStat?.Metric ?? [],
  );
  return (Properties.Metrics === undefined ? [Properties] : stats).map(({ Namespace, MetricName, Dimensions }) => ({
    namespace: Namespace as string,
    name: MetricName as string,
    dimensions: Object.fromEntries(((Dimensions ?? []) as Dimension[]).map(({ Name, Value }) => [Name, Value])),
  }));
}

const topic = ({ Properties }: Resource, resources: Record<string, Resource>): boolean =>
  ((Properties.AlarmActions ?? []) as { Ref?: string }[]).some((action) =>
    action.Ref === undefined ? JSON.stringify(action).includes('GetStackOutput') : resources[action.Ref].Type === 'AWS::SNS::Topic',
  );

const rule = (composite: Resource): string => flat(composite.Properties.AlarmRule);

describe.each(CONTEXTS)('%j', (context) => {
  const all = stacks(context);

  test('the metric of each alarm is emitted by a resource, an agent or a metric filter of the stack', () => {
    for (const resources of Object.values(all)) {
      for (const [id, alarm] of Object.entries(ofType(resources, ALARM))) {
        const metrics = metricsOf(alarm);
        expect(metrics.length).toBeGreaterThan(0);
        for (const metric of metrics) expect([id, metric, isEmitted(metric, resources)]).toEqual([id, metric, true]);
      }
    }
  });

  test('each alarm is within what CloudWatch takes', () => {
    for (const resources of Object.values(all)) {
      for (const { Properties } of Object.values(ofType(resources, ALARM))) {
        const metrics = (Properties.Metrics ?? []) as { MetricStat?: { Period: number } }[];
        expect(metrics.filter(({ MetricStat }) => MetricStat).length).toBeLessThanOrEqual(10);
        const period = (Properties.Period ?? metrics.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period) as number;
        expect(period * Properties.EvaluationPeriods).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
        expect((Properties.AlarmDescription as string).length).toBeLessThanOrEqual(1024);
      }
      for (const composite of Object.values(ofType(resources, COMPOSITE))) {
        // Each reference is an ARN of some 150 characters at the most, whatever the template's own shorthand is.
        const children = rule(composite).match(/<[^>]+>/g) ?? [];
        expect(rule(composite).replace(/<[^>]+>/g, '').length + 200 * children.length).toBeLessThan(10_240);
        expect(new Set(children).size).toBeLessThanOrEqual(100);
        for (const child of children) expect(resources[child.slice(1, -'.Arn>'.length)].Type).toMatch(/Alarm$/);
      }
    }
  });

  test('one outage is told once: a child of a composite never tells anybody, and no composite is a child of another', () => {
    for (const resources of Object.values(all)) {
      const composites = Object.values(ofType(resources, COMPOSITE));
      const children = new Set(composites.flatMap((composite) => [...rule(composite).matchAll(/<(\w+)\.Arn>/g)].map(([, id]) => id)));
      for (const id of children) {
        expect(resources[id].Type).toBe(ALARM);
        expect([id, topic(resources[id], resources)]).toEqual([id, false]);
      }
    }
  });

  test('who tells somebody: users, data and certificates', () => {
    for (const [name, resources] of Object.entries(all)) {
      const alarms = { ...ofType(resources, ALARM), ...ofType(resources, COMPOSITE) };
      const telling = Object.keys(alarms)
        .filter((id) => topic(alarms[id], resources))
        .map(short);
      expect([
        name,
        telling.filter(
          (id) =>
            !/^(?:AlarmsUsers|AlarmsAtRisk|Alarms(?:Origin|Cdn)Certificate|CopiesBehindAtRisk)$/.test(id) &&
            !id.startsWith('ServerRecovery'),
        ),
      ]).toEqual([name, []]);
    }
  });

  test('every alarm says what it means, where to look first and which runbook to read; scaling says what it does', () => {
    for (const resources of Object.values(all)) {
      for (const [id, { Properties }] of Object.entries({ ...ofType(resources, ALARM), ...ofType(resources, COMPOSITE) })) {
        if (SCALING.test(id)) continue;
        const [, anchor] =
          /Look first at: .+\. Runbook: docs\/observability\.md#([a-z-]+)$/.exec(Properties.AlarmDescription as string) ?? [];
        expect(Object.keys(GUIDES)).toContain(anchor);
      }
    }
  });

  test('what missing data means is decided for each alarm', () => {
    for (const resources of Object.values(all)) {
      for (const [id, { Properties }] of Object.entries(ofType(resources, ALARM))) {
        if (id.includes('FleetScale')) continue;
        const expected = id.includes('Unreachable') ? 'breaching' : id.includes('Certificate') ? 'ignore' : 'notBreaching';
        expect([id, Properties.TreatMissingData]).toEqual([id, expected]);
      }
    }
  });
});

test.each([
  [1, ['Snapshots'], ['Cpu', 'Disk', 'Memory']],
  [2, ['Snapshots'], ['DatabaseCpu', 'ReadLatency', 'ReadShare']],
  [3, ['Replica1', 'Replica2', 'Snapshots'], ['Cpu', 'Memory']],
  [4, ['Replica1', 'Replica2'], ['DatabaseCpu', 'ReplicaLag', 'WriteLatency']],
  [5, ['DeadLetters', 'LateJobs'], ['Distance']],
])('stage %i: what puts data at risk, and the signs of its own bottleneck', (stage, data, signs) => {
  const { resources } = synthesize({ stage });
  const ids = (prefix: string): string[] =>
    Object.keys(ofType(resources, ALARM))
      .map(short)
      .filter((id) => id.startsWith(prefix))
      .map((id) => id.slice(prefix.length))
      .sort();
  expect(ids('AlarmsData')).toEqual(data);
  expect(ids('Graduation')).toEqual(signs);
  const composites = Object.keys(ofType(resources, COMPOSITE)).map(short).sort();
  expect(composites).toEqual(['AlarmsAtRisk', 'AlarmsUsers', 'GraduationTimeToClimb']);
});

test('on one server it is time when two of memory, CPU and disk are scarce, and elsewhere as the bottleneck says', () => {
  const when = (stage: number): string => {
    const [composite] = Object.entries(ofType(synthesize({ stage }).resources, COMPOSITE)).filter(([id]) => id.includes('TimeToClimb'));
    return rule(composite[1]).replace(/ALARM\("<ArchitectureGraduation(\w+?)[0-9A-F]{8}\.Arn>"\)/g, '$1');
  };
  expect(when(1)).toBe('((Memory AND Cpu) OR (Memory AND Disk) OR (Cpu AND Disk))');
  expect(when(2)).toBe('((ReadLatency AND ReadShare) OR (DatabaseCpu AND ReadShare))');
  expect(when(3)).toBe('(Memory OR Cpu)');
  expect(when(4)).toBe('(DatabaseCpu OR WriteLatency OR ReplicaLag)');
  expect(when(5)).toBe('(Distance)');
});

test('every region of a deployment has alarms of its own; only the stack in us-east-1 can watch the certificate of the CDN', () => {
  const all = stacks({ stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1', shards: '60' });
  const ids = (stack: string): string[] =>
    Object.keys(ofType(all[stack], ALARM))
      .map(short)
      .filter((id) => /^Alarms(?:Data|.*Certificate)/.test(id))
      .sort();
  const shared = ['AlarmsDataCopiesClusters0', 'AlarmsDataDeadLetters', 'AlarmsDataLateJobs', 'AlarmsDataUploads1'];
  expect(ids('webapp-us-east-1')).toEqual(['AlarmsCdnCertificate', ...shared, 'AlarmsOriginCertificate']);
  expect(ids('webapp-eu-west-1')).toEqual([...shared, 'AlarmsDataUploads2', 'AlarmsOriginCertificate']);
  // 8 shards are at home, 32 in the first further stack, 20 in the second.
  expect(Object.keys(ofType(all['webapp-eu-west-1-shards-1'], ALARM))).toHaveLength(4);
  expect(Object.keys(ofType(all['webapp-eu-west-1-shards-2'], ALARM))).toHaveLength(2);
});

test('docs/observability.md has a section for every alarm, with the words of its description', () => {
  const page = readFileSync(join(__dirname, '../../docs/observability.md'), 'utf8').replace(/\s+/g, ' ');
  for (const [name, { means, look }] of Object.entries(GUIDES)) {
    expect(page).toContain(`### ${name} `);
    expect(page).toContain(`| [${name}](#${name}) | ${means} | ${look} |`);
  }
});
