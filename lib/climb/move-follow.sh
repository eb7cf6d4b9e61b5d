# How most databases move: the new side follows this server's log while users write, and only what is newest is left for the pause. Where the
# log doesn't carry everything, and `check` says what, the copy is made in the pause, by a dump.
SOURCES=(server) TARGETS=(rds)
# The user that the new side connects as, for as long as it follows.
FOLLOWER=stagecraft_follow
# Where this server is reached from the new side.
ADDRESS=${ADDRESS:-}

query() { if [[ $1 == server ]]; then old "$2"; else new "$2"; fi; }
script() {
  local side=("$TARGET" "$SECRET")
  [[ $1 == rds ]] || side=("$WRITER" '')
  shift
  on "${side[@]}" psql -XqAt -v ON_ERROR_STOP=1 "$@" -f -
}
connection_to() { connection_string "$ADDRESS" "$FOLLOWER"$'\n'"$PASSWORD"; }

# Sets DUMP_BECAUSE: what stands in the way of following, in a line.
choose_way() {
  DUMP_BECAUSE=''
  (
    set -e
    check_follow
  ) 2>"$WORK/way" &
  wait $! || DUMP_BECAUSE=$(sed -n 's/^runbook: //p' "$WORK/way" | tail -n 1)
  [[ -n $DUMP_BECAUSE ]] || ! grep -qE 'ERROR|FATAL|error:' "$WORK/way" || fail "whether replication can move it is not known: $(tail -n 1 "$WORK/way")"
}
check_follow() {
  local found
  [[ -n $ADDRESS ]] || fail 'the address of this server is not known'
  found=$(old 'SHOW server_version_num')
  ((found >= 150000)) || fail "PostgreSQL here is $((found / 10000)), and replication needs 15 or newer"
  [[ $(old 'SHOW wal_level') == logical ]] || fail "wal_level here is not logical: ALTER SYSTEM SET wal_level = logical, and restart PostgreSQL"
  found=$(old 'SHOW listen_addresses')
  [[ $found == '*' || " ${found//,/ } " == *" ${ADDRESS%:*} "* ]] ||
    fail "PostgreSQL here does not listen at ${ADDRESS%:*}: ALTER SYSTEM SET listen_addresses = '*', and restart PostgreSQL"
  found=$(new "SELECT bool_or(rolsuper OR rolname IN ('rds_superuser', 'pg_create_subscription')) FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')")
  [[ $found == t ]] || fail "the user at $TARGET may not create a subscription"
  check_log server
  check_room_for_workers rds
  check_carried server
}

follows() { [[ $STATE == following && $(new "SELECT count(*) FROM pg_subscription WHERE subname = '$(flow server rds)'") == 1 ]]; }

# Begins to follow, and goes on until what is behind is seconds. A copy that was broken off is begun anew.
follow_log() {
  clear_new
  close_log
  mark beginning
  bring --schema-only
  open_log
  {
    echo "CREATE SCHEMA $OURS; $SYNC_SLOTS"
    publication "$(flow server rds)"
  } | script server --single-transaction
  subscribe server rds
  IDLE_SINCE=$SECONDS
  until watch_targets && ((COPYING == 0)) && reach "$LAG_SECONDS"; do sleep 0.2; done
  new 'ANALYZE'
  mark following
}

# Nobody can write from here to the end of the step. Vacuum gives way: it would number transactions, and keep tables.
hold_old() {
  old "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND datname = current_database()" >/dev/null
  hold_tables "$WRITER" '' "$(ours pg_class relnamespace)"
}

# The rest, when nobody writes.
drain() {
  IDLE_SINCE=$SECONDS
  reach "$DRAIN_SECONDS" || fail "$TARGET did not catch up within $DRAIN_SECONDS seconds of the write pause"
  carry_on server rds
}

# Lets one user in from the network, by TLS and a password that nobody else knows. PostgreSQL listens from birth, and lets nobody in.
open_log() {
  local data
  data=$(old 'SHOW data_directory')
  PASSWORD=$(head -c 48 /dev/urandom | base64 -w 0 | tr -d '+/=')
  PASSWORD=$PASSWORD script server <<SQL
\\getenv password PASSWORD
CREATE ROLE $FOLLOWER LOGIN REPLICATION BYPASSRLS IN ROLE pg_read_all_data PASSWORD :'password';
SQL
  if [[ $(old 'SHOW ssl') == off ]]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=database -keyout "$data/follow.key" -out "$data/follow.crt" 2>/dev/null
    chmod 600 "$data/follow.key"
    chown --reference="$data" "$data/follow.key" "$data/follow.crt"
    script server <<<"ALTER SYSTEM SET ssl_cert_file = 'follow.crt'; ALTER SYSTEM SET ssl_key_file = 'follow.key'; ALTER SYSTEM SET ssl = on;"
  fi
  admit "hostssl $DATABASE $FOLLOWER all scram-sha-256"
}

# What is left of following on this server goes; the rest of PostgreSQL never knew of it.
close_log() {
  local data
  [[ $(old "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '$FOLLOWER') OR to_regnamespace('$OURS') IS NOT NULL") == t ]] || return 0
  tidy_source server
  query server "DROP SCHEMA IF EXISTS $OURS CASCADE"
  data=$(old 'SHOW data_directory')
  if [[ -e $data/follow.crt ]]; then
    script server <<<'ALTER SYSTEM RESET ssl; ALTER SYSTEM RESET ssl_cert_file; ALTER SYSTEM RESET ssl_key_file;'
    rm "$data/follow.crt" "$data/follow.key"
  fi
  admit ''
  old "DROP ROLE IF EXISTS $FOLLOWER"
}

# Puts a line before the others that say who may log in, in the place of ours.
admit() {
  local rules
  rules=$(old 'SHOW hba_file')
  { [[ -z $1 ]] || echo "$1"; grep -v " $FOLLOWER " "$rules" || true; } >"$rules.new"
  chmod --reference="$rules" "$rules.new"
  chown --reference="$rules" "$rules.new"
  mv "$rules.new" "$rules"
  old 'SELECT pg_reload_conf()' >/dev/null
}
