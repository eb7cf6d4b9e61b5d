import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { RouteShorthandMethod } from './requests';
import { securityHeaders } from '../workload/http/security-headers';

/** A user by id with fastify, the same clients, and what the application also does: TLS, a trace, security headers, a line for each request. */
async function main(packages: string, port: number): Promise<void> {
  const fastify = createRequire(packages)('fastify') as (options: object) => {
    get: RouteShorthandMethod;
    listen: (options: object) => Promise<void>;
  };
  const { PGHOST, PGPORT, PGPASSWORD, CACHE, CACHE_PASSWORD } = process.env;
  const pool = new Pool({
    ...{ host: PGHOST, port: Number(PGPORT), user: 'stagecraft', password: PGPASSWORD, database: 'app' },
    ...{ max: 10, statement_timeout: 10_000, query_timeout: 12_000, keepAlive: true, ssl: { rejectUnauthorized: true } },
  });
  const cache = CACHE === undefined ? undefined : createClient({ url: `rediss://:${CACHE_PASSWORD ?? ''}@${CACHE}` });
  await cache?.connect();
  const find = async (id: string): Promise<string | undefined> => {
    const copy = await cache?.get(`peer:${id}`);
    if (copy) return copy;
    const sql = `SELECT id, name, bio, photo, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "createdAt" FROM users WHERE id = $1`;
    const user = (await pool.query<object>(sql, [id])).rows.at(0);
    if (user) void cache?.set(`peer:${id}`, JSON.stringify(user), { expiration: { type: 'EX', value: 300 } });
    return user && JSON.stringify(user);
  };
  const application = fastify({ logger: { level: 'info' }, genReqId: () => randomBytes(16).toString('hex') });
  application.get('/users/:id', async (request, reply) => {
    const user = await find(request.params.id);
    reply.headers({ ...securityHeaders(false), 'cache-control': 'no-store', 'x-trace-id': request.id, 'content-type': 'application/json' });
    return reply.code(user === undefined ? 404 : 200).send(user);
  });
  await application.listen({ port, host: '127.0.0.1' });
  process.stdout.write('listening\n');
}

void main(process.argv[2], Number(process.argv[3]));
