import { Directory, usualDirectory } from './directory';
import { requireLinux } from './install';

/** Ends the rehearsal in a directory, whoever has it. */
export async function stopRehearsal(path = usualDirectory()): Promise<void> {
  requireLinux();
  const there = await new Directory(path).stop();
  process.stdout.write(there ? `the rehearsal in ${path} is stopped and removed\n` : `there is no rehearsal in ${path}\n`);
}
