import { chmodSync, cpSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InvalidInput } from '../invalid-input';
import { copyRelease, ignored } from './application-files';
import { type Manifest, manifestOf, settingsOf, startTimeOf } from './application-manifest';
import type { ApplicationOptions, BoundApplication, DirectoryOptions } from './application-options';
import { Runtime } from './runtime';

const KIT = join(__dirname, 'kit');

/** A release that holds the application itself. */
export function bindDirectory(scope: Construct, path: string, options: DirectoryOptions): BoundApplication {
  const { hashedFiles, runtime = Runtime.of(path) } = options;
  const manifest = manifestOf(path, options, { singleThreaded: runtime.singleThreaded });
  const release = temporaryDirectory();
  copyRelease(path, release, options.exclude ?? ignored(join(path, '.slugignore')), Stage.of(scope)?.outdir ?? 'cdk.out');
  addKit(release, manifest, runtime.packages);
  if (hashedFiles !== undefined) {
    if (!existsSync(join(release, hashedFiles)))
      throw new InvalidInput(`hashedFiles=${hashedFiles} is not in ${path}: build them before, or leave it out`);
    cpSync(join(release, hashedFiles), join(release, '.stagecraft', 'static'), { recursive: true });
  }
  return boundOf(release, manifest, options);
}

/** A release that holds what runs the application alone. */
export function bindKit(manifest: Manifest, options: ApplicationOptions): BoundApplication {
  const release = temporaryDirectory();
  addKit(release, manifest, ['docker']);
  return boundOf(release, manifest, options);
}

function boundOf(directory: string, manifest: Manifest, options: ApplicationOptions): BoundApplication {
  const { secrets = {}, policies = [] } = options;
  return {
    ...{ directory, temporary: true, settings: settingsOf(options), startTime: startTimeOf(manifest) },
    ...{ secrets: Object.values(secrets), policies },
  };
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stagecraft-release-'));
  chmodSync(directory, 0o755);
  return directory;
}

/** What makes a server of the application: a proxy, the environment, the release command, processes. */
function addKit(release: string, manifest: Manifest, packages: readonly string[]): void {
  const write = (name: string, text: string): void => {
    writeFileSync(join(release, name), text);
  };
  cpSync(KIT, join(release, '.stagecraft'), { recursive: true, filter: (file) => !file.includes('__pycache__') });
  write('.stagecraft/manifest.json', JSON.stringify(manifest, undefined, 2));
  write('.stagecraft/packages', `${['nginx', 'postgresql17', ...packages].join(' ')}\n`);
  write('.stagecraft/answer-seconds', `${startTimeOf(manifest).toSeconds()}\n`);
  write('start', '#!/bin/sh\nexec python3 .stagecraft/run.py "$1"\n');
}
