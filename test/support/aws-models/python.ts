import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { motoProgram } from '../../../tools/servers/moto';
import type { Program } from '../needs';

/** A Python that has AWS's models of its API and the AWS CLI: beside moto, as CI installs them, or the one on PATH. */
export const PYTHON = [join(dirname(motoProgram() ?? ''), 'python3'), 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import botocore, awscli, jsonschema']).status === 0,
);

/** What tests need that ask it. */
export const MODELS: Program[] = [{ name: PYTHON ?? 'awscli', install: "pip install 'moto[server]' awscli, for the Python on PATH" }];
