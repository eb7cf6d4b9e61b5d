import type { Progress } from '../shared/progress';
import type { StackTemplate, Template } from '../shared/template';
import { templateOf } from '../shared/read-template';
import { Plan, textAt } from '../pricing/plan';
import { bootstrapVersion, linkedRoles, needsByRegion, regionsOf } from './account';
import { AwsCli } from './aws';
import { type Name, namesOf } from './names';
import type { Needs } from './needs';
import { type Answer, type Asked, QUOTAS, type Report, reportOf } from './report';

/** What counts against a quota in an account now, by need: a command that answers a number. */
const USED: Readonly<Record<string, readonly string[]>> = {
  addresses: ['ec2', 'describe-addresses', '--query', 'length(Addresses)'],
  vpcs: ['ec2', 'describe-vpcs', '--query', 'length(Vpcs)'],
  securityGroups: ['ec2', 'describe-security-groups', '--query', 'length(SecurityGroups)'],
  databases: ['rds', 'describe-db-instances', '--query', 'length(DBInstances)'],
  clusters: ['rds', 'describe-db-clusters', '--query', 'length(DBClusters)'],
  subnetGroups: ['rds', 'describe-db-subnet-groups', '--query', 'length(DBSubnetGroups)'],
  loadBalancers: ['elbv2', 'describe-load-balancers', '--query', 'length(LoadBalancers[?Type==`application`])'],
  logPolicies: ['logs', 'describe-resource-policies', '--query', 'length(resourcePolicies)'],
};
const RUNNING = [
  ...['ec2', 'describe-instances', '--filters', 'Name=instance-state-name,Values=pending,running'],
  ...['--query', 'Reservations[].Instances[].[InstanceLifecycle, InstanceType, CpuOptions.CoreCount, CpuOptions.ThreadsPerCore]'],
];

/** How to see whether a name is taken: a command that fails, or answers an empty list, where it is free. */
const TAKEN: Readonly<Record<string, (name: string) => readonly string[]>> = {
  'AWS::S3::Bucket': (name) => ['s3api', 'head-bucket', '--bucket', name],
  'AWS::RDS::DBInstance': (name) => [
    'rds',
    'describe-db-instances',
    '--db-instance-identifier',
    name,
    '--query',
    'DBInstances[].DBInstanceIdentifier',
  ],
  'AWS::RDS::DBCluster': (name) => [
    'rds',
    'describe-db-clusters',
    '--db-cluster-identifier',
    name,
    '--query',
    'DBClusters[].DBClusterIdentifier',
  ],
  'AWS::SecretsManager::Secret': (name) => ['secretsmanager', 'describe-secret', '--secret-id', name, '--query', 'Name'],
  'AWS::SSM::Parameter': (name) => ['ssm', 'get-parameters', '--names', name, '--query', 'Parameters[].Name'],
  'AWS::SSM::Document': (name) => ['ssm', 'describe-document', '--name', name, '--query', 'Document.Name'],
  'AWS::KMS::Alias': (name) => ['kms', 'describe-key', '--key-id', name, '--query', 'KeyMetadata.KeyId'],
  'AWS::Logs::LogGroup': (name) => [
    'logs',
    'describe-log-groups',
    '--log-group-name-prefix',
    name,
    '--query',
    `logGroups[?logGroupName=='${name}'].logGroupName`,
  ],
};
const NOT_FOUND = /not.?found|does not exist|NoSuchEntity|InvalidDocument|\(404\)/i;

