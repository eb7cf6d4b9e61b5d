# What has to be so before anything is begun, and what stays behind.

# SQL: what else is on the server.
OTHER_DATABASES="SELECT string_agg(datname, ' ') FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', '$DATABASE')"

# SQL: by which rules text is sorted; where PostgreSQL keeps the name of the rules differs between versions.
SORTS="SELECT coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', datcollate) FROM pg_database d WHERE datname = current_database()"

do_check() {
  local here there version encoding name size prepared new_version new_encoding new_name missing roles sorts new_sorts
  survey
  here=$(old "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding(), current_setting('server_version'),
    pg_size_pretty(pg_database_size(current_database())), (SELECT count(*) FROM pg_prepared_xacts)")
  there=$(new "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding(), current_setting('server_version')")
  IFS='|' read -r version encoding name size prepared <<<"$here"
  IFS='|' read -r new_version new_encoding new_name <<<"$there"
  ((new_version >= version)) || fail "PostgreSQL at $TARGET is $new_name, older than $name here: data only moves to the same or a newer version"
  check_clients "$version" 'on this server'
  check_clients "$new_version" "at $TARGET"
  [[ $encoding == "$new_encoding" ]] || fail "the encodings differ: $encoding here, $new_encoding at $TARGET"
  ((prepared == 0)) || fail "$prepared prepared transactions are open: commit or roll them back (pg_prepared_xacts), then run this again"
  missing=$(new "$(lacking_extensions "$(old "$EXTENSIONS")")")
  [[ -z $missing ]] || fail "extensions that $TARGET does not have: $missing"
  missing=$(new "$(lacking_settings "$(settings_here)")")
  [[ -z $missing ]] || fail "settings of the database or its owner do not move: $missing: give them to $TARGET, then run this again"
  check_problems
  sorts=$(old "$SORTS") new_sorts=$(new "$SORTS")
  [[ $sorts == "$new_sorts" ]] || say "text is sorted by $sorts here and by $new_sorts at $TARGET: an order by name may look different"
  roles=$(old "SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolname <> '$FOLLOWER'
    AND oid NOT IN (SELECT datdba FROM pg_database WHERE datname = current_database())")
  [[ -z $roles ]] || say "roles that stay behind, with what was granted to them: $roles; everything at $TARGET belongs to its own user"
  say "$size of PostgreSQL $name can move to PostgreSQL $new_name at $TARGET; whether there is room the rehearsal shows"
  choose_way
  if [[ -z $DUMP_BECAUSE ]]; then
    say "moves by replication: writes pause for seconds"
  else
    say "moves by a dump, and writes pause as long as that takes, because $DUMP_BECAUSE"
  fi
}

# What stands in the way, in a line each: what the freeze wouldn't stop, and what only a superuser or another owner can make at the new side.
check_problems() {
  local problem table rows
  problem=$(old "$WHO_IGNORES")
  [[ -z $problem ]] || fail "$problem"
  problem=$(old "SELECT string_agg(format('%s of %s', c.oid::regclass, relowner::regrole), ', ') FROM pg_class c, pg_database d WHERE datname = current_database()
    AND relrowsecurity AND NOT relforcerowsecurity AND relowner <> datdba AND $(ours pg_class relnamespace)")
  [[ -z $problem ]] || fail "row level security would be off at $TARGET, where the application owns all tables: $problem: ALTER TABLE … FORCE ROW LEVEL SECURITY, or make the owner of the database its owner"
  problem=$(new "$(lacking_roles "$(old "$POLICY_ROLES")")")
  [[ -z $problem ]] || fail "policies are for roles that $TARGET does not have: $problem: CREATE ROLE … there"
  problem=$(old "$FOR_SUPERUSERS")
  [[ -z $problem ]] || fail "a superuser is needed at $TARGET for: $problem: drop or change them, then run this again"
  rows=$(extension_rows) || fail "extensions can't be asked: $(why)"
  while IFS= read -r table; do
    [[ -z $table || $(new "SELECT has_table_privilege(($OWNER), to_regclass('$table'), 'INSERT')") == t ]] ||
      fail "an extension keeps rows of yours in $table, where the user at $TARGET may not write: as its owner there, CREATE EXTENSION and GRANT INSERT ON $table, or delete the rows here"
  done <<<"$rows"
  problem=$(old "$OTHER_DATABASES")
  [[ -z $problem ]] || say "other databases of this server do not move, and PostgreSQL goes on for them: $problem"
  problem=$(old "SELECT string_agg(what, ' ') FROM (SELECT pubname AS what FROM pg_publication WHERE pubname NOT LIKE 'place\\_%' UNION ALL SELECT subname FROM pg_subscription JOIN pg_database d
    ON d.oid = subdbid WHERE datname = current_database()) w")
  [[ -z $problem ]] || say "publications and subscriptions that stay behind: $problem"
}

# Tables in which extensions keep rows that a dump holds, if they hold any.
extension_rows() {
  local tables table condition
  tables=$(old "$EXTENSION_TABLES") || return
  while IFS='|' read -r table condition; do
    [[ -z $table || $(old "SELECT EXISTS (SELECT FROM $table $condition)") == f ]] || echo "$table"
  done <<<"$tables"
}

settings_here() {
  old "SELECT quote_literal(coalesce(array_agg(s), '{}')) FROM (SELECT unnest(setconfig) AS s FROM pg_db_role_setting, pg_database d
    WHERE datname = current_database() AND setdatabase IN (0, d.oid) AND setrole IN (0, datdba)) settings
    WHERE s NOT LIKE 'stagecraft.%' AND s <> 'default_transaction_read_only=on'"
}
