import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MODELS, PYTHON } from '../support/aws-models/python';
import { filesIn } from '../support/files';
import { type Resource, satellites, synthesize, resourcesOf, DOMAIN } from '../support/synth';
import { Template } from 'aws-cdk-lib/assertions';
import { describeNeeding } from '../support/needs';

const ROOT = join(__dirname, '../..');
const CHECK = join(ROOT, 'test/support/aws-models/calls.py');

interface Call {
  readonly Service: string;
  readonly Api: string;
  readonly [parameter: string]: unknown;
}

/** Deployments that have every document and every schedule between them. */
const CONTEXTS = [
  { stage: 2, from: 1 },
  { stage: 5, from: 4 },
  { stage: 6, from: 5, ...DOMAIN, regions: 'us-east-1,eu-west-1', drills: 'kill-server' },
];

const everything: Record<string, Resource>[] = CONTEXTS.flatMap((context) => {
  const synthesized = synthesize(context);
  return [synthesized.resources, ...satellites(synthesized).map((stack) => resourcesOf(Template.fromStack(stack)))];
});

/** What documents call by `aws:executeAwsApi` and its kin, and schedules by an AWS SDK target. */
function* callsOf(value: unknown): Generator<Call> {
  if (typeof value !== 'object' || value === null) return;
  if ('Service' in value && 'Api' in value) yield value as Call;
  if ('Arn' in value && typeof value.Arn === 'string' && value.Arn.includes(':aws-sdk:')) {
    const [Service, Api] = value.Arn.split(':').slice(-2);
    const { Input = '{}' } = value as { readonly Input?: string };
    yield { Service, Api, anyCase: true, ...(JSON.parse(Input) as object) };
  }
  for (const item of Object.values(value)) yield* callsOf(item);
}

function faultsIn(asked: { documents?: readonly Call[]; scripts?: string[]; programs?: string[] }): { faults: string[]; seen: number } {
  const { stdout, stderr, status } = spawnSync(PYTHON ?? '', [CHECK], {
    cwd: ROOT,
    encoding: 'utf8',
    input: JSON.stringify({ documents: [], scripts: [], programs: [], ...asked }),
  });
  if (status !== 0) throw new Error(stderr);
  const [documents, commands] = stderr.trim().split(' ').map(Number);
  return { faults: stdout.split('\n').filter((line) => line !== ''), seen: documents + commands };
}

describeNeeding(MODELS, 'calls of AWS, held to its own models', () => {
  test('documents and schedules name operations and parameters that exist', () => {
    const documents = everything.flatMap((resources) => Object.values(resources).flatMap(({ Properties }) => [...callsOf(Properties)]));
    expect(documents.length).toBeGreaterThan(10);
    expect(faultsIn({ documents }).faults).toEqual([]);
  });

  test('scripts and pages name commands and options that exist, programs methods and parameters', () => {
    const scripts = [...filesIn('lib', 'docs').filter((path) => /^lib\/.*\.sh$|^docs\/.*\.md$/.test(path)), 'README.md', 'workload/start'];
    const { faults, seen } = faultsIn({ scripts, programs: filesIn('lib').filter((path) => path.endsWith('.py')) });
    expect(faults).toEqual([]);
    expect(seen).toBeGreaterThan(100);
  });

  test.each([
    [{ Service: 'rds', Api: 'StopDatabase' }, 'rds StopDatabase: no such operation'],
    [
      { Service: 'autoscaling', Api: 'DescribeAutoScalingGroups', Names: ['a'] },
      'autoscaling DescribeAutoScalingGroups.Names is not known',
    ],
    [{ Service: 'elasticache', Api: 'TestFailover', ReplicationGroupId: 'a' }, 'elasticache TestFailover.NodeGroupId is missing'],
    [
      { Service: 'ssm', Api: 'PutParameter', Name: 'a', Value: 'b', Type: 'Text' },
      'ssm PutParameter.Type is Text, not one of String, StringList, SecureString',
    ],
    [
      { Service: 'sqs', Api: 'receive_message', QueueUrl: '{{ Queue }}', MaxNumberOfMessages: 'ten' },
      'sqs receive_message.MaxNumberOfMessages is no number',
    ],
  ])('a call that AWS would refuse is found: %j', (call, fault) => {
    expect(faultsIn({ documents: [call] }).faults).toEqual([fault]);
  });
});