/** The report with what the account says: its limits and what it uses, names that are taken, roles, the bootstrap stack, zones. */
export function askAccount(title: string, stacks: readonly StackTemplate[], notes: readonly string[], watched: Progress): Report {
  const aws = new AwsCli();
  const account = watched.during('Asking who you are', () => aws.account());
  const deployed = watched.during('Reading what is deployed', () => stacks.flatMap((stack) => deployedAs(stack, aws)));
  const own = needsByRegion(deployed);
  const asked: Asked = (region, need) => ({ limit: limitOf(region, need, aws), used: usedByOthers(region, need, own.get(region), aws) });
  const ours = new Set(namesOf(deployed).map(({ type, name }) => `${type} ${name}`));
  const names = namesOf(stacks).filter(({ type, name }) => type in TAKEN && !ours.has(`${type} ${name}`));
  const answers = watched.during('Asking for names, roles and zones', () => [
    ...stacks.flatMap((stack) => [...bootstrapped(stack, aws), ...rolledBack(stack, aws)]),
    ...names.flatMap((name) => taken(name, account, aws)),
    ...roles(stacks, aws),
    ...zones(stacks, aws),
  ]);
  return watched.during('Asking for quotas', () =>
    reportOf(title, stacks, [...notes, `Account ${account}; ${deployed.length} of ${stacks.length} stacks are deployed.`], asked, answers),
  );
}

/** The stack of the same name as it is deployed: what it has is not other people's. */
function deployedAs({ name, realName = name, region = '' }: StackTemplate, aws: AwsCli): StackTemplate[] {
  const answered = aws.ask(region, ['cloudformation', 'get-template', '--stack-name', realName, '--query', 'TemplateBody']);
  if (!('value' in answered) || answered.value === undefined) return [];
  const { value } = answered;
  return [{ name, region, template: typeof value === 'string' ? templateOf(value, name) : (value as Template) }];
}

function limitOf(region: string, need: string, aws: AwsCli): number | undefined {
  const quota = QUOTAS.find((one) => one.need === need);
  if (quota?.code === undefined) return undefined;
  const { service, code } = quota;
  const command = ['service-quotas', 'get-service-quota', '--service-code', service, '--quota-code', code, '--query', 'Quota.Value'];
  // Quotas of global services are asked for in one region.
  const answered = aws.ask(['cloudfront', 'iam'].includes(service) ? 'us-east-1' : region, command);
  return 'value' in answered && typeof answered.value === 'number' ? answered.value : undefined;
}

function usedByOthers(region: string, need: string, own: Needs | undefined, aws: AwsCli): number | undefined {
  const all = need.endsWith('cpus') || need.endsWith('Vcpus') ? running(region, need, aws) : countOf(region, need, aws);
  if (all === undefined) return undefined;
  return Math.max(0, all - (own?.get(need)?.start ?? 0));
}

function countOf(region: string, need: string, aws: AwsCli): number | undefined {
  if (!(need in USED)) return undefined;
  const answered = aws.ask(region, USED[need]);
  return 'value' in answered && typeof answered.value === 'number' ? answered.value : undefined;
}

/** vCPUs of the running servers of families A, C, D, H, I, M, R, T and Z. */
function running(region: string, need: string, aws: AwsCli): number | undefined {
  const answered = aws.ask(region, RUNNING);
  if (!('value' in answered)) return undefined;
  const servers = (answered.value ?? []) as readonly (readonly [
    lifecycle: string | null,
    type: string,
    cores: number | null,
    threads: number | null,
  ])[];
  return servers
    .filter(([lifecycle, type]) => (lifecycle === 'spot') === (need === 'spotVcpus') && /^[acdhimrtz]\d/.test(type))
    .reduce((sum, [, , cores, threads]) => sum + (cores ?? 1) * (threads ?? 1), 0);
}

function bootstrapped(stack: StackTemplate, aws: AwsCli): Answer[] {
  const wanted = bootstrapVersion(stack);
  const { region = '' } = stack;
  const parameter = stack.template.Parameters?.BootstrapVersion.Default;
  if (wanted === undefined || typeof parameter !== 'string') return [];
  const answered = aws.ask(region, ['ssm', 'get-parameter', '--name', parameter, '--query', 'Parameter.Value']);
  const found = 'value' in answered ? Number(answered.value) : 0;
  const what = `CDK bootstrap of ${region}: version ${found > 0 ? found : 'unknown'}`;
  return [
    {
      what,
      state: found >= wanted ? 'fine' : 'missing',
      how: found >= wanted ? `${wanted} is needed` : `type npx cdk bootstrap aws://<account>/${region}`,
    },
  ];
}

