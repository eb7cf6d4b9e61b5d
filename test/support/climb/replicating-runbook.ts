import { Runbook } from './runbook';

/** The steps up to the end. */
export const STEPS = ['check', 'prepare', 'catch-up', 'freeze', 'drain', 'verify', 'switch', 'finish'] as const;

/** How a whole run ended. */
export interface Run {
  /** The step that failed, if one did. */
  readonly failed?: string;
  /** Everything that was said, errors included. */
  readonly said: string;
}

/** A runbook that moves rows by replication. */
export class ReplicatingRunbook extends Runbook {
  /** Runs steps to the end, and `abort` where one fails, as the Automation document does. */
  public async run(steps: readonly string[] = STEPS): Promise<Run> {
    let said = '';
    for (const name of steps) {
      const { code, output, errors } = await this.step(name);
      said += output + errors;
      if (code === 0) continue;
      const abort = await this.step('abort');
      return { failed: name, said: said + abort.output + abort.errors };
    }
    return { said };
  }
}
