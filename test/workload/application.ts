import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, freePort, startProcess, stopProcess } from '../../tools/servers/processes';

export { type Answer, Browser } from '../../tools/servers/browser';

const BUNDLE = join(__dirname, '../../workload/bundle');

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The built application as a process of its own, as on a server. */
export class Application {
  /** What it has logged so far. */
  public readonly log: LogLine[] = [];
  /** Lines that are no JSON, such as a stack trace of a crash. */
  public readonly noise: string[] = [];

  private constructor(
    private readonly process: ChildProcess,
    /** Where it answers. */
    public readonly url: string,
  ) {
    if (!process.stdout || !process.stderr) throw new Error('no output');
    createInterface(process.stdout).on('line', (line) => {
      if (line.startsWith('{')) this.log.push(JSON.parse(line) as LogLine);
      else this.noise.push(line);
    });
    createInterface(process.stderr).on('line', (line) => this.noise.push(line));
  }

  /** Starts the process, without waiting. */
  public static async launch(environment: Readonly<Record<string, string>>, role = 'web'): Promise<Application> {
    const port = await freePort();
    const env = {
      PATH: process.env.PATH,
      POLL_SECONDS: '0.3',
      NODE_NO_WARNINGS: '1',
      PORT: String(port),
      WEB_CONCURRENCY: '1',
      UPLOADS_KEEP_FREE: '0',
      ...environment,
    };
    const child = startProcess(['sh', 'start', role], { cwd: BUNDLE, env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new Application(child, `http://127.0.0.1:${port}`);
  }

  /** Starts the process and waits until it accepts connections. */
  public static async start(environment: Readonly<Record<string, string>>): Promise<Application> {
    const application = await Application.launch(environment);
    await application.logged('listening');
    return application;
  }

  /** Starts a worker and waits until it looks for jobs. */
  public static async startWorker(environment: Readonly<Record<string, string>>): Promise<Application> {
    const worker = await Application.launch(environment, 'worker');
    await worker.logged('working');
    return worker;
  }

  /** The status of a path that is sent as it is; `fetch` would tidy it up first. */
  public async statusOf(path: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      request({ hostname, port, path, agent: false }, (response) => {
        resolve(response.resume().statusCode);
      })
        .once('error', reject)
        .end();
    });
  }

  /** Megabytes of memory that the process has now. */
  public memory(): number {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.process.pid ?? 0}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  }

  /** Ids of the processes that it shares its work among. */
  public processes(): number[] {
    const { pid = 0 } = this.process;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }

  /** Waits for a line of the log with a message. */
  public async logged(msg: string, limitMs = 20_000): Promise<LogLine> {
    return eventually(() => {
      const line = this.log.find((one) => one.msg === msg);
      if (line === undefined)
        throw new Error(
          `"${msg}" was not logged, but:\n${this.log.map((one) => JSON.stringify(one)).join('\n')}\n${this.noise.join('\n')}`,
        );
      return line;
    }, limitMs);
  }

  /** Stops it and says how it ended. */
  public async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    return stopProcess(this.process, signal, 35_000);
  }
}
