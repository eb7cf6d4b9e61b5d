import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, findProgram, startProcess, stopProcess } from './processes';

/** nginx, where it was said to be or on PATH; some systems keep it where only root looks. */
export function nginxProgram(): string | undefined {
  return findProgram('nginx', [process.env.NGINX_PROGRAMS ?? '', '/usr/sbin']);
}

/** A way through the CDN: what begins with a path, from where it comes, and how long it is kept. */
export interface Behaviour {
  /** The beginning of paths: `/` is everything else. */
  readonly path: string;
  /** Where it comes from, as a URL; the second is asked where the first fails. */
  readonly origins: readonly string[];
  /** How long an answer is kept; 0 keeps nothing. */
  readonly keepSeconds: number;
}

/** A load balancer: its own port, and the servers that it sends requests to. */
export interface Balancer {
  readonly port: number;
  /** Ports of the servers that are in. */
  readonly targets: readonly number[];
  /** Whether a request that a server did not take is given to another one. AWS's load balancer gives it to none. */
  readonly tryNext: boolean;
}

/** A place where visitors come in: its own port, which they know, and its own cache. */
export interface Entrance {
  readonly port: number;
  /** Whether it is a CDN, which tells the origin so. */
  readonly isCdn: boolean;
  readonly behaviours: readonly Behaviour[];
}

/** What nginx does. */
export interface FrontOptions {
  readonly entrances: readonly Entrance[];
  readonly balancers: readonly Balancer[];
}

/** A request as a line of the log. */
export interface Passed {
  /** `site`, or `balancer`. */
  readonly at: string;
  readonly path: string;
  readonly status: number;
  /** `HIT`, `MISS` and so on where there is a cache. */
  readonly cache: string;
  /** Servers that were asked for it, as `127.0.0.1:8080`, one after another. */
  readonly asked: readonly string[];
}

const LONGEST_LOG = 8_000_000;

/** nginx as the CDN and the load balancer of a deployment. Its configuration may change while it serves. */
export class Front {
  private process?: ChildProcess;
  private read = 0;

  private constructor(private readonly directory: string) {}

  /** Starts it in a directory, which is made. */
  public static async create(directory: string, options: FrontOptions): Promise<Front> {
    for (const path of ['', 'kept', 'temporary']) mkdirSync(join(directory, path), { recursive: true });
    const front = new Front(directory);
    writeFileSync(front.file, front.text(options));
    front.process = startProcess([nginxProgram() ?? 'nginx', '-p', directory, '-c', front.file, '-e', 'stderr'], { cwd: directory });
    await eventually(() => existsSync(join(directory, 'pid')) && front.process?.exitCode === null);
    return front;
  }

  /** Serves in another way from now on. Requests under way end as they began. */
  public change(options: FrontOptions): void {
    writeFileSync(`${this.file}.new`, this.text(options));
    renameSync(`${this.file}.new`, this.file);
    this.process?.kill('SIGHUP');
  }

  /** Requests since this was asked last. */
  public passed(): Passed[] {
    const file = join(this.directory, 'passed');
    if (!existsSync(file)) return [];
    const all = readFileSync(file);
    const end = all.lastIndexOf('\n') + 1;
    const lines = all.subarray(this.read, end).toString().split('\n');
    this.read = end;
    // nginx appends, so what was read can go. A line in between may be lost, and it is one of many thousands.
    if (end > LONGEST_LOG) {
      truncateSync(file);
      this.read = 0;
    }
    return lines.filter((line) => line !== '').map(passedOf);
  }

  public async stop(): Promise<void> {
    if (this.process) await stopProcess(this.process, 'SIGTERM', 2_000);
  }

  private get file(): string {
    return join(this.directory, 'nginx.conf');
  }

