// Each migration once, in order, as Prisma and others do: what is done is noted in a table.
const { Client } = require('pg');

const MIGRATIONS = [
  ['1-notes', 'CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)'],
  ['2-who', "ALTER TABLE notes ADD COLUMN written_by text NOT NULL DEFAULT 'nobody'"],
];

async function main() {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)');
  for (const [name, statement] of MIGRATIONS) {
    await client.query('BEGIN');
    const { rowCount } = await client.query('INSERT INTO migrations VALUES ($1) ON CONFLICT DO NOTHING', [name]);
    if (rowCount === 1) await client.query(statement);
    await client.query('COMMIT');
    if (rowCount === 1) console.log(`migrated ${name}`);
  }
  await client.end();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
