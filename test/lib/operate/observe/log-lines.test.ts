import { Template } from 'aws-cdk-lib/assertions';
import { Observation, RequestMetrics } from '../../../../lib';
import { text } from '../../../../workload/http/reply';
import { WebServer } from '../../../../workload/http/web-server';
import type { JobQueue } from '../../../../workload/jobs/job-queue';
import { JobRun } from '../../../../workload/jobs/job-run';
import { Live } from '../../../../workload/live';
import { PROBE } from '../../../../workload/routes';
import { inTrace } from '../../../../workload/trace';
import { ground } from '../../../support/construct';
import { ofType, resourcesOf } from '../../../support/synth';
import { freePort } from '../../../../tools/servers/processes';
import { fieldsOf, matches } from './metric-filter';

type Line = Record<string, unknown>;

const TRACE = 'a'.repeat(32);
const lines: Line[] = [];
const { stack, key, settings } = ground();
const { logGroup } = new Observation(stack, 'Observe', { name: 'webapp', key, settings });
new RequestMetrics(stack, 'Requests', { name: 'webapp', logGroup, address: '192.0.2.1' });
const resources = resourcesOf(Template.fromStack(stack));

const filters = Object.fromEntries(
  Object.values(ofType(resources, 'AWS::Logs::MetricFilter')).map(({ Properties }) => {
    const [{ MetricName, MetricValue }] = Properties.MetricTransformations as { MetricName: string; MetricValue: string }[];
    return [MetricName, { pattern: Properties.FilterPattern as string, value: MetricValue }];
  }),
);

/** What the reference application really writes: a web server is asked, and a worker meets a job that makes no sense. */
beforeAll(async () => {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    for (const one of String(line).trimEnd().split('\n')) lines.push(JSON.parse(one) as Line);
    return true;
  });
  const routes = [
    { method: 'GET' as const, pattern: '/', handle: () => text(200, 'home') },
    { method: 'GET' as const, pattern: '/readyz', handle: () => text(200, 'ready') },
    {
      method: 'GET' as const,
      pattern: '/broken',
      handle: () => {
        throw new Error('broken on purpose');
      },
    },
  ];
  const server = new WebServer(routes, new Live(), new Set([PROBE]));
  const port = await freePort();
  await server.listen(port);
  for (const path of ['/', '/readyz', '/broken', '/nowhere']) {
    await fetch(`http://127.0.0.1:${port}${path}`, { headers: { traceparent: `00-${TRACE}-${'1'.repeat(16)}-01`, connection: 'close' } });
  }
  await server.close(1_000);
  const queue = { hide: async () => Promise.resolve() } as unknown as JobQueue;
  const environment = { tries: 5, retrySeconds: 1, claimSeconds: 1, jobSeconds: 1 } as ConstructorParameters<typeof JobRun>[3];
  const delivery = { job: { jobId: '7', traceId: TRACE }, count: 1, receipt: 'r' };
  await inTrace(TRACE, async () => new JobRun(delivery, queue, new Live(), environment).run());
  write.mockRestore();
});

const routesOf = (metric: string): unknown[] => lines.filter((line) => matches(filters[metric].pattern, line)).map(({ route }) => route);

test('requests of users are counted with their time, and probes are not', () => {
  expect(routesOf('Duration')).toEqual(['/', '/broken', 'none']);
  expect(filters.Duration.value).toBe('$.ms');
  for (const line of lines.filter(({ msg }) => msg === 'request')) expect(typeof line.ms).toBe('number');
});

test('errors of ours are counted, and what visitors do wrong is not', () => {
  expect(routesOf('Errors')).toEqual(['/broken']);
});

test('answered probes are counted', () => {
  expect(routesOf('AnsweredProbes')).toEqual(['/readyz']);
});

test('no line but that of a request is counted', () => {
  const others = lines.filter(({ msg }) => msg !== 'request');
  expect(others.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['a request failed', 'took a job', 'a job was not done']));
  for (const { pattern } of Object.values(filters)) expect(others.filter((line) => matches(pattern, line))).toEqual([]);
});

test('saved queries ask for fields that the application writes', () => {
  const written = new Set(['@timestamp', ...lines.flatMap(Object.keys)]);
  const queries = Object.values(ofType(resources, 'AWS::Logs::QueryDefinition')).map(({ Properties }) => Properties.QueryString as string);
  expect(queries).toHaveLength(3);
  for (const query of queries) {
    expect(fieldsOf(query).length).toBeGreaterThan(3);
    expect(fieldsOf(query).filter((field) => !written.has(field))).toEqual([]);
  }
});

test('a request and its job carry one trace id, by which one query finds both', () => {
  const found = lines.filter(({ traceId }) => traceId === TRACE).map(({ msg }) => msg);
  expect(found).toEqual(expect.arrayContaining(['request', 'took a job']));
});

test('a pattern or a query that nobody has read is an error here', () => {
  expect(() => matches('{ $.ms = * }', {})).toThrow();
  expect(() => fieldsOf('parse @message "x"')).toThrow();
  expect(matches('{ ($.route != "/readyz") }', { msg: 'request' })).toBe(false);
});
