import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second, whatever the machine. */
const TICKS = 100;

interface Process {
  readonly parent: number;
  readonly ticks: number;
}

/** Processor time of processes and all that they started. Linux alone shows it without asking another program. */
export class Processors {
  private before = new Map<number, number>();
  private moment = performance.now();

  /** Processors that each family had since this was asked last: 1 is one of them, all the time. Nothing for a family that has ended. */
  public read(roots: ReadonlyMap<string, number | undefined>): Map<string, number> {
    const now = processes();
    const seconds = Math.max(0.1, (performance.now() - this.moment) / 1_000);
    this.moment = performance.now();
    const children = new Map<number, number[]>();
    for (const [pid, { parent }] of now) children.set(parent, [...(children.get(parent) ?? []), pid]);
    const used = (pid: number): number => {
      const { ticks = 0 } = now.get(pid) ?? {};
      const own = Math.max(0, ticks - (this.before.get(pid) ?? ticks));
      return (children.get(pid) ?? []).reduce((sum, child) => sum + used(child), own);
    };
    const shares = new Map(
      [...roots].flatMap(([name, pid]) => (pid !== undefined && now.has(pid) ? [[name, used(pid) / TICKS / seconds]] : [])),
    );
    this.before = new Map([...now].map(([pid, { ticks }]) => [pid, ticks]));
    return shares;
  }
}

function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, rest = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      const fields = rest.split(' ');
      found.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
