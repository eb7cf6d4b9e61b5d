import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, paginateGetParametersByPath, type Parameter, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Moto } from '../../../tools/servers/moto';
import { postgresPrograms } from '../../../tools/servers/postgres';

/** A call that a step makes: the program and what it is given. */
export interface Call {
  /** Which step makes it, as `Runbook.step` was told. */
  readonly by: string;
  readonly words: readonly string[];
}

/** What becomes of a call. */
export type Fate = 'does' | 'fails' | 'does, but fails';

/**
 * The AWS CLI of runbooks in a hundredth of its time, in front of moto: a shell script that asks the test. It and `psql` wait until the test
 * lets them, so a step can be stopped before each of its calls, and a call to AWS can fail, or fail after it did its work.
 */
export class QuickAws {
  /** Decides about each call. */
  public decide: (call: Call) => Promise<Fate> = async () => Promise.resolve('does');
  private readonly parameterStore: SSMClient;
  private readonly secretsManager: SecretsManagerClient;

  private constructor(
    private readonly server: Server,
    /** Where the programs are, for the environment of a runbook. */
    public readonly programs: string,
    moto: Moto,
  ) {
    const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = moto.environment;
    const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
    this.parameterStore = new SSMClient(client);
    this.secretsManager = new SecretsManagerClient(client);
    server.on('connection', (socket) => {
      this.serve(socket);
    });
  }

  /** Begins to listen. */
  public static async create(directory: string, moto: Moto): Promise<QuickAws> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const programs = mkdtempSync(join(directory, 'programs-'));
    chmodSync(programs, 0o755);
    const ask = [
      '#!/bin/bash',
      `exec {wire}<>/dev/tcp/127.0.0.1/${port} || exit 255`,
      `{ printf '%s\\n' "$LABEL" "\${0##*/}" "$@" && echo 'end of call'; } >&"$wire"`,
      'read -r code <&"$wire" || exit 254',
    ];
    const real = join(postgresPrograms() ?? '', 'psql');
    const rest = { aws: ['cat <&"$wire"', 'exit "$code"'], psql: ['exec {wire}<&-', `exec ${real} "$@"`] };
    for (const [name, end] of Object.entries(rest)) {
      writeFileSync(join(programs, name), [...ask, ...end, ''].join('\n'), { mode: 0o755 });
    }
    return new QuickAws(server, programs, moto);
  }

  /**
   * Stops a step before its n-th call, does something else, and lets the step go on. Says whether it made so many calls.
   * @param meanwhile may wait for the step itself: then it has fifteen seconds.
   */
  public async preempt(step: string, at: number, begin: () => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<boolean> {
    let calls = 0;
    let reach: (there: boolean) => void = () => undefined;
    let free: () => void = () => undefined;
    const reached = new Promise<boolean>((resolve) => (reach = resolve));
    const freed = new Promise<void>((resolve) => (free = resolve));
    this.decide = async ({ by }) => {
      if (by === step && (calls += 1) === at) {
        reach(true);
        await freed;
      }
      return 'does';
    };
    const first = begin();
    const there = await Promise.race([reached, first.then(() => false)]);
    const second = meanwhile();
    await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 15_000))]);
    free();
    await Promise.all([first, second]);
    this.decide = async () => Promise.resolve('does');
    return there;
  }

  /** Ends listening. */
  public async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    let text = '';
    let isGone = false;
    socket.on('error', () => undefined);
    socket.on('close', () => (isGone = true));
    socket.on('data', (data) => {
      text += String(data);
      if (!text.endsWith('end of call\n')) return;
      const [by, program, ...words] = text.split('\n').slice(0, -2);
      void this.answer({ by, words: [program, ...words] }, () => isGone).then(
        (answer) => socket.end(`0\n${answer}`),
        () => socket.end('1\n'),
      );
    });
  }

  private async answer(call: Call, isGone: () => boolean): Promise<string> {
    const fate = await this.decide(call);
    if (call.words[0] === 'psql') return '';
    // Who was ended while the call was held has not made it.
    if (fate === 'fails' || isGone()) throw new Error('fails');
    const answer = await this.perform(call.words.slice(1));
    if (fate !== 'does') throw new Error(fate);
    return answer;
  }

  private async perform(words: readonly string[]): Promise<string> {
    const option = (name: string): string => words[words.indexOf(`--${name}`) + 1];
    switch (words[1]) {
      case 'put-parameter':
        await this.parameterStore.send(new PutParameterCommand({ Name: option('name'), Value: option('value'), Overwrite: true }));
        return '';
      case 'get-parameters': {
        const Names = words.slice(words.indexOf('--names') + 1, words.indexOf('--query'));
        const { Parameters = [] } = await this.parameterStore.send(new GetParametersCommand({ Names }));
        return option('query').includes('Name') ? table(Parameters) : `${Parameters.at(0)?.Value ?? 'None'}\n`;
      }
      case 'get-parameters-by-path': {
        const found: Parameter[] = [];
        const pages = paginateGetParametersByPath({ client: this.parameterStore }, { Path: option('path'), Recursive: true });
        for await (const { Parameters = [] } of pages) found.push(...Parameters);
        return table(found);
      }
      case 'get-secret-value': {
        const { SecretString } = await this.secretsManager.send(new GetSecretValueCommand({ SecretId: option('secret-id') }));
        return `${SecretString}\n`;
      }
      default:
        throw new Error(`${words.join(' ')} is not known here`);
    }
  }
}

function table(parameters: readonly Parameter[]): string {
  return parameters.map(({ Name, Value }) => `${Name}\t${Value}\n`).join('');
}
