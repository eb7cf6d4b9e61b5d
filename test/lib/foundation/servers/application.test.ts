import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Application, JobsTier, Process, RegionalStack, Runtime, WebArchitecture } from '../../../../lib';
import { stages } from '../../../../stages';
import { ground } from '../../../support/construct';
import { FLAGS, ofType, type Resource, resourcesOf, synthesize } from '../../../support/synth';

const directory = (files: Record<string, string>): string => {
  const path = mkdtempSync(join(tmpdir(), 'application-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
};
const PROCFILE = 'release: bin/migrate\nweb: bin/serve\nqueue: bin/work\n# a comment: not a process\n';
const bind = (application: Application, outdir = 'cdk.out') => application.bind(new Stack(new App({ outdir }), 'Stack'));
const manifest = (application: Application): Record<string, never> =>
  JSON.parse(readFileSync(join(bind(application).directory, '.stagecraft/manifest.json'), 'utf8')) as Record<string, never>;
const architecture = (app: Application, blueprint = stages.statelessTier): Record<string, Resource> => {
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region: 'us-east-1' });
  new WebArchitecture(stack, 'Web', { name: 'shop', blueprint, app });
  return resourcesOf(Template.fromStack(stack));
};

test('a Procfile names processes, and code adds what it cannot say', () => {
  const app = directory({ Procfile: PROCFILE });
  const processes = [
    Process.web({ healthCheckPath: '/up' }),
    Process.scheduled('nightly', { command: 'bin/clean', every: Duration.days(1) }),
  ];
  expect(manifest(Application.directory(app, { processes }))).toMatchObject({
    web: { command: 'bin/serve', healthPath: '/up', instances: 1 },
    release: { command: 'bin/migrate', timeoutSeconds: 900 },
    workers: [{ name: 'queue', command: 'bin/work', count: 1 }],
    scheduled: [{ name: 'nightly', command: 'bin/clean', everySeconds: 86_400 }],
  });
});

test.each([
  [{ 'package.json': '{}' }, Runtime.NODE],
  [{ 'requirements.txt': '', 'package.json': '{}' }, Runtime.PYTHON],
  [{ Gemfile: '', 'package.json': '{}' }, Runtime.RUBY],
  [{ 'composer.json': '{}' }, Runtime.PHP],
  [{ 'app.jar': '' }, Runtime.JAVA],
  [{ server: '' }, Runtime.BINARY],
])('what has to be installed is told from the files %j', (files, runtime) => {
  expect(Runtime.of(directory(files))).toBe(runtime);
});

test('a process of Node uses one core, so there is one for each; others are told how many workers to start', () => {
  expect(manifest(Application.directory(directory({ Procfile: 'web: x', 'package.json': '' })))).toMatchObject({ web: { instances: 0 } });
  expect(manifest(Application.directory(directory({ Procfile: 'web: x', Gemfile: '' })))).toMatchObject({ web: { instances: 1 } });
});