/** A first deploy that was rolled back: the next one must delete the stack, and protection refuses that. */
function rolledBack({ name, realName = name, region = '' }: StackTemplate, aws: AwsCli): Answer[] {
  const answered = aws.ask(region, ['cloudformation', 'describe-stacks', '--stack-name', realName, '--query', 'Stacks[0].StackStatus']);
  if (!('value' in answered) || !/^ROLLBACK_(COMPLETE|FAILED)$/.test(String(answered.value))) return [];
  const how = `its first deploy failed: type aws cloudformation update-termination-protection --no-enable-termination-protection --region ${region} --stack-name ${realName}, then deploy again; docs/when-a-deploy-fails.md`;
  return [{ what: `stack ${realName} is in ${String(answered.value)}`, state: 'missing', how }];
}

/** Only names that are taken, or that nobody may see, are said. */
function taken({ type, name, region }: Name, account: string, aws: AwsCli): Answer[] {
  const real = name.replaceAll('<account>', account).replaceAll('<region>', region);
  const answered = aws.ask(region, TAKEN[type](real));
  const what = `${type} ${real} in ${region}`;
  if ('value' in answered) {
    const isFree = Array.isArray(answered.value) && answered.value.length === 0;
    return isFree
      ? []
      : [{ what, state: 'taken', how: 'the name is taken: choose another one with -c name=, or see docs/when-a-deploy-fails.md' }];
  }
  if (NOT_FOUND.test(answered.error)) return [];
  return [{ what, state: 'unknown', how: `nobody knows whether the name is free: ${answered.error}` }];
}

function roles(stacks: readonly StackTemplate[], aws: AwsCli): Answer[] {
  return linkedRoles(stacks, [...needsByRegion(stacks).values()]).map(({ role, service }) => {
    const answered = aws.ask('us-east-1', ['iam', 'get-role', '--role-name', role, '--query', 'Role.RoleName']);
    // AWS makes a role that is missing at the first use, so that is no fault.
    const how =
      'value' in answered
        ? 'is there'
        : `is not there yet: AWS makes it, or aws iam create-service-linked-role --aws-service-name ${service}`;
    return { what: role, state: 'fine' as const, how };
  });
}

/** Whether every zone that is used has the instance types of servers. */
function zones(stacks: readonly StackTemplate[], aws: AwsCli): Answer[] {
  const plan = new Plan(stacks);
  return regionsOf(stacks).flatMap((region) => {
    const here = plan.items.filter((item) => item.region === region);
    const types = [
      ...new Set(
        here.map(
          (item) =>
            textAt(item, 'LaunchTemplateData', 'InstanceType') ||
            (item.resource.Type === 'AWS::EC2::Instance' ? textAt(item, 'InstanceType') : ''),
        ),
      ),
    ].filter((type) => type !== '');
    const used = [
      ...new Set(here.filter(({ resource }) => resource.Type === 'AWS::EC2::Subnet').map((item) => textAt(item, 'AvailabilityZone'))),
    ];
    return types.flatMap((type): Answer[] => {
      const answered = aws.ask(region, [
        ...['ec2', 'describe-instance-type-offerings', '--location-type', 'availability-zone'],
        ...['--filters', `Name=instance-type,Values=${type}`, '--query', 'InstanceTypeOfferings[].Location'],
      ]);
      if (!('value' in answered) || !Array.isArray(answered.value)) return [];
      const offered = answered.value as readonly string[];
      const without = used.filter((zone) => !offered.includes(zone));
      const what = `${type} in ${used.join(', ')}`;
      if (without.length === 0) return [{ what, state: 'fine', how: 'is offered' }];
      return [
        {
          what,
          state: 'missing',
          how: `not in ${without.join(', ')}: choose other zones with -c azs= before the first deploy, or another size`,
        },
      ];
    });
  });
}
