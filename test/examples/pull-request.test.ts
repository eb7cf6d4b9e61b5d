import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { testInCi } from '../support/needs';

const ROOT = join(__dirname, '../..');

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly if?: string;
}
interface Workflow {
  readonly jobs: Readonly<Record<'diff' | 'comment', { readonly steps: readonly Step[] }>>;
}

const { jobs } = parse(readFileSync(join(ROOT, 'examples/github-actions/pull-request.yml'), 'utf8')) as Workflow;

/** A repository whose main branch and whose pull request have a context each, and what a runner has beside it. */
class Runner {
  public readonly home = mkdtempSync(join(tmpdir(), 'stagecraft pull request '));
  private readonly checkout = join(this.home, 'checkout');
  private readonly environment: NodeJS.ProcessEnv;

  public constructor(base: Readonly<Record<string, unknown>>) {
    const bin = join(this.home, 'bin');
    for (const directory of [bin, this.checkout]) mkdirSync(directory);
    // `npm ci` gives the project its packages, and `gh` keeps the comments of one pull request in a file.
    this.program(
      'npm',
      `mkdir -p node_modules/.bin; ln -sf '${ROOT}/node_modules/.bin/cdk' node_modules/.bin/cdk; ln -sf '${ROOT}/tools/bin/stagecraft.js' node_modules/.bin/stagecraft`,
    );
    this.program(
      'gh',
      'echo "$*" >>"$CALLS"; case "$*" in *--jq*) [ ! -s "$POSTED" ] || echo 17 ;; *PATCH*|*POST*) cp comment.md "$POSTED" ;; esac',
    );
    const path = [bin, dirname(process.execPath), process.env.PATH].join(':');
    this.environment = {
      ...{ PATH: path, HOME: this.home, RUNNER_TEMP: join(this.home, 'temp'), GITHUB_BASE_REF: 'main', GITHUB_REPOSITORY: 'team/shop' },
      ...{ COMMENTS: 'repos/team/shop/issues/3/comments', CALLS: join(this.home, 'calls'), POSTED: join(this.home, 'posted') },
      ...{ TS_NODE_PROJECT: join(ROOT, 'tsconfig.json'), npm_config_update_notifier: 'false' },
      ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' },
    };
    this.sh('git init -q -b main && git config core.hooksPath /dev/null');
    this.commit(base);
    this.sh(
      `git clone -q --bare . '${this.home}/origin.git' && git remote add origin '${this.home}/origin.git' && git checkout -q -b change`,
    );
  }

  /** Commits the context that a side has. */
  public commit(context: Readonly<Record<string, unknown>>): void {
    const app = `node -r '${ROOT}/node_modules/ts-node/register/transpile-only' '${ROOT}/bin/stagecraft.ts'`;
    const { context: flags } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
    writeFileSync(join(this.checkout, 'cdk.json'), JSON.stringify({ app, context: { ...flags, ...context } }));
    writeFileSync(join(this.checkout, '.gitignore'), 'node_modules\ncdk.out\ncomment.md\n');
    this.sh('git add -A && git commit -q -m change');
  }

  /** Runs the steps of both jobs as a runner does; the exit code of the comparison, and whether the job failed. */
  public run(): { readonly code: string; readonly failed: boolean; readonly comment: string; readonly calls: string[] } {
    rmSync(join(this.home, 'temp'), { recursive: true, force: true });
    mkdirSync(join(this.home, 'temp'));
    const output = join(this.home, 'temp/output');
    let code = '';
    let failed = false;
    this.sh('git fetch -q origin && git worktree prune');
    for (const step of [...jobs.diff.steps, ...jobs.comment.steps]) {
      if (step.run === undefined || (step.if !== undefined && code !== '2')) continue;
      const summary = join(this.home, 'temp/summary');
      failed = this.sh(step.run, { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary }, step.if !== undefined) !== 0 || failed;
      if (step.id === 'compare') [, code] = /code=(\d+)/.exec(readFileSync(output, 'utf8')) ?? [];
    }
    const calls = readFileSync(join(this.home, 'calls'), 'utf8').trim().split('\n');
    return { code, failed, comment: readFileSync(join(this.home, 'posted'), 'utf8'), calls };
  }

  private sh(script: string, more: NodeJS.ProcessEnv = {}, mayFail = false): number {
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
      cwd: this.checkout,
      env: { ...this.environment, ...more },
      encoding: 'utf8',
    });
    if (status !== 0 && !mayFail) throw new Error(`${script}\n${stdout}${stderr}`);
    return status ?? 1;
  }

  private program(name: string, text: string): void {
    const file = join(this.home, 'bin', name);
    writeFileSync(file, `#!/bin/bash\nset -e\n${text}\n`);
    chmodSync(file, 0o755);
  }
}

testInCi('a pull request that climbs in one step fails, one that takes the bridge passes, and one comment is rewritten', () => {
  const runner = new Runner({ stage: 3 });
  try {
    runner.commit({ stage: 4 });
    const direct = runner.run();
    expect([direct.code, direct.failed]).toEqual(['2', true]);
    expect(direct.comment).toMatch(/^<!-- stagecraft-diff -->/);
    expect(direct.comment).toContain('not in one step');
    expect(direct.calls.at(-1)).toBe('api --method POST repos/team/shop/issues/3/comments -F body=@comment.md');

    runner.commit({ stage: 4, from: 3 });
    const bridge = runner.run();
    expect([bridge.code, bridge.failed]).toEqual(['0', false]);
    expect(bridge.comment).not.toEqual(direct.comment);
    expect(bridge.calls.at(-1)).toBe('api --method PATCH repos/team/shop/issues/comments/17 -F body=@comment.md');

    runner.commit({ stage: 3 });
    const same = runner.run();
    expect([same.code, same.failed]).toEqual(['0', false]);
    expect(same.comment).toMatch(/0 added · 0 changed · 0 replaced · 0 retired/);
  } finally {
    rmSync(runner.home, { recursive: true, force: true });
  }
});
