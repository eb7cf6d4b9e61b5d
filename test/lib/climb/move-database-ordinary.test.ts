import { Box } from '../../support/climb/box';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeWithServers, type Servers } from '../../support/servers';

/** What ordinary applications have, and what PostgreSQL prints otherwise after a dump and a restore. */
const SCHEMA = [
  'CREATE EXTENSION tablefunc',
  'CREATE EXTENSION hstore',
  "CREATE TABLE tickets_of (id int PRIMARY KEY, t text, whole_row text, status text DEFAULT 'open' CHECK (status IN ('open','closed')))",
  "CREATE TABLE laravel (id bigserial, role varchar(255) CHECK (\"role\" in ('admin','user')), code char(2) CHECK (code IN ('de','fr')))",
  "CREATE TABLE numbers (n numeric(8,2) CHECK (n IN (1, 2.5)), m int CHECK (m = ANY (ARRAY[1,2])), tags text[] DEFAULT ARRAY['a','b'], h hstore)",
  "CREATE INDEX active ON laravel (id) WHERE role IN ('admin', 'user')",
  "CREATE UNIQUE INDEX lower_role ON laravel (lower(role), (code || 'x')) WHERE code IS NOT NULL AND (role = 'admin' OR role = 'user')",
  "CREATE DOMAIN mood AS text CHECK (VALUE IN ('sad','glad'))",
  "CREATE TABLE moods (m mood, at timestamptz DEFAULT now(), during interval DEFAULT '1 day')",
  "CREATE VIEW open_tickets AS SELECT id, status FROM tickets_of WHERE status IN ('open') AND (id > 0 OR id < -1)",
  'CREATE VIEW counted AS SELECT status, count(*) AS n FROM tickets_of GROUP BY status HAVING count(*) > 1 ORDER BY status',
  "CREATE MATERIALIZED VIEW kept AS SELECT * FROM laravel WHERE role IN ('admin','user')",
  'CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  "CREATE TRIGGER noted BEFORE UPDATE ON tickets_of FOR EACH ROW WHEN (NEW.status IN ('open','closed') AND OLD.id <> NEW.id) EXECUTE FUNCTION noted()",
  "CREATE RULE nothing AS ON DELETE TO moods WHERE OLD.m IN ('sad') DO INSTEAD NOTHING",
  'CREATE STATISTICS together ON role, code FROM laravel',
  'CREATE TABLE tenants (tenant int, word text)',
  'ALTER TABLE tenants ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE tenants FORCE ROW LEVEL SECURITY',
  "CREATE POLICY own ON tenants USING (tenant = current_setting('app.tenant', true)::int AND word IN ('a','b'))",
  "INSERT INTO tenants SELECT i, 'a' FROM generate_series(1, 300) i",
  "INSERT INTO tickets_of SELECT i, i, 'row', 'closed' FROM generate_series(1, 50) i",
  "INSERT INTO laravel (role, code) VALUES ('admin', 'de'), (NULL, NULL)",
  'CREATE SEQUENCE order_no',
  "CREATE TABLE numbered (id bigint DEFAULT nextval('order_no'))",
  'INSERT INTO numbered SELECT FROM generate_series(1, 40)',
  'CREATE PUBLICATION everything FOR ALL TABLES',
];

/** What stands in the way: what makes it so, what it is undone with, and the line in which `check` says it. */
const REFUSED: readonly (readonly [what: string, made: string, undone: string, line: RegExp])[] = [
  [
    'a role that a freeze would not stop',
    'CREATE ROLE worker LOGIN; ALTER ROLE worker SET default_transaction_read_only = off',
    'DROP ROLE worker',
    /^the role worker writes on in a frozen database: ALTER ROLE worker RESET default_transaction_read_only$/,
  ],
  [
    'a subscription',
    "CREATE SUBSCRIPTION feed CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false, slot_name = 'feed'); ALTER SUBSCRIPTION feed ENABLE",
    'ALTER SUBSCRIPTION feed DISABLE; ALTER SUBSCRIPTION feed SET (slot_name = NONE); DROP SUBSCRIPTION feed',
    /^the subscription feed writes on in a frozen database: ALTER SUBSCRIPTION feed DISABLE$/,
  ],
  [
    'row level security that would be switched off',
    'CREATE ROLE migrator; CREATE TABLE secrets (tenant int); ALTER TABLE secrets OWNER TO migrator; ALTER TABLE secrets ENABLE ROW LEVEL SECURITY',
    'DROP TABLE secrets; DROP ROLE migrator',
    /^row level security would be off at .*: secrets of migrator: ALTER TABLE … FORCE ROW LEVEL SECURITY/,
  ],
  [
    'a policy for a role that is not there',
    'CREATE ROLE clerk; CREATE POLICY clerks ON tenants TO clerk USING (true)',
    'DROP POLICY clerks ON tenants; DROP ROLE clerk',
    /^policies are for roles that .* does not have: clerk: CREATE ROLE … there$/,
  ],
  [
    'a function of the server itself',
    "CREATE FUNCTION inside(int) RETURNS int LANGUAGE internal AS 'int4abs'",
    'DROP FUNCTION inside',
    /^a superuser is needed at .* for: the function inside\(integer\): drop or change/,
  ],
  [
    'a function that hides its arguments',
    "CREATE FUNCTION quiet(int) RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT $1'",
    'DROP FUNCTION quiet',
    /for: the function quiet\(integer\)/,
  ],
  ['a foreign data wrapper', 'CREATE FOREIGN DATA WRAPPER away', 'DROP FOREIGN DATA WRAPPER away', /for: the foreign data wrapper away/],
  [
    'an operator class',
    'CREATE OPERATOR CLASS mine FOR TYPE int4 USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)',
    'DROP OPERATOR FAMILY mine USING hash',
    /for: .*the operator class mine/,
  ],
  [
    'rows that an extension keeps in a table of its own',
    `CREATE TABLE settings (v text); INSERT INTO settings VALUES ('mine'); ALTER EXTENSION hstore ADD TABLE settings;
     UPDATE pg_extension SET extconfig = ARRAY['settings'::regclass::oid], extcondition = ARRAY[''] WHERE extname = 'hstore'`,
    `UPDATE pg_extension SET extconfig = NULL, extcondition = NULL WHERE extname = 'hstore'; ALTER EXTENSION hstore DROP TABLE settings;
     DROP TABLE settings`,
    /^an extension keeps rows of yours in settings, where the user at .* may not write/,
  ],
];

