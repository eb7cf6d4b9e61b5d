const { readFileSync } = require('node:fs');
const { createRequire, isBuiltin, _extensions } = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');
const { default: Runtime } = require('jest-runtime');
const { CloudAssembly } = require('aws-cdk-lib/cx-api');

const ROOT = join(__dirname, '../..');
/** What test files share, beside packages. The rest tests ask to start anew, or it describes tests itself. */
const SHARED = ['lib/', 'stages/', 'tools/', ...['synth', 'context', 'deployed'].map((name) => `test/support/${name}.ts`)];
const ENVIRONMENT = { ...process.env };

const SYNTAX = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' }, sourceMaps: 'inline' };
_extensions['.ts'] = (module, filename) =>
  module._compile(transformSync(readFileSync(filename, 'utf8'), { filename, ...SYNTAX }).code, filename);

process.once('exit', () => CloudAssembly.cleanupTemporaryDirectories());
// Jest ends a worker so, whose tests left something open.
process.once('SIGTERM', () => process.exit());

/**
 * Loads packages and the library once per worker and not once per test file: the CDK alone takes a second, a stage that was synthesized is there for
 * the next file, and code runs faster outside of a context of Node's `vm`. Each file begins with the environment that the worker had.
 */
module.exports = class extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    process.env = { ...ENVIRONMENT };
    // A test file has a copy of `process`, what is shared has the real one.
    Object.assign(environment.global.process, { env: process.env, cwd: () => process.cwd(), chdir: (to) => process.chdir(to) });
  }

  requireModuleOrMock(from, name) {
    if (isBuiltin(name) || name === '@jest/globals') return super.requireModuleOrMock(from, name);
    const native = createRequire(from);
    return isShared(name, native) ? native(name) : super.requireModuleOrMock(from, name);
  }
};

function isShared(name, { resolve }) {
  if (!/^[./]/.test(name)) return true;
  const path = resolve(name);
  return SHARED.some((shared) => path.startsWith(join(ROOT, shared)));
}
