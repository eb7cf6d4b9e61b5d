import { ofType, synthesize } from '../../../support/synth';
import { problemsOf } from './dashboard-body';
import { isEmitted, isFound } from './emitters';

const graph = (properties: object, place: object = {}): object => ({
  ...{ type: 'metric', x: 0, y: 0, width: 6, height: 6, ...place },
  properties: { region: 'us-east-1', metrics: [['AWS/EC2', 'CPUUtilization', 'InstanceId', 'i-1']], ...properties },
});

test.each<[string, unknown, RegExp]>([
  ['nothing', {}, /widgets is missing/],
  ['too many', { widgets: Array.from({ length: 501 }, (_, index) => graph({}, { y: 6 * index })) }, /501 widgets/],
  ['too wide', { widgets: [graph({}, { x: 20 })] }, /does not fit/],
  ['half a column', { widgets: [graph({}, { width: 4.8 })] }, /does not fit/],
  ['one on the other', { widgets: [graph({}), graph({}, { x: 5, y: 5 })] }, /widget 1: lies on widget 0/],
  ['no region', { widgets: [graph({ region: undefined })] }, /region can't be/],
  ['no metrics', { widgets: [graph({ metrics: [] })] }, /it is empty/],
  ['only hidden ones', { widgets: [graph({ metrics: [['A', 'B', { visible: false }]] })] }, /it is empty/],
  [
    'a dimension without a value',
    { widgets: [graph({ metrics: [['AWS/EC2', 'CPUUtilization', 'InstanceId']] })] },
    /pairs of dimension and value/,
  ],
  ['501 metrics', { widgets: [graph({ metrics: Array.from({ length: 501 }, () => ['A', 'B']) })] }, /501 metrics/],
  ['an id that is none', { widgets: [graph({ metrics: [['A', 'B', { id: 'Big' }]] })] }, /id can't be/],
  [
    'an id twice',
    {
      widgets: [
        graph({
          metrics: [
            ['A', 'B', { id: 'a' }],
            ['A', 'C', { id: 'a' }],
          ],
        }),
      ],
    },
    /an id stands twice/,
  ],
  ['an id that is missing', { widgets: [graph({ metrics: [[{ expression: 'a + b' }], ['A', 'B', { id: 'a' }]] })] }, /b is no id/],
  ['another view', { widgets: [graph({ view: 'cube' })] }, /view can't be/],
  ['another type', { widgets: [{ ...graph({}), type: 'movie' }] }, /type movie is not known/],
  ['a text without text', { widgets: [{ type: 'text', properties: {} }] }, /markdown is missing/],
  ['no alarms', { widgets: [{ type: 'alarm', properties: { alarms: [] } }] }, /alarms can't be/],
])('a dashboard with %s is refused', (_, body, problem) => {
  expect(problemsOf(body).join('\n')).toMatch(problem);
});

test('a dashboard as AWS shows it is taken', () => {
  expect(
    problemsOf({
      start: '-PT6H',
      periodOverride: 'inherit',
      widgets: [
        graph({ period: 300, stat: 'Average', title: 'CPU', liveData: false, legend: { position: 'right' } }),
        { type: 'text', x: 0, y: 7, width: 3, height: 3, properties: { markdown: 'Hello' } },
      ],
    }),
  ).toEqual([]);
});

test('a metric that nothing in the template emits is found out', () => {
  const { resources } = synthesize({ stage: 3 });
  const [primary] = Object.entries(ofType(resources, 'AWS::RDS::DBInstance')).filter(([, { Properties }]) => Properties.MultiAZ === true);
  const [server] = Object.keys(ofType(resources, 'AWS::EC2::Instance'));
  const emitted = (namespace: string, name: string, dimensions: Record<string, unknown>): boolean =>
    isEmitted({ namespace, name, dimensions }, resources);
  expect(emitted('AWS/RDS', 'ReadLatency', { DBInstanceIdentifier: { Ref: primary[0] } })).toBe(true);
  expect(emitted('AWS/RDS', 'ReplicaLag', { DBInstanceIdentifier: { Ref: primary[0] } })).toBe(false);
  expect(emitted('AWS/RDS', 'CommitLatency', { DBInstanceIdentifier: { Ref: primary[0] } })).toBe(false);
  expect(emitted('AWS/RDS', 'ReadLatency', { DBInstanceIdentifier: { Ref: 'Another' } })).toBe(false);
  expect(emitted('CWAgent', 'mem_used_percent', { InstanceId: { Ref: server } })).toBe(true);
  expect(emitted('CWAgent', 'diskio_io_time', { InstanceId: { Ref: server } })).toBe(false);
  expect(emitted('AWS/EC2', 'CPUUtilization', { InstanceId: { Ref: primary[0] } })).toBe(false);
  expect(emitted('Stagecraft/webapp', 'Requests', {})).toBe(false);
  expect(
    isFound(`SEARCH('{AWS/RDS,DBClusterIdentifier} MetricName="CPUUtilization" DBClusterIdentifier=webapp', 'Average', 60)`, resources),
  ).toBe(false);
});
