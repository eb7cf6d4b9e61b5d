import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call of AWS's API in its older form: an action with fields. */
export interface QueryCall {
  readonly region: string;
  readonly action: string;
  readonly fields: URLSearchParams;
}

/** Answers a call with the XML inside of its answer. */
export type AnswerQuery = (call: QueryCall) => Promise<string> | string;

/** Region of everything that regions share. */
const FIRST = 'us-east-1';

/** Why a call is refused. */
export class Refused extends Error {
  public constructor(
    public readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Where programs of several regions ask the imitation of AWS. A region that is dark answers nobody, and what the imitation doesn't know of
 * databases is answered by somebody else.
 */
export class Gateway {
  /** Regions that answer nobody. */
  public readonly dark = new Set<string>();

  private constructor(
    private readonly behind: string,
    private readonly databases: AnswerQuery,
    private readonly server: Server,
  ) {}

  /**
   * Starts it before an imitation.
   * @param behind address of the imitation.
   * @param databases answers calls of RDS.
   */
  public static async start(behind: string, databases: AnswerQuery): Promise<Gateway> {
    const server = createServer();
    const gateway = new Gateway(behind, databases, server);
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      gateway.pass(asked, answer).catch(() => answer.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return gateway;
  }

  /** Its port of 127.0.0.1. */
  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    return Promise.resolve();
  }

  private async pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [, region = '', service] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(asked.headers.authorization ?? '') ?? [];
    if (this.dark.has(region)) asked.destroy();
    else if (service === 'rds') await this.tell(region, asked, answer);
    else {
      const [hostname, port] = this.behind.split(':');
      const { method, url: path } = asked;
      // A global table is one table here.
      const headers = { ...asked.headers, authorization: asked.headers.authorization?.replace(/\/[^/]+(\/dynamodb\/)/, `/${FIRST}$1`) };
      const on = request({ hostname, port, method, path, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      });
      on.once('error', () => answer.destroy());
      asked.pipe(on);
    }
  }

  private async tell(region: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of asked) text += String(part);
    const fields = new URLSearchParams(text);
    const action = fields.get('Action') ?? '';
    const end = (status: number, xml: string): void => void answer.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
    try {
      const inner = await this.databases({ region, action, fields });
      end(200, `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`);
    } catch (error) {
      const code = error instanceof Refused ? error.code : 'InternalFailure';
      end(
        error instanceof Refused ? 400 : 500,
        `<ErrorResponse><Error><Code>${code}</Code><Message>${escaped(error)}</Message></Error></ErrorResponse>`,
      );
    }
  }
}

const escaped = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
