import { modelRunbook, deployModel } from '../../support/climb/model-climb';
import { TENANTS } from '../../support/climb/model-schemas';
import { describePlacingQuickly, expectTidy } from '../../support/climb/place-climb';

const NOTHING = "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";

/** Somebody who is on the old server alone. */
const AGENT = 'DO $$ BEGIN CREATE ROLE agent; EXCEPTION WHEN duplicate_object THEN NULL; END $$';

/** What is changed in the schema of many tenants, and the one line that it is refused with. */
const REFUSED: readonly (readonly [what: string, change: string, line: RegExp])[] = [
  ['no table', 'DROP TABLE invoice_lines', /^the table invoice_lines of core does not exist$/],
  [
    'a partitioned table',
    'CREATE TABLE days (day date) PARTITION BY RANGE (day)',
    /^the table days of core is no ordinary table, but partitioned/,
  ],
  [
    'an inherited table',
    'CREATE TABLE more (PRIMARY KEY (name)) INHERITS (flags)',
    /^the table flags of core is no ordinary table, but partitioned, inherited/,
  ],
  [
    'a table without a primary key',
    'CREATE TABLE logs (line text)',
    /^the table logs of core has no primary key, without which changes can't follow$/,
  ],
  [
    'a name that has to be quoted',
    'CREATE TABLE "Views" (id int PRIMARY KEY)',
    /^table Views is not possible: allowed are lower-case letters/,
  ],
  [
    'no key',
    'ALTER TABLE members RENAME tenant_id TO owner',
    /^the table members of core has no column tenant_id, by which its rows are spread$/,
  ],
  [
    'a key that may be null',
    'ALTER TABLE members ALTER tenant_id DROP NOT NULL',
    /^the table members of core has rows without a place where tenant_id is null: ALTER TABLE public.members ALTER tenant_id SET NOT NULL$/,
  ],
  [
    'a key of another type',
    'ALTER TABLE members DROP CONSTRAINT members_tenant_id_fkey, ALTER tenant_id TYPE text',
    /^the table members of core has the key tenant_id of text, which the model takes for uuid$/,
  ],
  [
    'a unique index without the key',
    'CREATE UNIQUE INDEX numbers ON tickets (number)',
    /^the table tickets of core has the unique index numbers without tenant_id, and two shards could hold the same: add tenant_id to it/,
  ],
  [
    'a unique index that only carries the key along',
    'CREATE UNIQUE INDEX numbers ON tickets (number) INCLUDE (tenant_id)',
    /^the table tickets of core has the unique index numbers without tenant_id, and two shards could hold the same: add tenant_id to it/,
  ],
  [
    'an exclusion constraint without the key',
    'ALTER TABLE tickets ADD days daterange, ADD CONSTRAINT booked EXCLUDE USING gist (days WITH &&)',
    /^the table tickets of core has the exclusion constraint booked without tenant_id, and two shards could hold the same/,
  ],
  [
    'a key that is generated',
    `ALTER TABLE members DROP CONSTRAINT members_tenant_id_fkey; ALTER TABLE members RENAME tenant_id TO owner;
     ALTER TABLE members ADD tenant_id uuid GENERATED ALWAYS AS (owner) STORED NOT NULL, ADD UNIQUE (tenant_id, email)`,
    /^the table members of core has the key tenant_id, which is generated: ALTER … DROP EXPRESSION$/,
  ],
  [
    'a primary key that is checked late',
    'ALTER TABLE flags DROP CONSTRAINT flags_pkey, ADD PRIMARY KEY (name) DEFERRABLE',
    /^the table flags of core has no primary key, without which changes can't follow$/,
  ],
  [
    'an unlogged table',
    'ALTER TABLE visits SET UNLOGGED',
    /^the table visits of core is no ordinary table, but partitioned, inherited, unlogged/,
  ],
  [
    'a view with rows of its own',
    'CREATE MATERIALIZED VIEW busy AS SELECT count(*) FROM tickets',
    /^tables of core hold rows and nobody says where they go: public.busy: /,
  ],
  [
    'a rule that writes to another database',
    "CREATE RULE note AS ON INSERT TO tickets DO ALSO INSERT INTO audit (what) VALUES ('new')",
    /^the tables of core can't be made on shard[01]: relation "public.audit" does not exist, in CREATE RULE note/,
  ],
  [
    'a policy for a role that they do not have',
    'ALTER TABLE flags ENABLE ROW LEVEL SECURITY; CREATE POLICY all_of ON flags TO agent USING (true)',
    /^the tables of core can't be made on platform: role "agent" does not exist, in CREATE POLICY all_of/,
  ],
  [
    'a type of another schema',
    "CREATE SCHEMA crm; CREATE TYPE crm.mood AS ENUM ('well'); ALTER TABLE visits ADD mood crm.mood",
    /^the tables of core can't be made on platform: schema "crm" does not exist, in CREATE TABLE public.visits: make there/,
  ],
  [
    'a sequence that two tables share',
    "ALTER TABLE visits ADD number bigint DEFAULT nextval('invoices_id_seq')",
    /^sequences that their table does not own would not be continued: invoices_id_seq \(for visits\): /,
  ],
  ['large objects', 'SELECT lo_create(0)', /^tables of core hold rows and nobody says where they go: pg_largeobject: /],
  [
    'a foreign key to another function',
    'ALTER TABLE invoices ADD tenant_id uuid REFERENCES tenants',
    /^the table invoices of core is joined to another table by a foreign key, invoices_tenant_id_fkey to tenants of tenants/,
  ],
  [
    'a foreign key to what stays',
    'ALTER TABLE visits ADD audit_id bigint REFERENCES audit',
    /^the table visits of core is joined to another table by a foreign key, visits_audit_id_fkey to audit of no function/,
  ],
  [
    'rows that a foreign key leads to another shard',
    "UPDATE tickets SET member_id = (SELECT m.id FROM members m WHERE m.tenant_id <> tickets.tenant_id LIMIT 1) WHERE code = 'p-7'",
    /^the table tickets of core has rows that the foreign key tickets_member_id_fkey leads to another tenant_id/,
  ],
  [
    'a trigger that names another function',
    `CREATE FUNCTION bill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO invoices (number) VALUES (NEW.code); RETURN NEW; END';
     CREATE TRIGGER bill AFTER DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION bill()`,
    /^the table tickets of core has the trigger bill, whose function names the table invoices of billing/,
  ],
  [
    'a trigger that fires for copies, too',
    `CREATE FUNCTION f() RETURNS trigger ${NOTHING}; CREATE TRIGGER touch BEFORE UPDATE ON flags FOR EACH ROW EXECUTE FUNCTION f();
     ALTER TABLE flags ENABLE ALWAYS TRIGGER touch`,
    /^the table flags of core has the trigger touch, which would fire once more for rows that are copied/,
  ],
  [
    'row level security that is forced',
    'ALTER TABLE members ENABLE ROW LEVEL SECURITY; ALTER TABLE members FORCE ROW LEVEL SECURITY',
    /^the table members of core has row level security that hides rows from the copy/,
  ],
  [
    'a sequence that nobody owns',
    "CREATE SEQUENCE numbers; ALTER TABLE visits ADD number bigint DEFAULT nextval('numbers')",
    /^sequences that their table does not own would not be continued: numbers \(for visits\)/,
  ],
  [
    'rows in another schema',
    'CREATE SCHEMA crm; CREATE TABLE crm.leads (id int PRIMARY KEY); INSERT INTO crm.leads VALUES (1)',
    /^tables of core hold rows and nobody says where they go: crm.leads: /,
  ],
  [
    'a type that the new databases do not have',
    "CREATE TYPE mood AS ENUM ('well'); ALTER TABLE visits ADD mood mood",
    /^the tables of core can't be made on platform: type "public.mood" does not exist, in CREATE TABLE public.visits: make there/,
  ],
  [
    'a function of a trigger that they do not have',
    `CREATE FUNCTION f() RETURNS trigger ${NOTHING}; CREATE TRIGGER touch BEFORE UPDATE ON flags FOR EACH ROW EXECUTE FUNCTION f()`,
    /^the tables of core can't be made on platform: function public.f\(\) does not exist, in CREATE TRIGGER touch/,
  ],
];

