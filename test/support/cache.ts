import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this machine keeps what tests build or get once. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stagecraft');
