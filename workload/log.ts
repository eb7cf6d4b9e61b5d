import { hostname } from 'node:os';
import { currentTraceId } from './trace';

type Level = 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one JSON object a line to standard output. Callers give facts, never secrets or what a visitor sent. */
export const log = {
  info: (msg: string, fields?: Fields): void => {
    write('info', msg, fields);
  },
  warn: (msg: string, fields?: Fields): void => {
    write('warn', msg, fields);
  },
  error: (msg: string, fields?: Fields): void => {
    write('error', msg, fields);
  },
};

const server = hostname();

function write(level: Level, msg: string, fields?: Fields): void {
  const line = { time: new Date().toISOString(), level, msg, server, traceId: currentTraceId(), ...fields };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
