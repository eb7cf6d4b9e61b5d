import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { imitationAt } from '../../../tools/servers/moto';
import { eventually, findProgram, freePort, type Outcome, runToEnd, startProcess, stopProcess } from '../../../tools/servers/processes';
import type { Program } from '../needs';

const ACCOUNT = '123456789012';
const PROGRAM = process.env.MINISTACK ?? findProgram('ministack') ?? 'ministack';
/** CDK's own bootstrap stack, as far as `cdk deploy` asks for it. */
const BOOTSTRAP = { bucket: `cdk-hnb659fds-assets-${ACCOUNT}-us-east-1`, version: '/cdk-bootstrap/hnb659fds/version' };

/** What a test needs that deploys to it. */
export const MINISTACK: Program[] = [{ name: PROGRAM, install: 'pip install ministack==1.5.33, or say where it is with MINISTACK' }];

/** CloudFormation and the services behind it, as far as ministack implements them: no server, database or policy works, but order, references and names are real. */
export class Ministack {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly s3: S3Client;
  private readonly secretsManager: SecretsManagerClient;
  private readonly parameterStore: SSMClient;
  private process?: ChildProcess;

  private constructor(private readonly port: number) {
    const { environment, client } = imitationAt(port);
    this.environment = { ...process.env, ...environment, AWS_DEFAULT_REGION: client.region };
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.secretsManager = new SecretsManagerClient(client);
    this.parameterStore = new SSMClient(client);
  }

  /** Starts it, and bootstraps its account. */
  public static async start(): Promise<Ministack> {
    const ministack = new Ministack(await freePort());
    const place = { MINISTACK_REGION: 'us-east-1', MINISTACK_ACCOUNT_ID: ACCOUNT, GATEWAY_PORT: String(ministack.port) };
    ministack.process = startProcess([PROGRAM], { env: { ...process.env, ...place, HOME: mkdtempSync(join(tmpdir(), 'ministack-')) } });
    await eventually(async () => (await fetch(`http://127.0.0.1:${ministack.port}/_ministack/health`)).ok, 60_000);
    await ministack.s3.send(new CreateBucketCommand({ Bucket: BOOTSTRAP.bucket }));
    await ministack.parameterStore.send(new PutParameterCommand({ Name: BOOTSTRAP.version, Type: 'String', Value: '32' }));
    return ministack;
  }

  /** Types of resources that it can make. */
  public static types(): ReadonlySet<string> {
    const ask =
      'import json; from ministack.services.cloudformation import provisioners as p; print(json.dumps(sorted(p._RESOURCE_HANDLERS)))';
    const printed = execFileSync(join(dirname(realpathSync(PROGRAM)), 'python'), ['-c', ask], { encoding: 'utf8', stdio: 'pipe' });
    return new Set(JSON.parse(printed.trim().split('\n').at(-1) ?? '[]') as string[]);
  }

  /** Deploys all stacks of a synthesized assembly by the CDK's CLI, as people do. */
  public async deploy(assembly: string, ...options: string[]): Promise<Outcome> {
    const cdk = join(__dirname, '../../../node_modules/.bin/cdk');
    return runToEnd(cdk, ['deploy', '--app', assembly, '--all', '--require-approval', 'never', '--progress', 'events', ...options], {
      env: this.environment,
    });
  }

  /** Calls the AWS CLI. */
  public async aws(...words: string[]): Promise<Outcome> {
    return runToEnd('aws', words, { env: this.environment });
  }

  /** Physical ids of a stack by logical id. */
  public async resources(stack: string): Promise<Readonly<Record<string, string>>> {
    const query = 'StackResources[].[LogicalResourceId,PhysicalResourceId]';
    const { words } = await this.aws(
      'cloudformation',
      'describe-stack-resources',
      '--stack-name',
      stack,
      '--query',
      query,
      '--output',
      'text',
    );
    return Object.fromEntries(words.split('\n').map((line) => line.split('\t'))) as Record<string, string>;
  }

  /** Names of what costs or stands in the way when it is left behind: buckets and secrets. */
  public async remains(): Promise<string[]> {
    const { Buckets = [] } = await this.s3.send(new ListBucketsCommand({}));
    const { SecretList = [] } = await this.secretsManager.send(new ListSecretsCommand({}));
    return [...Buckets, ...SecretList].map(({ Name }) => String(Name)).filter((name) => name !== BOOTSTRAP.bucket);
  }

  /** Stops it; what it held is gone. */
  public async stop(): Promise<void> {
    if (this.process) await stopProcess(this.process, 'SIGKILL');
  }
}
