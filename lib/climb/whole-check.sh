# shellcheck shell=bash
# What has to be so before anything is begun, read from the catalogue: what replication doesn't carry is refused or named, so that nothing stays
# behind in silence.

step_check() {
  check_version core
  check_version cluster
  check_log core
  check_room_for_workers cluster
  check_sides
  check_tables
  check_rest
  check_empty
  say "checked: $(query core "SELECT count(*) FROM pg_class c WHERE relkind = 'r' AND $(ours pg_class relnamespace)") tables can move"
}

# Fails with what a question of the old side finds: `refuse_where SQL "what is wrong" "what to do"`. The question answers names.
refuse_where() {
  local found
  found=$(query core "SELECT string_agg(it, ', ' ORDER BY it) FROM ($1) found (it)")
  [[ -z $found ]] || fail "$2: $found: $3"
}
say_where() {
  local found
  found=$(query core "SELECT string_agg(it, ', ' ORDER BY it) FROM ($1) found (it)")
  [[ -z $found ]] || say "$2: $found"
}

check_sides() {
  local here there missing
  here=$(query core "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding()")
  there=$(query cluster "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding()")
  ((${there%|*} >= ${here%|*})) || fail "PostgreSQL of the cluster is ${there%|*}, older than ${here%|*} of core: data only moves to the same or a newer version"
  [[ ${here#*|} == "${there#*|}" ]] || fail "the encodings differ: ${here#*|} in core, ${there#*|} in the cluster"
  missing=$(query cluster "$(lacking_extensions "$(query core "$EXTENSIONS")")")
  [[ -z $missing ]] || fail "extensions that the cluster does not have: $missing: drop them, or choose another version of it"
  missing=$(query cluster "$(lacking_roles "$(query core "$POLICY_ROLES")")")
  [[ -z $missing ]] || fail "policies are for roles that the cluster does not have: $missing: CREATE ROLE … there"
  missing=$(query cluster "$(lacking_settings "$(query core "SELECT quote_literal(coalesce(array_agg(s), '{}')) FROM (
      SELECT unnest(setconfig) AS s FROM pg_db_role_setting, pg_database d WHERE datname = current_database() AND setdatabase IN (0, d.oid)
      AND setrole IN (0, datdba)) settings
      WHERE s <> 'default_transaction_read_only=on' AND s NOT LIKE 'stagecraft.%'")")")
  [[ -z $missing ]] || fail "settings of the database or its user do not move: $missing: give them to the cluster, then run this again"
}

check_tables() {
  local table left='' kept
  kept="relkind = 'r' AND $(ours pg_class relnamespace)"
  # A primary key that is deferrable identifies no row for replication.
  refuse_where "SELECT oid::regclass::text FROM pg_class c WHERE relpersistence = 'p' AND $kept AND relreplident <> 'f' AND NOT EXISTS (SELECT FROM pg_index i
      WHERE i.indrelid = c.oid AND indimmediate AND CASE relreplident WHEN 'd' THEN indisprimary ELSE indisreplident END)" \
    "tables without a primary key, whose changes can't follow" 'ALTER TABLE … ADD PRIMARY KEY, or where there can be none, REPLICA IDENTITY FULL'
  refuse_where "SELECT DISTINCT c.oid::regclass || '.' || attname FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
      WHERE $kept AND relreplident = 'f' AND atttypid IN ('json'::regtype, 'xml'::regtype, 'point'::regtype, 'polygon'::regtype)
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND indisprimary AND indimmediate)" \
    'tables without a primary key whose rows have columns that can not be compared' 'ALTER TABLE … ADD PRIMARY KEY'
  while IFS= read -r table; do
    [[ -z $table || $(query core "SELECT EXISTS (SELECT FROM ONLY $table)") == f ]] || left+="${left:+, }$table"
  done < <(query core "SELECT oid::regclass FROM pg_class c WHERE relpersistence = 'u' AND $kept")
  [[ -z $left ]] || fail "unlogged tables hold rows, which replication does not carry: $left: ALTER TABLE … SET LOGGED, or empty them"
  refuse_where "SELECT oid::regclass::text FROM pg_class c WHERE NOT pg_has_role(relowner, 'USAGE') AND relkind IN ('r', 'p', 'S', 'v', 'm') AND $(ours pg_class relnamespace)" \
    'tables, views and sequences belong to others' 'ALTER TABLE … OWNER TO the user of the database'
  refuse_where "SELECT oid::regclass::text FROM pg_class c WHERE $kept AND (relforcerowsecurity OR relrowsecurity AND NOT pg_has_role(relowner, 'USAGE'))" \
    'row level security hides rows from the copy' 'ALTER TABLE … NO FORCE ROW LEVEL SECURITY until the move is done, then FORCE it again'
  refuse_where "SELECT tgname || ' of ' || c.oid::regclass FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND tgenabled IN ('A', 'R') AND $(ours pg_class relnamespace)" \
    'triggers would fire once more for rows that are copied' 'ALTER TABLE … ENABLE TRIGGER …, which is for writers alone'
}

check_rest() {
  local table rows
  refuse_where "SELECT count(*) || ' of them' FROM pg_largeobject_metadata HAVING count(*) > 0" \
    'large objects are not carried by replication' 'keep them in bytea columns or in the bucket, or delete those that nobody names (vacuumlo)'
  table=$(query core "$FOR_SUPERUSERS")
  [[ -z $table ]] || fail "a superuser is needed in the cluster for: $table: drop or change them, then run this again"
  while IFS='|' read -r table rows; do
    [[ -z $table || $(query core "SELECT EXISTS (SELECT FROM $table $rows)") == f ]] ||
      fail "an extension keeps rows of yours in $table, which replication does not carry: note them down and delete them"
  done < <(query core "$EXTENSION_TABLES")
  say_where "SELECT rolname FROM pg_roles r WHERE rolcanlogin AND rolname NOT LIKE 'rds%' AND NOT pg_has_role(oid, ($OWNER), 'MEMBER') AND NOT rolsuper" \
    'roles stay behind, with what was granted to them; in the cluster all belongs to its own user'
  say_where "SELECT pubname FROM pg_publication WHERE pubname NOT LIKE 'place\\_%' UNION ALL SELECT subname FROM pg_subscription JOIN pg_database d ON d.oid = subdbid
    WHERE datname = current_database() UNION ALL SELECT slot_name FROM pg_replication_slots WHERE slot_name NOT LIKE 'place\\_%' AND slot_name NOT LIKE 'pg\\_%'
    AND database = current_database()" 'publications, subscriptions and slots stay behind'
  say_where "SELECT oid::regclass::text FROM pg_class c WHERE relkind = 'f' AND $(ours pg_class relnamespace)" 'foreign tables move as definitions: the cluster has to reach what they name'
}

# What is there already must be this runbook's own.
check_empty() {
  local objects
  [[ -z $(marked cluster) ]] || return 0
  objects=$(query cluster "SELECT string_agg(it, ', ') FROM (SELECT c.oid::regclass::text FROM pg_class c WHERE $(ours pg_class relnamespace)
    UNION ALL SELECT c.oid::regprocedure::text FROM pg_proc c WHERE $(ours pg_proc pronamespace) LIMIT 5) w (it)")
  [[ -z $objects ]] || fail "the cluster holds what this runbook did not bring: $objects: make sure nobody needs it and drop it"
}
