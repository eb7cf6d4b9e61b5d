import cluster from 'node:cluster';
import { availableParallelism, totalmem } from 'node:os';
import { log } from './log';
import { pause } from './timing';

/** The application needs about a third of it at rest; a server with a database on it has to have some left. */
const BYTES_EACH = 512 * 2 ** 20;
const RESTART_MS = 1_000;

/** How many processes a server gives work to: Node uses one core, so one for each vCPU, as far as its memory goes. */
export function mostProcesses(cpus = availableParallelism(), memory = totalmem()): number {
  return Math.max(1, Math.min(cpus, Math.floor(memory / BYTES_EACH)));
}

/** What one of the processes of a server may have of something that all of them share. */
export function shareOf(all: number, least: number): number {
  return Math.max(least, Math.floor(all / (cluster.isWorker ? Number(process.env.WEB_CONCURRENCY) : 1)));
}

/** Runs this program again as so many processes, which share its port, until it is told to stop. One that ends is started again. */
export async function keepProcesses(count: number): Promise<void> {
  const stop = new AbortController();
  process.once('SIGTERM', () => {
    stop.abort();
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  });
  await Promise.all(Array.from({ length: count }, async () => keepOne(count, stop.signal)));
  process.exit(0);
}

async function keepOne(count: number, stop: AbortSignal): Promise<void> {
  for (;;) {
    const worker = cluster.fork({ WEB_CONCURRENCY: String(count) });
    const ended = await new Promise<number | string>((resolve) => {
      worker.once('exit', (code, signal) => {
        resolve(signal || code);
      });
    });
    if (stop.aborted) return;
    log.error('a process ended and is started again', { ended });
    await pause(RESTART_MS, stop);
  }
}