test('secrets at home, history and what the CDK wrote are never part of a release, nor is what .slugignore names', () => {
  const path = directory({
    ...{ Procfile: 'web: x', '.env': 'A=1', '.env.production': 'A=1', 'config/.env': 'A=1', '.git/HEAD': '', 'cdk.out/cdk.out': '' },
    ...{
      '.slugignore': '# not needed\n/docs/\n*.psd\n',
      'docs/a': '',
      'art/b.psd': '',
      'art/c.png': '',
      'src/d': '',
      'elsewhere/out/x': '',
    },
  });
  const { directory: release } = bind(Application.directory(path), join(path, 'elsewhere/out'));
  const names = readdirSync(release, { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith('.stagecraft'));
  expect(names.sort()).toEqual(['.slugignore', 'Procfile', 'art', 'art/c.png', 'config', 'elsewhere', 'src', 'src/d', 'start']);
});

test('files with their hash in their names are for the CDN only where somebody says which', () => {
  const path = directory({ Procfile: 'web: x', 'static/plain.css': '', 'public/assets/a.1f.css': '' });
  expect(existsSync(join(bind(Application.directory(path)).directory, '.stagecraft/static'))).toBe(false);
  const { directory: release } = bind(Application.directory(path, { hashedFiles: 'public/assets' }));
  expect(readdirSync(join(release, '.stagecraft/static'))).toEqual(['a.1f.css']);
});

const circle = (): string => {
  const path = directory({ Procfile: 'web: x', 'src/a': '' });
  symlinkSync('..', join(path, 'src/up'));
  return path;
};
const huge = (): string => {
  const path = directory({ Procfile: 'web: x', Dockerfile: 'FROM scratch', 'data/dump': '' });
  truncateSync(join(path, 'data/dump'), 2 ** 31);
  return path;
};
test.each([
  ['nothing there', () => Application.directory('/nowhere', { runtime: Runtime.BINARY }), /^app=\/nowhere has no process web/],
  [
    'no web',
    () => Application.directory(directory({ Procfile: 'worker: x' })),
    /has no process web: write a line such as web: node server.js/,
  ],
  [
    'no command',
    () => Application.directory(directory({ Procfile: 'web: x' }), { processes: [Process.worker('mail')] }),
    /^process mail has no command/,
  ],
  [
    'too much',
    () => Application.directory(huge()),
    /is more than 60000 files or 1 GiB: name what isn't needed to run it in .*\.slugignore$/,
  ],
  ['too much for an image', () => Application.dockerfile(huge()), /is more than 60000 files or 1 GiB: .*\.dockerignore$/],
  [
    'a circle',
    () => Application.directory(circle()),
    /holds src\/up, a link to a folder above it: remove it, or name it in .*\.slugignore$/,
  ],
  ['all of the disk', () => Application.at('/'), /^app=\/ has no file named start, Procfile or Dockerfile/],
  [
    'what holds the temporary files',
    () => Application.directory(tmpdir(), { processes: [Process.web({ command: 'x' })] }),
    /^app=.* (holds the folder for temporary files|is more than)/,
  ],
  ['no Dockerfile', () => Application.dockerfile(directory({})), /has no file named Dockerfile/],
  [
    'a missing folder',
    () => Application.directory(directory({ Procfile: 'web: x' }), { hashedFiles: 'dist' }),
    /^hashedFiles=dist is not in/,
  ],
  [
    'a wrong name',
    () => Application.directory(directory({ Procfile: 'web: x' }), { environment: { 'A-B': '1' } }),
    /^variable A-B is not possible/,
  ],
])('in one line is refused: %s', (_, application, message) => {
  expect(() => bind(application())).toThrow(message);
  expect(() => bind(application())).not.toThrow(/\n/);
});

test.each([
  [() => Process.web({ healthCheckPath: 'up' }), /^healthCheckPath up is not possible/],
  [() => Process.web({ stopTimeout: Duration.minutes(2) }), /^stopTimeout 120 s is not possible: type 1 to 85 s/],
  [() => Process.web({ instances: -1 }), /^instances -1 is not possible/],
  [() => Process.web({ requestsPerSecond: 0.5 }), /^requestsPerSecond 0.5 is not possible: type a whole number up to 20000, or 0/],
  [() => Process.web({ requestsPerClient: -1 }), /^requestsPerClient -1 is not possible/],
  [() => Process.web({ requestsAtOnce: 20_001 }), /^requestsAtOnce 20001 is not possible/],
  [() => Process.worker('a b'), /^process a b is not possible/],
  [() => Process.release({ timeout: Duration.hours(1) }), /^timeout 3600 s is not possible: type 1 to 1200 s/],
  [() => Process.scheduled('x', { command: 'x', every: Duration.seconds(5) }), /^every 5 s is not possible/],
])('a process that cannot be is refused in one line', (process, message) => {
  expect(process).toThrow(message);
});

test('a secret of the same stack and a value that is known later are settings, not part of the release', () => {
  const built = ground();
  const secret = new secretsmanager.Secret(built.stack, 'Mine');
  const bound = Application.directory(directory({ Procfile: 'web: x' }), {
    secrets: { SESSION_SECRET: secret },
    environment: { TOPIC: built.alarmTopic.topicArn, COLOUR: 'blue' },
  }).bind(built.stack);
  expect(built.stack.resolve(bound.settings)).toEqual({
    'secrets/SESSION_SECRET': { Ref: expect.stringMatching(/^Mine/) as string },
    'environment/TOPIC': { Ref: expect.stringMatching(/^Alarms/) as string },
  });
  const text = readFileSync(join(bound.directory, '.stagecraft/manifest.json'), 'utf8');
  expect(text).toContain('"COLOUR": "blue"');
  expect(text).not.toMatch(/Token|TOPIC|SESSION/);
});

test('an image takes the way of a directory: a release that names it, what pulls it, and who may', () => {
  const app = Application.dockerfile(directory({ Dockerfile: 'FROM scratch', Procfile: PROCFILE }));
  const { directory: release } = bind(app);
  expect(readFileSync(join(release, '.stagecraft/packages'), 'utf8')).toBe('nginx postgresql17 docker\n');
  const { image } = JSON.parse(readFileSync(join(release, '.stagecraft/manifest.json'), 'utf8')) as { image: { tag: string } };
  expect(image.tag).toMatch(/^[0-9a-f]{64}$/);
  const resources = architecture(app);
  const parameters = Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(
    ({ Properties }) => [Properties.Name, Properties.Value] as const,
  );
  expect(JSON.stringify(Object.fromEntries(parameters)['/shop/config/application/image'])).toMatch(/container-assets/);
  const statements = JSON.stringify(ofType(resources, 'AWS::IAM::Policy'));
  expect(statements).toContain('ecr:GetDownloadUrlForLayer');
  expect(statements).toContain('ecr:GetAuthorizationToken');
});

test('an image that is there is pulled by its tag, and one without a Procfile runs its own command', () => {
  const { stack } = ground();
  const repository = new ecr.Repository(stack, 'Repository');
  const bound = Application.image(repository, '1.4.2', { user: '1000:1000' }).bind(stack);
  const said = JSON.parse(readFileSync(join(bound.directory, '.stagecraft/manifest.json'), 'utf8')) as Record<string, never>;
  expect(said).toMatchObject({ image: { tag: '1.4.2', user: '1000:1000' }, web: { name: 'web', instances: 1 } });
  expect(said.web).not.toHaveProperty('command');
  expect(() => Application.image(repository, 'a b').bind(stack)).toThrow(/^tag a b is not possible/);
});

test('a fleet waits for migrations before it calls a new server ill', () => {
  const grace = (app: Application): unknown =>
    Object.values(ofType(architecture(app), 'AWS::AutoScaling::AutoScalingGroup'))[0].Properties.HealthCheckGracePeriod;
  expect(grace(Application.directory(directory({ Procfile: PROCFILE })))).toBe(300 + 120 + 900);
  expect(grace(Application.selfConfigured(directory({ start: '' })))).toBe(300);
});

test('its workers reach what it reaches, and those of the reference application no more than before', () => {
  const blueprint = { ...stages.statelessTier, jobs: JobsTier.queue() };
  const rules = (app: Application): string[] =>
    Object.values(ofType(architecture(app, blueprint), 'AWS::EC2::SecurityGroupIngress'))
      .filter(({ Properties }) => JSON.stringify(Properties.SourceSecurityGroupId).includes('WorkerIdentity'))
      .map(({ Properties }) => /Database|Cache|Sessions/.exec(JSON.stringify(Properties.GroupId))?.[0] ?? '')
      .sort();
  expect(rules(Application.directory(directory({ Procfile: PROCFILE })))).toEqual(['Cache', 'Database', 'Sessions']);
  expect(rules(Application.selfConfigured(directory({ start: '' })))).toEqual(['Database']);
});

test('its servers may do what it says, and know where users find it', () => {
  const app = Application.directory(directory({ Procfile: PROCFILE }), {
    policies: [
      new iam.PolicyStatement({ actions: ['ses:SendEmail'], resources: ['arn:aws:ses:us-east-1:123456789012:identity/example.com'] }),
    ],
  });
  const resources = architecture(app);
  expect(JSON.stringify(ofType(resources, 'AWS::IAM::Policy'))).toContain('ses:SendEmail');
  const names = Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => Properties.Name as string);
  expect(names).toContain('/shop/config/application/url');
});

