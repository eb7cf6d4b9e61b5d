import type { Picture } from '../../../tools/picture/model';
import { pictureOf } from '../../../tools/picture/read';
import type { StackTemplate } from '../../../tools/shared/template';
import { list } from '../../../tools/shared/words';
import { deployed } from '../../support/deployed';
import { testInCi } from '../../support/needs';
import { GEO, PICTURED } from './contexts';
import { FOREIGN, foreign } from './foreign';

const all: readonly (readonly [string, () => readonly StackTemplate[]])[] = [
  ...Object.entries(PICTURED).map(([name, context]) => [name, () => deployed(context)] as const),
  ...Object.keys(FOREIGN).map((name) => [name, () => foreign(name)] as const),
];

/** Things by their titles, for the founding region. */
const titled = (picture: Picture, title: string) => picture.things.find((thing) => thing.title === title);
/** Arrows as `Fleet 6379 Cache`. */
const arrowsIn = (picture: Picture): string[] => {
  const title = (id: string): string => picture.things.find((thing) => thing.id === id)?.title ?? id;
  return picture.arrows.map(({ from, to, label }) => `${title(from)} ${label} ${title(to)}`);
};

describe.each(all)('%s', (_, stacks) => {
  test('every resource is drawn, folded, part of a network, or counted', () => {
    const { things, regions, listed } = pictureOf(stacks(), '');
    const named = [
      ...things.flatMap(({ resources }) => resources),
      ...regions.flatMap(({ networks }) => networks.flatMap(({ resources }) => resources)),
    ];
    const keys = named.map(({ stack, logicalId }) => `${stack} ${logicalId}`);
    expect(new Set(keys).size).toBe(keys.length);
    const counted = listed.reduce((sum, { count }) => sum + count, 0);
    const whole = stacks()
      .flatMap(({ template }) => Object.values(template.Resources))
      .filter(({ Type }) => Type !== 'AWS::CDK::Metadata');
    expect(keys.length + counted).toBe(whole.length);
  });

  test('arrows lead from thing to thing, and no two things have one name', () => {
    const { things, arrows } = pictureOf(stacks(), '');
    const ids = things.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { from, to } of arrows) expect(ids).toEqual(expect.arrayContaining([from, to]));
  });

  test('whatever a security group lets in is an arrow, or said in words', () => {
    const { arrows, openings } = pictureOf(stacks(), '');
    const labels = arrows.flatMap(({ label }) => label.split(', '));
    const ports = stacks()
      .flatMap(({ template }) => Object.values(template.Resources))
      .flatMap(({ Type, Properties = {} }) =>
        Type === 'AWS::EC2::SecurityGroupIngress'
          ? [Properties]
          : Type === 'AWS::EC2::SecurityGroup'
            ? list(Properties.SecurityGroupIngress)
            : [],
      )
      .map((rule) => (rule as Readonly<Record<string, unknown>>).FromPort)
      .filter((port) => typeof port === 'number');
    for (const port of ports) expect(labels.includes(String(port)) || openings.some((text) => text.includes(`: ${port} from `))).toBe(true);
    expect(openings.every((text) => / from ./.test(text))).toBe(true);
  });
});

test('stage 1 is one server in a public subnet, with its disk and its snapshots', () => {
  const picture = pictureOf(deployed({ stage: 1 }), '');
  expect(titled(picture, 'Server')).toMatchObject({
    kind: 'server',
    size: 't4g.medium',
    place: { at: 'subnets', row: 'public Public', zones: [0] },
  });
  expect(arrowsIn(picture)).toEqual(expect.arrayContaining(['Users 80 Server', 'Data volume daily Snapshots']));
});

