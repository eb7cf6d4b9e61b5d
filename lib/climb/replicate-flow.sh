# shellcheck shell=bash
# A flow is what goes from one source to one target: a publication, a slot and a subscription of the same name. Each runbook says how databases
# are asked (`query`, `script`) and how a target connects to a source (`connection_to`).
flow() { echo "place_$1_$2"; }

# A schema of the runbook's own, for as long as it works.
OURS=stagecraft_place
CONNECTION_OPTIONS=${CONNECTION_OPTIONS-sslmode=require}
# How long the write pause may last before the runbook gives up, and how far behind the targets may be when it begins.
DRAIN_SECONDS=${DRAIN_SECONDS:-300}
LAG_SECONDS=${LAG_SECONDS:-5}
# A worker that failed starts anew by itself; one that fails more often than this will not recover.
FAILURES_ALLOWED=${FAILURES_ALLOWED:-2}

# For a target, which asks the source itself: `connection_string host:port "user and password, a line each"`.
connection_string() {
  local endpoint=$1 user=${2%%$'\n'*} password=${2#*$'\n'}
  password=${password//\\/\\\\}
  echo "host=${endpoint%:*} port=${endpoint##*:} dbname=$DATABASE user='$user' password='${password//\'/\\\'}' $CONNECTION_OPTIONS"
}

# A target that was begun is gone on with; one that is not whole is begun anew.
prepare_target() {
  local source node=$1
  if ! is_whole "$node"; then
    wipe_target "$node"
    make_target "$node"
  fi
  for source in "${SOURCES[@]}"; do subscribe "$source" "$node"; done
}

is_whole() {
  local source there
  [[ $(marked "$1") == "$RUN" ]] || return 1
  for source in "${SOURCES[@]}"; do
    there=$(query "$1" "SELECT subslotname FROM pg_subscription WHERE subname = '$(flow "$source" "$1")'")
    [[ -z $there ]] || there=$(query "$source" "SELECT 'no slot' WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$there')")
    [[ -z $there ]] || return 1
  done
}

# The copy begins only when it is noted which slots its workers will make: they have to go even if the target is dead by then. Their names
# are of the subscription's number and the server's own. Servers that are copies of one image have both in common, and would take each
# other's slots: then the subscription is made again, under the next number. Until then it knows no table and touches nothing on the source.
subscribe() {
  local name there
  name=$(flow "$1" "$2")
  there=$(query "$2" "SELECT count(r) FROM pg_subscription s LEFT JOIN pg_subscription_rel r ON r.srsubid = s.oid
    WHERE s.subname = '$name' GROUP BY s.oid")
  [[ ${there:-0} == 0 ]] || return 0
  until [[ -n $there && $(claim_slots "$1" "$2" "$name") == ours ]]; do
    if [[ -n $there ]]; then
      query "$2" "ALTER SUBSCRIPTION $name DISABLE"
      query "$2" "ALTER SUBSCRIPTION $name SET (slot_name = NONE)"
      query "$2" "DROP SUBSCRIPTION $name"
    fi
    CONNECTION=$(connection_to "$1") script "$2" <<SQL
\getenv connection CONNECTION
SET client_min_messages = error;
CREATE SUBSCRIPTION $name CONNECTION :'connection' PUBLICATION $name WITH (connect = false, slot_name = '$name');
SQL
    drop_slots "$1" "$name"
    query "$1" "SELECT pg_create_logical_replication_slot('$name', 'pgoutput')" >/dev/null
    there=0
  done
  query "$2" "ALTER SUBSCRIPTION $name ENABLE"
  query "$2" "ALTER SUBSCRIPTION $name REFRESH PUBLICATION"
}

# SQL: a source notes which slots workers will make.
SYNC_SLOTS="CREATE TABLE $OURS.sync_slots (pattern text PRIMARY KEY, flow text NOT NULL);"
claim_slots() {
  local pattern
  pattern=$(query "$2" "SELECT format('pg_%s_sync_[0-9]+_%s', oid, (SELECT system_identifier FROM pg_control_system()))
    FROM pg_subscription WHERE subname = '$3'")
  query "$1" "INSERT INTO $OURS.sync_slots AS known VALUES ('$pattern', '$3')
    ON CONFLICT (pattern) DO UPDATE SET flow = excluded.flow WHERE known.flow = excluded.flow RETURNING 'ours'"
}

# Drops slots of a source whose names match, and ends who uses them.
drop_slots() {
  local match="database = current_database() AND slot_name ~ '^($2)\$'" left=''
  for _ in $(seq 60); do
    query "$1" "SELECT count(pg_terminate_backend(active_pid)) FROM pg_replication_slots WHERE active AND $match" >/dev/null
    query "$1" "SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE NOT active AND $match" >/dev/null || true
    left=$(query "$1" "SELECT string_agg(slot_name, ' ') FROM pg_replication_slots WHERE $match")
    [[ -n $left ]] || return 0
    sleep 0.5
  done
  fail "$1 keeps the slots $left, which fill its disk with log: SELECT pg_drop_replication_slot(…) for each"
}

# What a source has of the runbook, except that it may be frozen. Flows go by their names, whatever map they are of.
tidy_source() {
  local node=$1 patterns="place_${1}_.*" table
  table=$(query "$node" "SELECT to_regclass('$OURS.sync_slots')")
  [[ -z $table ]] || patterns+=$(query "$node" "SELECT coalesce('|' || string_agg(DISTINCT pattern, '|'), '') FROM $table")
  drop_slots "$node" "$patterns"
  script "$node" <<SQL
DO \$\$ DECLARE name text; BEGIN
  FOR name IN SELECT pubname FROM pg_publication WHERE pubname LIKE 'place\_$node\_%' LOOP EXECUTE format('DROP PUBLICATION %I', name); END LOOP;
END \$\$;
SQL
}

# Ends what comes to a target. Its slots are the source's business: the source may not be there.
unsubscribe() {
  script "$1" <<SQL
DO \$\$ DECLARE name text; BEGIN
  FOR name IN SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
    WHERE d.datname = current_database() AND subname LIKE 'place\_%' LOOP
    EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', name);
    EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', name);
    EXECUTE format('DROP SUBSCRIPTION %I', name);
  END LOOP;
END \$\$;
SQL
}

forget_marks() { query "$1" "DROP SCHEMA IF EXISTS $OURS CASCADE"; }

# Prints three numbers of a target: tables whose copy isn't complete, failures so far, subscriptions that nobody works on as somebody should.
pulse() {
  query "$1" "WITH ours AS (SELECT oid FROM pg_subscription WHERE subname LIKE 'place\_%'),
      tables AS (SELECT srsubid, srsubstate FROM pg_subscription_rel WHERE srsubid IN (SELECT oid FROM ours) AND srsubstate <> 'r'),
      workers AS (SELECT subid, relid FROM pg_stat_subscription WHERE pid IS NOT NULL)
    SELECT (SELECT count(*) FROM tables),
      (SELECT coalesce(sum(apply_error_count + sync_error_count), 0) FROM pg_stat_subscription_stats WHERE subname LIKE 'place\_%'),
      (SELECT count(*) FROM ours WHERE NOT EXISTS (SELECT FROM workers WHERE subid = ours.oid AND relid IS NULL)
        OR EXISTS (SELECT FROM tables WHERE srsubid = ours.oid AND srsubstate IN ('i', 'd', 'f'))
        AND NOT EXISTS (SELECT FROM workers WHERE subid = ours.oid AND relid IS NOT NULL))" | tr '|' ' '
}

# Fails when a target fails again and again, or nobody works there for a minute.
IDLE_SINCE=0
watch_targets() {
  local node copying failures idle
  local -i unready=0 nobody=0
  for node in "${TARGETS[@]}"; do
    read -r copying failures idle < <(pulse "$node") || fail "$node does not answer"
    ((failures <= FAILURES_ALLOWED)) || fail "replication to $node failed $failures times: its log says why"
    unready+=$copying nobody+=$idle
  done
  ((nobody > 0)) || IDLE_SINCE=$SECONDS
  ((SECONDS - IDLE_SINCE < 60)) || fail "$nobody subscriptions have had no worker for a minute: the log of their targets says why; start again"
  COPYING=$unready
}

# Waits until targets have all that was committed on the sources by now, at most so many seconds.
reach() {
  local node pause=0.1
  local -A marks=()
  local -i start=$SECONDS
  # What the message is ordered behind has been applied when the message is confirmed. Where it ends the log says in a question of its own:
  # on Aurora the number that the message returns is of another sequence.
  for node in "${SOURCES[@]}"; do
    marks[$node]=$(printf '%s\n' 'SET synchronous_commit = on;' '\o /dev/null' "SELECT pg_logical_emit_message(true, 'stagecraft', 'here');" '\o' \
      'SELECT pg_current_wal_lsn();' | script "$node")
  done
  for node in "${SOURCES[@]}"; do
    until [[ $(query "$node" "SELECT count(*) FROM pg_replication_slots
        WHERE slot_name LIKE 'place\_$node\_%' AND confirmed_flush_lsn < '${marks[$node]}'") == 0 ]]; do
      ((SECONDS - start < $1)) || return 1
      watch_targets
      sleep $pause
    done
  done
}