test('at stage 5 it gets queue and workers; its one database is a cluster, which goes on to stage 6, and is never one by function', () => {
  const app = directory({ Procfile: PROCFILE });
  const six = { stage: 6, regions: 'us-east-1,eu-west-1', domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
  for (const [context, clusters] of [
    [{ stage: 5 }, 1],
    [{ stage: 5, from: 4 }, 1],
    [{ stage: 5, database: 'instance' }, 0],
    [six, 1],
  ] as const) {
    const { resources } = synthesize({ ...context, app });
    expect(Object.keys(ofType(resources, 'AWS::RDS::DBCluster'))).toHaveLength(clusters);
    expect(Object.keys(ofType(resources, 'AWS::SQS::Queue'))).toHaveLength(2);
  }
  expect(() => synthesize({ ...six, database: 'sharded', app })).toThrow(/has tables of its own, and this blueprint/);
});

test('-c app= takes a directory with a Procfile, and its zip has what runs it', () => {
  const { app } = synthesize({ stage: 1, app: directory({ Procfile: PROCFILE, 'bin/serve': '#!/bin/sh' }) });
  const assets = readdirSync(app.outdir).filter((name) => name.startsWith('asset.') && existsSync(join(app.outdir, name, '.stagecraft')));
  expect(assets).toHaveLength(1);
  expect(existsSync(join(app.outdir, assets[0], 'bin/serve'))).toBe(true);
});
