import { readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { type Certificates, makeCertificates } from '../../../tools/servers/certificates';
import type { Moto } from '../../../tools/servers/moto';
import type { Servers } from '../servers';
import type { Volume } from './volume';

const TRUST_STORE = 'truststore.pki.rds.amazonaws.com';
const REGION = 'us-east-1';

/** What a server asks that is not the server: its metadata, AWS's API, and Amazon's certificates. Everything but volumes and signals is moto's. */
export class Cloud {
  /** What `cfn-signal` said: stack, resource and server. */
  public readonly signals: string[] = [];
  /** Proof that a guest trusts. */
  public readonly certificates: Certificates;
  private readonly servers: Server[] = [];

  public constructor(
    private readonly scope: Servers,
    private readonly moto: Moto,
    private readonly volumes: readonly Volume[],
  ) {
    this.certificates = makeCertificates(scope.directory, [TRUST_STORE]);
    scope.stoppedAtEnd(this);
  }

  /** Names that a guest finds it by. */
  public static hosts(address: string): string {
    return `127.0.0.1 localhost\n${address} ${TRUST_STORE}\n`;
  }

  /** Answers one server on Unix sockets, so that whoever asks is known. Returns them by port. */
  public async serve(instance: string, arrives: (volume: Volume) => Promise<void>): Promise<Readonly<Record<number, string>>> {
    const { certificate, key, authority } = this.certificates;
    const bundle: RequestListener = (_, response) => response.end(readFileSync(authority));
    const listeners = {
      80: createServer(metadata(instance)),
      443: createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, bundle),
      4566: createServer((asked, response) => void this.api(instance, arrives, asked, response)),
    };
    const paths = Object.entries(listeners).map(async ([port, server]) => {
      const path = join(this.scope.directory, `${instance}-${port}`);
      this.servers.push(server);
      await new Promise<void>((resolve) => server.listen(path, resolve));
      return [port, path];
    });
    return Object.fromEntries(await Promise.all(paths)) as Record<number, string>;
  }

  /** Stops answering. */
  public async stop(): Promise<void> {
    await Promise.all(this.servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
  }

  private async api(
    instance: string,
    arrives: (volume: Volume) => Promise<void>,
    asked: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await read(asked);
    const said = new URLSearchParams(body.toString('latin1'));
    const of = (name: string): string => said.get(name) ?? '';
    if (said.get('Action') === 'SignalResource') {
      this.signals.push(`${of('StackName')} ${of('LogicalResourceId')} ${of('UniqueId')}`);
      response.end('<SignalResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"/>');
    } else if (said.get('Action') === 'AttachVolume') {
      const volume = this.volumes.find(({ id }) => id === of('VolumeId'));
      if (volume === undefined || of('InstanceId') !== instance || of('Device') !== '/dev/sdf') refuse(response, 'InvalidParameterValue');
      else if (volume.holder !== undefined) refuse(response, 'VolumeInUse');
      else {
        volume.holder = instance;
        response.end(
          '<AttachVolumeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><status>attaching</status></AttachVolumeResponse>',
        );
        await arrives(volume);
      }
    } else {
      const [host, port] = this.moto.address.split(':');
      const passed = request({ host, port, method: asked.method, path: asked.url, headers: asked.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      passed.once('error', () => response.writeHead(503).end());
      passed.end(body);
    }
  }
}

/** The instance metadata service, version 2 alone. */
function metadata(instance: string): RequestListener {
  const role = 'servers';
  const answers: Record<string, string | undefined> = {
    'instance-id': instance,
    'placement/region': REGION,
    'iam/security-credentials/': role,
    [`iam/security-credentials/${role}`]: JSON.stringify({
      ...{ Code: 'Success', Type: 'AWS-HMAC', LastUpdated: new Date().toISOString(), AccessKeyId: 'AKIAGUEST', SecretAccessKey: 'guest' },
      ...{ Token: 'guest', Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString() },
    }),
  };
  return (asked, response) => {
    if (asked.method === 'PUT' && asked.url === '/latest/api/token') {
      response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', asked.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? '');
      response.end('token');
      return;
    }
    const answer = answers[asked.url?.replace('/latest/meta-data/', '') ?? ''];
    if (asked.headers['x-aws-ec2-metadata-token'] !== 'token') response.writeHead(401).end();
    else if (answer === undefined) response.writeHead(404).end();
    else response.end(answer);
  };
}

function refuse(response: ServerResponse, code: string): void {
  response.writeHead(400).end(`<Response><Errors><Error><Code>${code}</Code><Message>${code}</Message></Error></Errors></Response>`);
}

async function read(asked: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of asked) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
