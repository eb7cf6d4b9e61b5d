import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Token } from 'aws-cdk-lib';
import { InvalidInput } from '../invalid-input';
import type { ApplicationOptions } from './application-options';
import { Process } from './process';
import type { ProcessSettings } from './process-settings';

interface Said extends ProcessSettings {
  readonly name: string;
}

interface ManifestImage {
  readonly tag: string;
  readonly user?: string;
}

/** What a server reads of an application, in a file of the release. */
export interface Manifest {
  /** Answers requests. */
  readonly web: Said;
  /** Work beside it. */
  readonly workers: Said[];
  /** Run again and again. */
  readonly scheduled: Said[];
  /**
   * Runs once for each release.
   * @default - nothing
   */
  readonly release?: Said;
  /** More environment variables. */
  readonly environment: { readonly [name: string]: string };
  /**
   * Where all of them run.
   * @default - on the server itself
   */
  readonly image?: ManifestImage;
}

/** Environment variables that are not known before a deploy, and secrets: servers read them as settings. */
export function settingsOf({ environment = {}, secrets = {} }: ApplicationOptions): { readonly [name: string]: string } {
  refuseNames([...Object.keys(environment), ...Object.keys(secrets)]);
  const later = Object.entries(environment).filter(([, value]) => Token.isUnresolved(value));
  return Object.fromEntries([
    ...later.map(([name, value]) => [`environment/${name}`, value] as const),
    ...Object.entries(secrets).map(([name, { secretArn }]) => [`secrets/${name}`, secretArn] as const),
  ]);
}

/**
 * What an application is, from its Procfile and what was said in code.
 * @param path its directory.
 * @param anyCommand whether a process may go without a command, because an image has one.
 */
export function manifestOf(
  path: string | undefined,
  { processes = [], environment = {} }: ApplicationOptions,
  { singleThreaded, image }: { singleThreaded: boolean; image?: Manifest['image'] },
): Manifest {
  const lines = procfile(path);
  const named = new Map(processes.map((process) => [process.name, process]));
  for (const name of lines.keys()) {
    const line = { web: () => Process.web(), release: () => Process.release() }[name] ?? (() => Process.worker(name));
    if (!named.has(name)) named.set(name, line());
  }
  if (image && !named.has('web')) named.set('web', Process.web());
  const all = [...named.values()].map(({ kind, name, settings }) => {
    const command = settings.command ?? lines.get(name);
    if (command === undefined && !image) {
      throw new InvalidInput(`process ${name} has no command: give it one, or a line ${name}: in the Procfile`);
    }
    return { kind, said: { ...settings, name, ...(command !== undefined && { command }) } };
  });
  const of = (kind: string): Said[] => all.filter((process) => process.kind === kind).map(({ said }) => said);
  const web = of('web').at(0);
  if (!web) throw new InvalidInput(`app=${path} has no process web: write a line such as web: node server.js into its Procfile`);
  return {
    web: { ...web, instances: web.instances ?? (singleThreaded ? 0 : 1) },
    ...{ workers: of('worker'), scheduled: of('scheduled'), release: of('release').at(0), image },
    environment: Object.fromEntries(Object.entries(environment).filter(([, value]) => !Token.isUnresolved(value))),
  };
}

/** How long it may take until an application serves, its release command included. */
export function startTimeOf({ web, release }: Manifest): Duration {
  return Duration.seconds((web.startSeconds ?? 0) + (release?.timeoutSeconds ?? 0));
}

/** Lines `name: command`; others are comments or empty. */
function procfile(path: string | undefined): Map<string, string> {
  const file = join(path ?? '.', 'Procfile');
  const text = path !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
  return new Map([...text.matchAll(/^([A-Za-z][\w-]*):[ \t]*(\S.*)$/gm)].map(([, name, command]) => [name, command.trim()]));
}

function refuseNames(names: readonly string[]): void {
  const wrong = names.find((name, index) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || names.indexOf(name) !== index);
  if (wrong !== undefined) {
    throw new InvalidInput(
      `variable ${wrong} is not possible: letters, digits and underscores, and only once among environment and secrets`,
    );
  }
}
