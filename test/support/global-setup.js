const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

/** The servers run the bundled application, so every test sees the sources as they are now. */
module.exports = () => execFileSync('node', [join(__dirname, '../../workload/build.mjs')], { stdio: 'inherit' });
