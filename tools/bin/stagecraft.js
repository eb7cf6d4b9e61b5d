#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// In the repository the sources run as they are, so a bundle of before is never run by mistake; the published package has the bundle alone.
const sources = join(__dirname, '../cli.ts');
if (existsSync(sources)) {
  require('node:child_process').execFileSync(process.execPath, [join(__dirname, '../../workload/build.mjs')], { stdio: 'ignore' });
  require('ts-node').register({ transpileOnly: true, project: join(__dirname, '../../tsconfig.json') });
}
// A reader that has seen enough, such as head, is no error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
require(existsSync(sources) ? sources : '../dist/cli.js').main(process.argv.slice(2));
