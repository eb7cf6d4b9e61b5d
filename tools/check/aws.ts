import { spawnSync } from 'node:child_process';
import { BadInput } from '../shared/bad-input';

/** What the AWS CLI answers: parsed JSON, or why it has none. */
export type Answered = { readonly value: unknown } | { readonly error: string };

/** Asks the account by the AWS CLI, which has the user's credentials, proxies and profiles. It is asked to read, never to change. */
export class AwsCli {
  /** Number of the account; without a CLI or credentials this is refused in one line. */
  public account(): string {
    const answered = this.ask('us-east-1', ['sts', 'get-caller-identity', '--query', 'Account']);
    if ('value' in answered) return String(answered.value);
    throw new BadInput(
      `--live is not possible: ${answered.error}; install the AWS CLI, type aws sts get-caller-identity until it answers, or leave --live out`,
    );
  }

  /** One command; `value` is undefined where AWS answers nothing. */
  public ask(region: string, command: readonly string[]): Answered {
    const { status, stdout, stderr, error } = spawnSync('aws', [...command, '--region', region, '--output', 'json'], {
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
      // The second version of the CLI would open a pager.
      env: { ...process.env, AWS_PAGER: '', AWS_MAX_ATTEMPTS: process.env.AWS_MAX_ATTEMPTS ?? '4' },
    });
    if (error) return { error: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no command aws' : error.message };
    if (status !== 0) return { error: stderr.trim().split('\n').at(-1) ?? `aws ended with ${status}` };
    return { value: stdout.trim() === '' ? undefined : (JSON.parse(stdout) as unknown) };
  }
}