describePlacingQuickly(
  'a model that does not fit its database',
  2,
  (scene) => {
    test.each(REFUSED)('is refused in one line before anything is begun: %s', async (_, change, line) => {
      await deployModel(scene(), TENANTS, 10);
      await scene().sql('core', `${AGENT}; SET ROLE stagecraft; ${change}`);
      expect((await modelRunbook(scene(), TENANTS).step('check')).errors.replace(/^runbook: /, '').trimEnd()).toMatch(line);
      await expectTidy(scene(), ['billing', 'platform', 'shard0', 'shard1']);
    });

    test('all that is wrong with tables is said at once, and what stays behind is listed', async () => {
      await deployModel(scene(), TENANTS, 10);
      const { output, code } = await modelRunbook(scene(), TENANTS).step('check');
      expect([code, output]).toEqual([0, expect.stringContaining('stays behind in core, as the model says: audit')]);
      expect(output).toContain('stays behind in core: view open_tickets');
      await scene().sql(
        'core',
        `CREATE SEQUENCE receipts; CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
         CREATE FOREIGN TABLE hosts (name text) SERVER files OPTIONS (filename '/etc/hosts');
         CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
         CREATE EVENT TRIGGER notes ON ddl_command_end EXECUTE FUNCTION noted()`,
      );
      const more = await modelRunbook(scene(), TENANTS).step('check');
      for (const what of ['sequence receipts', 'foreign table hosts', 'event trigger notes', 'function noted()', 'view open_tickets']) {
        expect(more.output).toContain(what);
      }
      await scene()
        .in('core')
        .query('CREATE TABLE logs (line text); CREATE UNIQUE INDEX numbers ON tickets (number); DROP TABLE invoice_lines');
      const refused = await modelRunbook(scene(), TENANTS).step('check');
      expect(refused.output).toMatch(
        /the table logs of core has no primary key.*\n.*the table tickets of core has the unique index numbers/,
      );
      expect(refused.errors).toBe('runbook: the table invoice_lines of core does not exist\n');
    });

    test('a database that was filled by somebody else is refused', async () => {
      await deployModel(scene(), TENANTS, 10);
      await scene().in('platform').query('CREATE TABLE flags AS SELECT 1 AS it');
      expect(await modelRunbook(scene(), TENANTS).refusal('check')).toMatch(/^platform has rows in flags that this runbook did not bring/);
    });
  },
  TENANTS.model.functions,
);
