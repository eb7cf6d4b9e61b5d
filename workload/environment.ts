import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { mostProcesses } from './processes';

/** What the process is told when it starts. Everything that may change later is a setting instead. */
export interface Environment {
  /** Name of the deployment: the first part of every setting's name. */
  readonly name: string;
  /** Port to listen on. */
  readonly port: number;
  /** Processes that answer on this server. */
  readonly processes: number;
  /** Directory for uploads while there is no bucket. */
  readonly uploads: string;
  /** Share of the disk that uploads leave free: a database may be on it. */
  readonly keepFree: number;
  /** Seconds until a load balancer sends nobody any more to a server that says no: three probes, ten seconds apart, and the last one's time. */
  readonly drainSeconds: number;
  /** Pause between two looks at the settings. */
  readonly pollSeconds: number;
  /** File that a runbook on this server touches when it changed a setting. */
  readonly touched: string;
  /** This server, for logs and pages. */
  readonly server: string;
  /** The release: the name of the directory it was unpacked into. */
  readonly release: string;
}

/** Reads the environment, and names what is missing. */
export function readEnvironment(env: NodeJS.ProcessEnv, directory: string): Environment {
  const text = (key: string): string => {
    const value = env[key];
    if (!value) throw new Error(`the environment variable ${key} is not set`);
    return value;
  };
  return {
    name: text('NAME'),
    port: numberFrom(env, 'PORT', 8080),
    processes: numberFrom(env, 'WEB_CONCURRENCY', mostProcesses()),
    uploads: text('UPLOADS'),
    keepFree: numberFrom(env, 'UPLOADS_KEEP_FREE', 0.25),
    drainSeconds: numberFrom(env, 'DRAIN_SECONDS', 35),
    pollSeconds: numberFrom(env, 'POLL_SECONDS', 30),
    touched: join(env.RUNTIME_DIRECTORY ?? '/run/app', 'look'),
    server: hostname(),
    release: basename(directory),
  };
}

/** A number in the environment. */
export function numberFrom(env: NodeJS.ProcessEnv, key: string, fallback: number): number {
  const value = Number(env[key] ?? fallback);
  if (!Number.isFinite(value) || value < 0) throw new Error(`the environment variable ${key} is not a number: ${env[key] ?? ''}`);
  return value;
}
