import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readEnvironment } from './environment';
import { log } from './log';
import { reasonOf } from './timing';
import { runWeb } from './web-role';
import { runWorker } from './worker-role';

async function main(role: string | undefined): Promise<void> {
  const run = { web: runWeb, worker: runWorker }[role ?? ''];
  if (!run) throw new Error(`there is no role ${role ?? '(none)'}: start web, or start worker`);
  const aws = { requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 } };
  const clients = { aws, parameterStore: new SSMClient(aws), secretsManager: new SecretsManagerClient(aws) };
  await run(readEnvironment(process.env, __dirname), clients, __dirname);
}

main(process.argv[2]).catch((error: unknown) => {
  log.error('the application can’t start', { reason: reasonOf(error) });
  process.exit(1);
});
