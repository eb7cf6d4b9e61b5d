# shellcheck shell=bash
# What following a whole database takes, whoever follows it.

# Fails with what a question finds: `refuse_where DATABASE SQL "what is wrong" "what to do"`. The question answers names.
refuse_where() {
  local found
  found=$(query "$1" "SELECT string_agg(it, ', ' ORDER BY it) FROM ($2) found (it)")
  [[ -z $found ]] || fail "$3: $found: $4"
}

# Fails with what replication doesn't carry: `check_carried DATABASE`.
check_carried() {
  local node=$1 table rows left='' kept
  kept="relkind = 'r' AND $(ours pg_class relnamespace)"
  # A primary key that is deferrable identifies no row for replication.
  refuse_where "$node" "SELECT oid::regclass::text FROM pg_class c WHERE relpersistence = 'p' AND $kept AND relreplident <> 'f' AND NOT EXISTS (SELECT FROM pg_index i
      WHERE i.indrelid = c.oid AND indimmediate AND CASE relreplident WHEN 'd' THEN indisprimary ELSE indisreplident END)" \
    "tables without a primary key, whose changes can't follow" 'ALTER TABLE … ADD PRIMARY KEY, or where there can be none, REPLICA IDENTITY FULL'
  refuse_where "$node" "SELECT DISTINCT c.oid::regclass || '.' || attname FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
      WHERE $kept AND relreplident = 'f' AND atttypid IN ('json'::regtype, 'xml'::regtype, 'point'::regtype, 'polygon'::regtype)
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND indisprimary AND indimmediate)" \
    'tables without a primary key whose rows have columns that can not be compared' 'ALTER TABLE … ADD PRIMARY KEY'
  while IFS= read -r table; do
    [[ -z $table || $(query "$node" "SELECT EXISTS (SELECT FROM ONLY $table)") == f ]] || left+="${left:+, }$table"
  done < <(query "$node" "SELECT oid::regclass FROM pg_class c WHERE relpersistence = 'u' AND $kept")
  [[ -z $left ]] || fail "unlogged tables hold rows, which replication does not carry: $left: ALTER TABLE … SET LOGGED, or empty them"
  refuse_where "$node" "SELECT oid::regclass::text FROM pg_class c WHERE NOT pg_has_role(relowner, 'USAGE') AND relkind IN ('r', 'p', 'S', 'v', 'm') AND $(ours pg_class relnamespace)" \
    'tables, views and sequences belong to others' 'ALTER TABLE … OWNER TO the user of the database'
  refuse_where "$node" "SELECT oid::regclass::text FROM pg_class c WHERE $kept AND (relforcerowsecurity OR relrowsecurity AND NOT pg_has_role(relowner, 'USAGE'))" \
    'row level security hides rows from the copy' 'ALTER TABLE … NO FORCE ROW LEVEL SECURITY until the move is done, then FORCE it again'
  refuse_where "$node" "SELECT tgname || ' of ' || c.oid::regclass FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND tgenabled IN ('A', 'R') AND $(ours pg_class relnamespace)" \
    'triggers would fire once more for rows that are copied' 'ALTER TABLE … ENABLE TRIGGER …, which is for writers alone'
  refuse_where "$node" "SELECT count(*) || ' of them' FROM pg_largeobject_metadata HAVING count(*) > 0" \
    'large objects are not carried by replication' 'keep them in bytea columns or in the bucket, or delete those that nobody names (vacuumlo)'
  while IFS='|' read -r table rows; do
    [[ -z $table || $(query "$node" "SELECT EXISTS (SELECT FROM $table $rows)") == f ]] ||
      fail "an extension keeps rows of yours in $table, which replication does not carry: note them down and delete them"
  done < <(query "$node" "$EXTENSION_TABLES")
}

# SQL, which psql runs: one publication of all tables that hold rows themselves. TRUNCATE goes along: all tables that it could name do.
publication() {
  echo "SELECT format('CREATE PUBLICATION %I%s', '$1', ' FOR TABLE ' || string_agg(format('ONLY %s', c.oid::regclass), ', '))
    FROM pg_class c WHERE relkind = 'r' AND relpersistence = 'p' AND $(ours pg_class relnamespace) \\gexec"
}

# Sequences go on where they were, and what a view keeps is computed anew: neither is replicated. `carry_on SOURCE TARGET`
carry_on() {
  local PGOPTIONS="${PGOPTIONS:-} -c search_path="
  export PGOPTIONS
  script "$1" >"$WORK/continue" <<SQL
SELECT format('SELECT format(%L, %L, last_value, is_called) FROM %s', 'SELECT pg_catalog.setval(%L, %s, %L);', oid::regclass, oid::regclass)
  FROM pg_class c WHERE relkind = 'S' AND $(ours pg_class relnamespace) \gexec
SELECT format('REFRESH MATERIALIZED VIEW %s;', oid::regclass) FROM pg_class c WHERE relkind = 'm' AND relispopulated AND $(ours pg_class relnamespace) ORDER BY oid;
SQL
  script "$2" <"$WORK/continue" >/dev/null
}
