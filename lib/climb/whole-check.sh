# shellcheck shell=bash
# What has to be so before anything is begun, read from the catalogue: what replication doesn't carry is refused or named, so that nothing stays
# behind in silence.

step_check() {
  check_version core
  check_version cluster
  check_log core
  check_room_for_workers cluster
  check_sides
  check_carried core
  check_rest
  check_empty
  say "checked: $(query core "SELECT count(*) FROM pg_class c WHERE relkind = 'r' AND $(ours pg_class relnamespace)") tables can move"
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

check_rest() {
  local table
  table=$(query core "$FOR_SUPERUSERS")
  [[ -z $table ]] || fail "a superuser is needed in the cluster for: $table: drop or change them, then run this again"
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
