import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { Client, DatabaseError, escapeIdentifier as name, escapeLiteral as text } from 'pg';

/** What the secret of a database says: RDS adds host and port to what was generated. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly dbname?: string;
  /** ARN of the secret of the database's master user; the master's own secret has none. */
  readonly masterarn?: string;
}

/** Ends the name of the second user, who takes over at a rotation while the first one's password goes on working. */
const OTHER = '_clone';

/** The user who owns everything, whichever of the two logs in. */
export function ownerOf(username: string): string {
  return username.endsWith(OTHER) ? username.slice(0, -OTHER.length) : username;
}

/** Who logs in after the next rotation. */
export function otherUser(username: string): string {
  return username.endsWith(OTHER) ? ownerOf(username) : username + OTHER;
}

/** Does something with a connection, and ends it. */
export async function withDatabase<T>(login: Login, work: (client: Client) => Promise<T>): Promise<T> {
  const { username: user, password, host, port, dbname: database = 'app' } = login;
  // A cluster that paused wakes up within about 15 seconds.
  const client = new Client({ user, password, host, port, database, ssl: { rejectUnauthorized: true }, connectionTimeoutMillis: 60_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whether somebody can log in; any other trouble than a refusal is thrown. */
export async function isAdmitted(login: Login): Promise<boolean> {
  try {
    await withDatabase(login, async (client) => client.query('SELECT 1'));
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && ['28P01', '28000'].includes(error.code ?? '')) return false;
    throw error;
  }
}

/**
 * Gives the user of an application a password, as the master, and makes the user where there is none. The owner has the database and
 * everything in it, and nothing beside it: no roles, no replication, no other database. The other user acts as the owner, so that what one makes
 * is not closed to the other.
 */
export async function admit(master: Login, { username, password, dbname = 'app' }: Login): Promise<void> {
  const owner = ownerOf(username);
  await withDatabase({ ...master, dbname }, async (client) => {
    const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname = $1', [username]);
    await client.query(`${rows.length === 0 ? 'CREATE' : 'ALTER'} ROLE ${name(username)} LOGIN PASSWORD ${text(verifierOf(password))}`);
    if (username !== owner) {
      await client.query(`GRANT ${name(owner)} TO ${name(username)}`);
      await client.query(`ALTER ROLE ${name(username)} SET role = ${text(owner)}`);
      return;
    }
    // The runbooks of a climb log in as the master and make tables for the owner.
    await client.query(`GRANT ${name(owner)} TO CURRENT_USER`);
    await client.query(`ALTER DATABASE ${name(dbname)} OWNER TO ${name(owner)}`);
  });
}

/** Gives whoever logs in another password. */
export async function changeOwnPassword(login: Login, password: string): Promise<void> {
  await withDatabase(login, async (client) => client.query(`ALTER ROLE CURRENT_USER PASSWORD ${text(verifierOf(password))}`));
}

/**
 * What PostgreSQL keeps of a password (RFC 5803), as psql's `\password` sends it: the database's log may show the statement, and nobody can log in with
 * this text.
 */
function verifierOf(password: string): string {
  const [salt, iterations] = [randomBytes(16), 4096];
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (what: string): Buffer => createHmac('sha256', salted).update(what).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