  private text({ entrances, balancers }: FrontOptions): string {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path temporary/${kind};`).join(' ');
    const upstreams = balancers.map(
      (balancer) => `upstream balanced${balancer.port} { ${targetsOf(balancer)} }
      server { listen 127.0.0.1:${balancer.port}; access_log passed balancer; location / {
        ${FORWARD} proxy_set_header X-Amzn-Trace-Id $trace; ${balancer.tryNext ? 'proxy_next_upstream error timeout;' : 'proxy_next_upstream off;'}
        proxy_pass http://balanced${balancer.port}; } }`,
    );
    // Connections to visitors aren't kept: a new configuration would close them just when a visitor may use one.
    return `daemon off; pid pid; error_log error warn; worker_processes 1; working_directory ${this.directory};
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events { worker_connections 4096; }
    http {
      ${temporary} server_tokens off; client_max_body_size 100m; keepalive_timeout 0; default_type application/octet-stream;
      log_format site 'site\\t$uri\\t$status\\t$upstream_cache_status\\t$upstream_addr';
      log_format balancer 'balancer\\t$uri\\t$status\\t\\t$upstream_addr';
      proxy_cache_path kept levels=1:2 keys_zone=kept:4m max_size=500m inactive=1d use_temp_path=off;
      ${TRACE}
      ${upstreams.join('\n')}
      ${entrances.map(entranceOf).join('\n')}
    }\n`;
  }
}

function entranceOf({ port, isCdn, behaviours }: Entrance): string {
  const forward = isCdn ? `${FORWARD} ${VIA}` : FORWARD;
  const locations = exactly(behaviours).map((behaviour, index) => locationOf(behaviour, index, forward));
  return `server { listen 127.0.0.1:${port}; access_log passed site; ${locations.join('\n')} }`;
}

const FORWARD = `proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr; proxy_connect_timeout 5s; proxy_read_timeout 60s; proxy_request_buffering on;`;

/** What CloudFront says of itself to an origin, and a load balancer of AWS of each request. */
const VIA = "proxy_set_header Via '1.1 rehearsal.cloudfront.net (CloudFront)';";
const TRACE = "map $request_id $trace { '~^(?<when>.{8})(?<rest>.{24})$' 'Root=1-$when-$rest'; }";

/** nginx would send who asks for `/uploads` to `/uploads/`; CloudFront takes the behaviour of everything else. */
function exactly(behaviours: readonly Behaviour[]): Behaviour[] {
  const rest = behaviours.filter(({ path }) => path === '/');
  const folders = behaviours.filter(({ path }) => /^\/.+\/$/.test(path));
  return [...behaviours, ...rest.flatMap((all) => folders.map(({ path }) => ({ ...all, path: `= ${path.slice(0, -1)}` })))];
}

/** A bucket is asked as CloudFront asks it, by a signature; moto looks whether there is one. */
const SIGNED =
  "proxy_set_header Cookie ''; proxy_set_header Authorization 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';";

/** Without a server that is in, all are asked, as AWS's load balancer does it. */
function targetsOf({ targets }: Balancer): string {
  return targets.length === 0
    ? 'server 127.0.0.1:9 max_fails=0;'
    : targets.map((port) => `server 127.0.0.1:${port} max_fails=0;`).join(' ');
}

function locationOf({ path, origins, keepSeconds }: Behaviour, index: number, forward: string): string {
  const cache =
    keepSeconds > 0
      ? `proxy_cache kept; proxy_cache_key $server_port$uri; proxy_cache_lock on; proxy_cache_valid 200 ${keepSeconds}s; proxy_ignore_headers Set-Cookie Vary;`
      : '';
  const [first] = origins;
  const second = origins.at(1);
  const head =
    new URL(first).pathname === '/' ? `${forward} ${cache}` : `${forward.replace('$http_host', '$proxy_host')} ${SIGNED} ${cache}`;
  const failover = second === undefined ? '' : `proxy_intercept_errors on; error_page 403 404 500 502 503 504 = @second${index};`;
  const other = second === undefined ? '' : `location @second${index} { ${forward} ${cache} proxy_pass ${placeOf(second)}; }`;
  return `location ${path} { ${head} ${failover} proxy_pass ${placeOf(first)}; } ${other}`;
}

/** A place within a server is no part of the path that visitors see, and goes before it. */
const placeOf = (origin: string): string => (new URL(origin).pathname === '/' ? origin : `${origin}$uri`);

function passedOf(line: string): Passed {
  const [at, path, status, cache, addresses = ''] = line.split('\t');
  return { at, path, status: Number(status), cache, asked: addresses.split(/, | : /).filter((one) => one !== '' && one !== '-') };
}