async function ordinary(servers: Servers, name: string): Promise<Box> {
  const { box } = await Box.quick(servers, name, 100);
  const client = await box.connect(box.old.endpoint);
  for (const statement of SCHEMA) {
    await (/EXTENSION|PUBLICATION|INSERT INTO tenants/.test(statement) ? box.old.sql(statement) : client.query(statement));
  }
  await client.end();
  return box;
}

describeNeeding(ON_A_SERVER, 'the runbook that moves the database', () => {
  describeWithServers(['postgres', 'moto'], 'with databases that people have', (servers) => {
    let box: Box;
    beforeAll(async () => {
      box = await ordinary(servers, 'ordinary');
      await box.runbook.steps('check');
    });

    testInCi.each(REFUSED)('refuses in one line before anything is begun: %s', async (_, made, undone, line) => {
      await box.old.sql(made);
      const said = await box.runbook.refusal('check');
      await box.old.sql(undone);
      expect(said).toMatch(line);
    });

    testInCi('says what stays behind: other databases, publications, another order of text', async () => {
      await box.old.createDatabase('metabase');
      await box.old.sql("UPDATE pg_database SET datcollate = 'C.UTF-8' WHERE datname = 'app'");
      const said = await box.runbook.steps('check');
      await box.old.sql("UPDATE pg_database SET datcollate = 'C' WHERE datname = 'app'");
      expect(said).toContain('other databases of this server do not move, and PostgreSQL goes on for them: metabase');
      expect(said).toContain('text is sorted by C.UTF-8 here and by C at ');
      expect(said).toContain('publications and subscriptions that stay behind: everything');
    });

    testInCi('finds in the rehearsal, while people write, what would fail in the pause', async () => {
      await box.spoil(`CREATE FUNCTION spoil() RETURNS event_trigger LANGUAGE plpgsql AS
          $$ BEGIN DELETE FROM public.tickets_of WHERE id = 7; END $$; ALTER EXTENSION plpgsql ADD FUNCTION spoil();
          CREATE EVENT TRIGGER spoil ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION spoil();
          ALTER EXTENSION plpgsql ADD EVENT TRIGGER spoil`);
      const said = await box.runbook.refusal('rehearse');
      await box.spoil(
        'ALTER EXTENSION plpgsql DROP EVENT TRIGGER spoil; ALTER EXTENSION plpgsql DROP FUNCTION spoil(); DROP FUNCTION spoil CASCADE',
      );
      expect(said).toMatch(/^the copy differs \(1 rows lost, 0 doubled\)/);
    });

    testInCi(
      'moves what PostgreSQL prints otherwise after a dump, what extensions bring, and rows behind forced row level security',
      async () => {
        await box.runbook.steps('check', 'rehearse', 'freeze', 'copy');
        expect(await box.runbook.steps('verify')).toMatch(/verified: \d+ rows in \d+ tables/);
        for (const [statement, message] of [
          [
            "ALTER TABLE tickets_of DROP CONSTRAINT tickets_of_status_check, ADD CHECK (status IN ('open','closed','closing'))",
            /the structure differs/,
          ],
          ['ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY', /the structure differs/],
          ["UPDATE tickets_of SET whole_row = 'other' WHERE id = 7", /the copy differs/],
          ['DELETE FROM tenants WHERE tenant = 7', /1 rows lost/],
          ["SELECT setval('order_no', 1)", /order_no/],
        ] as const) {
          await box.runbook.steps('copy');
          await box.spoil(statement);
          expect([statement, await box.runbook.refusal('verify')]).toEqual([statement, expect.stringMatching(message)]);
        }
        await box.runbook.steps('abort');
        expect(await box.takesWrites()).toBe(true);
      },
    );
  });
});
