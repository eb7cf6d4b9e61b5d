const { existsSync, mkdtempSync, readFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Says at the end of a run which groups of tests this machine skipped, each reason once. */
module.exports = class Skips {
  constructor() {
    // Every worker notes there what it skips: `skipped` of needs.ts.
    this.list = join(mkdtempSync(join(tmpdir(), 'skips-')), 'list');
    process.env.SKIPS = this.list;
  }

  onRunComplete() {
    if (!existsSync(this.list)) return;
    const reasons = readFileSync(this.list, 'utf8').trim().split('\n');
    console.error(
      `\nSkipped, which is fine here: ${reasons.length} groups of tests. .ci/run installs what they need, and runs long tests too.`,
    );
    for (const reason of [...new Set(reasons)].sort()) console.error(`  ${reasons.filter((one) => one === reason).length} × ${reason}`);
  }
};
