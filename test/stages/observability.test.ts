import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { problemsOf } from '../lib/operate/observe/dashboard-body';
import { flat, isEmitted, isFound } from '../lib/operate/observe/emitters';
import { DOMAIN, type Resource, ofType, resourcesOf, synthesize } from '../support/synth';

interface Widget {
  readonly type: string;
  readonly properties: { readonly title?: string; readonly markdown?: string; readonly metrics?: unknown[][]; readonly alarms?: string[] };
}

const CONTEXTS = [
  ...[1, 2, 3, 4, 5].map((stage) => ({ stage })),
  ...[3, 4, 5].map((stage) => ({ stage, ...DOMAIN })),
  { stage: 5, regions: 'eu-west-1' },
  { stage: 4, replicas: '15' },
  { stage: 4, replicas: '0' },
  { stage: 5, shards: '16' },
  { stage: 2, from: 1 },
  { stage: 5, from: 4 },
  { stage: 5, database: 'cluster' },
  { stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1', shards: '20' },
];

/** The stacks that have a dashboard: one a region. */
function regions(context: Record<string, unknown>): { readonly stackName: string; readonly resources: Record<string, Resource> }[] {
  const { primary, resources, further } = synthesize(context);
  const others = further.map(({ stack }) => ({ stackName: stack.stackName, resources: resourcesOf(Template.fromStack(stack)) }));
  return [{ stackName: primary.stackName, resources }, ...others];
}

function bodyOf(resources: Record<string, Resource>): { readonly text: string; readonly widgets: Widget[] } {
  const dashboards = Object.values(ofType(resources, 'AWS::CloudWatch::Dashboard'));
  expect(dashboards).toHaveLength(1);
  const text = flat(dashboards[0].Properties.DashboardBody);
  return { text, ...(JSON.parse(text) as { widgets: Widget[] }) };
}

/** `<Id>` and `<Id.Attribute>` as they stand in a template. */
function token(value: unknown): unknown {
  const [id, name] = /^<([A-Za-z0-9.]+)>$/.exec(String(value))?.[1].split('.') ?? [value];
  if (id === value) return value;
  return name === undefined ? { Ref: id } : { 'Fn::GetAtt': [id, name] };
}

describe.each(CONTEXTS)('%j', (context) => {
  const all = regions(context);

  test('each region has one dashboard, named after deployment and region', () => {
    const names = all.map(({ resources }) => Object.values(ofType(resources, 'AWS::CloudWatch::Dashboard'))[0].Properties.DashboardName);
    expect(names).toEqual(all.map(({ stackName }) => stackName));
    expect(names).toHaveLength(context.stage === 6 ? 2 : 1);
  });

  test('CloudWatch takes the body', () => {
    for (const { resources } of all) {
      const { text } = bodyOf(resources);
      expect(problemsOf(JSON.parse(text))).toEqual([]);
      expect(text.length).toBeLessThan(100_000);
    }
  });

  test('it shows only what resources of its stack emit, and no graph is without a line', () => {
    for (const { resources } of all) {
      const graphs = bodyOf(resources).widgets.filter(({ type }) => type === 'metric');
      expect(graphs.length).toBeGreaterThan(8);
      for (const { properties } of graphs) {
        expect(properties.metrics!.length).toBeGreaterThan(0);
        for (const metric of properties.metrics!) {
          const last = metric.at(-1) as { expression?: string };
          if (last.expression?.includes('SEARCH') === true)
            expect([last.expression, isFound(last.expression, resources)]).toEqual([last.expression, true]);
          if (last.expression !== undefined) continue;
          const [namespace, name, ...pairs] = metric.filter((part): part is string => typeof part === 'string');
          const dimensions = Object.fromEntries(pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, token(pairs[index + 1])]] : [])));
          expect([metric, isEmitted({ namespace, name, dimensions }, resources)]).toEqual([metric, true]);
        }
      }
    }
  });

  test('alarms on it are alarms of its stack', () => {
    for (const { resources } of all) {
      const shown = bodyOf(resources).widgets.flatMap(({ properties }) => properties.alarms ?? []);
      expect(shown.length).toBeGreaterThan(1);
      for (const arn of shown) {
        const { 'Fn::GetAtt': reference } = token(arn) as { 'Fn::GetAtt': [string, string] };
        expect(resources[reference[0]].Type).toMatch(/^AWS::CloudWatch::(?:Composite)?Alarm$/);
      }
    }
  });

  test('it reads from users down to causes', () => {
    for (const { resources } of all) {
      const headings = bodyOf(resources).widgets.flatMap(({ properties }) => /^# (.*)/.exec(properties.markdown ?? '')?.[1] ?? []);
      const smallest = context.stage === 1 ? [] : ['Could go back?'];
      expect(headings).toEqual(['What users feel', 'How full each tier is', 'Time to climb?', 'Causes', ...smallest]);
    }
  });

  test('every region has three saved queries on its own log group', () => {
    for (const { resources } of all) {
      const queries = Object.values(ofType(resources, 'AWS::Logs::QueryDefinition'));
      expect(queries.map(({ Properties }) => Properties.Name).sort()).toEqual([
        ...['webapp/errors-by-trace', 'webapp/one-request', 'webapp/slowest-routes'],
      ]);
      for (const { Properties } of queries) {
        const [{ Ref }] = Properties.LogGroupNames as { Ref: string }[];
        expect(resources[Ref].Properties.LogGroupName).toBe('/webapp/application');
      }
    }
  });
});