test('stage 4 has the way of a request, and who reaches the data', () => {
  const picture = pictureOf(deployed({ stage: 4 }), '');
  expect(picture.regions.map(({ networks }) => networks.map(({ rows, zones }) => [rows.map(({ kind }) => kind), zones.length]))).toEqual([
    [[['public', 'private', 'isolated'], 3]],
  ]);
  expect(arrowsIn(picture)).toEqual(
    expect.arrayContaining([
      'Users 443 CDN',
      'CDN origin Load balancer',
      'CDN files Uploads',
      'Load balancer 80 Fleet',
      'Fleet 6379 Cache',
      'Fleet 6379 Sessions',
      'Fleet 5432 Database',
      'Fleet 5432 Replica 1',
      'Database async Replica 1',
    ]),
  );
  expect(arrowsIn(picture)).not.toContain('Users 80 Load balancer');
  expect(picture.openings).toContain('Load balancer: 80 from anywhere, for the CDN');
  expect(titled(picture, 'Database')?.members).toEqual([
    { label: 'primary', zone: 0 },
    { label: 'standby', zone: 1 },
  ]);
});

test('stage 5 sends and receives, and shards are one stack of cards', () => {
  const picture = pictureOf(deployed({ stage: 5 }), '');
  expect(arrowsIn(picture)).toEqual(
    expect.arrayContaining(['Fleet send Jobs', 'Jobs receive Workers', 'Jobs after 5 Dead letters', 'Workers 5432 Orders']),
  );
  const cards = picture.things.filter(({ kind, title }) => kind === 'cluster' && title === 'Users');
  expect(cards).toMatchObject([{ count: 2, own: 2 }]);
});

test('stage 6 copies from region to region, and DNS knows both', () => {
  const picture = pictureOf(deployed({ stage: 6, ...GEO }), '');
  expect(picture.regions.map(({ title }) => title)).toEqual(['us-east-1', 'eu-west-1']);
  const copies = picture.arrows
    .filter(({ reason }) => reason === 'copy')
    .map(({ from, to }) => [from.split('/')[0], to.split('/')[0], from.split('/')[1]]);
  expect(copies.filter(([, , kind]) => kind === 'cluster')).toEqual(Array(3).fill(['us-east-1', 'eu-west-1', 'cluster']));
  expect(copies).toEqual(
    expect.arrayContaining([
      ['us-east-1', 'eu-west-1', 'bucket'],
      ['eu-west-1', 'us-east-1', 'bucket'],
    ]),
  );
  expect(picture.arrows.filter(({ label }) => label.includes('latency'))).toHaveLength(2);
});

test('servers that share a role all have its rights', () => {
  const bridge = arrowsIn(pictureOf(deployed({ stage: 4, from: 3 }), ''));
  expect(bridge).toEqual(expect.arrayContaining(['Server write, read Uploads', 'Fleet write, read Uploads']));
});

test('fifteen replicas are one card', () => {
  const replicas = pictureOf(deployed({ stage: 3, replicas: 15 }), '').things.filter(({ what }) => what === 'RDS read replica');
  expect(replicas).toMatchObject([{ title: 'Replica', count: 15 }]);
});

testInCi('a thousand shards are one card', () => {
  const shards = pictureOf(deployed({ stage: 5, shards: 1024 }), '').things.filter(({ kind }) => kind === 'cluster');
  expect(shards.map(({ title, count }) => [title, count])).toEqual(expect.arrayContaining([['Users', 1024]]));
});

test("anybody's app is read: functions, queues, tables", () => {
  expect(arrowsIn(pictureOf(foreign('a serverless app'), ''))).toEqual(
    expect.arrayContaining([
      'Users 443 CDN',
      'CDN origin API',
      'API invoke Web',
      'Web write, read Orders',
      'Placed subscribes Jobs',
      'Jobs receive, events Worker',
      'Jobs after 3 Dead letters',
    ]),
  );
});

test('subnets without tags are what their routes make them', () => {
  const bare = foreign('ECS behind a load balancer').map((stack) => ({
    ...stack,
    template: JSON.parse(JSON.stringify(stack.template).replaceAll('aws-cdk:subnet-', 'x-')) as StackTemplate['template'],
  }));
  expect(pictureOf(bare, '').regions[0].networks[0].rows.map(({ kind }) => kind)).toEqual(['public', 'private']);
});