test('latency is shown in every stage: from the log on a single server, from the load balancer in front of a fleet', () => {
  const latency = (stage: number): unknown => {
    const graph = bodyOf(synthesize({ stage }).resources).widgets.find(({ properties }) => properties.title?.startsWith('Time to answer'));
    return graph!.properties.metrics!.map((metric) => [metric[0], metric[1], (metric.at(-1) as { stat: string }).stat]);
  };
  for (const stage of [1, 2, 3]) {
    expect(latency(stage)).toEqual([
      ['Stagecraft/webapp', 'Duration', 'p50'],
      ['Stagecraft/webapp', 'Duration', 'p99'],
    ]);
  }
  for (const stage of [4, 5]) {
    expect(latency(stage)).toEqual([
      ['AWS/ApplicationELB', 'TargetResponseTime', 'p50'],
      ['AWS/ApplicationELB', 'TargetResponseTime', 'p99'],
    ]);
  }
});

test('docs/graduation.md has a section for the bottleneck of every architecture, with the limits of its signs', () => {
  const page = readFileSync(join(__dirname, '../../docs/graduation.md'), 'utf8');
  const anchors = CONTEXTS.map((context) => synthesize(context).architecture.graduation!.bottleneck.anchor);
  expect(new Set(anchors).size).toBe(7);
  for (const anchor of anchors) expect(page).toContain(`\n## ${anchor}\n`);
  const limits = CONTEXTS.flatMap((context) => synthesize(context).architecture.graduation!.bottleneck.signs);
  for (const { id, threshold } of limits) {
    const shown = id.endsWith('Latency') ? `${threshold * 1_000} ms` : id === 'Disk' ? `${threshold} requests` : `${threshold} `;
    expect(page).toContain(shown);
  }
});

test('the number of shards changes nothing on the dashboard', () => {
  const text = (shards: string): string => bodyOf(synthesize({ stage: 5, shards }).resources).text;
  expect(text('64')).toBe(text('16'));
});

test('the primary with 8 shards and more stays below 500 resources, also with all alarms of several regions', () => {
  for (const context of [
    { stage: 5, shards: '16' },
    { stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1', shards: '16' },
  ]) {
    expect(Object.keys(synthesize(context).resources).length).toBeLessThan(500);
  }
});

test('an agent tells nothing that AWS tells for nothing, and takes traces on the server itself', () => {
  const parameter = Object.values(ofType(synthesize({ stage: 4 }).resources, 'AWS::SSM::Parameter')).find(
    ({ Properties }) => Properties.Name === '/webapp/agent',
  );
  const { metrics, traces } = JSON.parse(parameter!.Properties.Value as string) as {
    metrics: { metrics_collected: object };
    traces: unknown;
  };
  expect(Object.keys(metrics.metrics_collected)).toEqual(['mem', 'swap', 'disk']);
  expect(traces).toEqual({ traces_collected: { otlp: {}, xray: {} } });
  const roles = Object.values(ofType(synthesize({ stage: 5 }).resources, 'AWS::IAM::Policy')).filter(({ Properties }) =>
    JSON.stringify(Properties).includes('xray:PutTraceSegments'),
  );
  expect(roles).toHaveLength(2);
});
