# One hand at a time. Who works on a move holds a lock in the database that moves, by a session that lasts as long as anything of the step
# lives: whatever the step starts inherits the open end of that session's input. What a hand has begun is noted in the same database, and
# every change asks there first whether it is still this hand's to make. RUN_ID is an execution's; by hand it is empty.
HAND_LOCK=5747231
RUN_ID=${RUN_ID:-}
HAND_AT=()

# Says who holds the lock: pid of the session, `hand`, step, host, its process, number of its pipe, run, since.
holder() {
  ask "${HAND_AT[@]}" "SELECT a.pid, replace(a.application_name, ' ', '|'), to_char(a.backend_start, 'HH24:MI:SS') FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.classid = $HAND_LOCK AND l.objid = 1 AND l.granted AND a.datname = current_database()"
}

# Takes the lock for a step, or says who has it. `abort` by hand takes it from whoever has it; that of an execution leaves others alone.
take_hand() {
  local step=$1 answer pid name host process pipe run since
  for _ in {1..40}; do
    ! try_hand "$step" || return 0
    answer=$(holder) || fail "who holds the move can't be asked: $(why)"
    IFS='|' read -r pid _ name host process pipe run since <<<"$answer"
    [[ -n $pid ]] || continue
    if [[ $host == "$(host)" && -z $(holds "$pipe" "$process") ]]; then
      end_hand "$pipe" "$process"
      continue
    fi
    if [[ $step == abort && (-z $RUN_ID || $run == "${RUN_ID:0:8}") ]]; then
      say "takes the move from the step $name of $host, at work since $since"
      if [[ $host == "$(host)" ]]; then end_hand "$pipe" "$process"; else ask "${HAND_AT[@]}" "SELECT pg_terminate_backend($pid)" >/dev/null; fi
      continue
    fi
    # A step that just ended is a moment in ending its session.
    sleep 0.1
  done
  [[ $step != abort || -z ${pid:-} ]] || leave_others "the step $name of another run"
  fail "the step $name works on $host since $since (process $process): wait for it, or send the step abort by hand, which ends it"
}

# What another run has begun is its own to undo: the abort that follows a refusal must not end it.
leave_others() {
  say "$1 has the move: nothing of this run is to be undone"
  exit 0
}

host() { hostname | cut -c1-15; }

try_hand() {
  : >"$WORK/hand"
  exec {HAND}> >(PGAPPNAME=stagecraft-hand exec_hand)
  local keeper=$! pipe
  pipe=$(readlink "/proc/$$/fd/$HAND")
  pipe=${pipe//[^0-9]/}
  TOKEN="$1 $(host) $$ $pipe ${RUN_ID:0:8}"
  [[ -n $RUN_ID ]] || TOKEN+='-'
  # It broke off when the database isn't there; who asks next says so.
  printf '%s\n' "SET application_name = 'hand $TOKEN';" "SELECT CASE WHEN pg_try_advisory_lock($HAND_LOCK, 1) THEN 'ours' ELSE 'theirs' END;" >&"$HAND" || true
  while [[ ! -s $WORK/hand ]] && kill -0 "$keeper" 2>/dev/null; do sleep 0.02; done
  [[ $(cat "$WORK/hand") != ours ]] || return 0
  exec {HAND}>&-
  return 1
}
exec_hand() { on "${HAND_AT[@]}" psql -XqAt -v ON_ERROR_STOP=1 >"$WORK/hand" 2>>"$WORK/hand-errors"; }

# Whether the step's own process lives: what it started may live on without it.
holds() { find "/proc/$2/fd" -lname "pipe:\\[$1\\]" 2>/dev/null || true; }

# Ends everything that has the other end of a lock's session, and so the session.
end_hand() {
  local others
  for _ in {1..50}; do
    others=$(find /proc/[0-9]*/fd -lname "pipe:\\[$1\\]" 2>/dev/null | cut -d/ -f3 | sort -u | grep -vx "$$" || true)
    [[ -n $others ]] || return 0
    xargs kill -KILL <<<"$others" 2>/dev/null || true
    sleep 0.1
  done
}

# SQL: with the first nobody writes to the database any more, except who says so, and readers go on; a session keeps what it began with, so
# all are sent away then.
FREEZE="ALTER DATABASE $DATABASE SET default_transaction_read_only = on"
THAW="ALTER DATABASE $DATABASE RESET default_transaction_read_only"

# Lets nobody write to tables any more, not even who says so, for as long as this step lives: `hold_tables ENDPOINT SECRET CONDITION`, the
# condition of SQL for a table `c` of the catalogue.
HELD=()
hold_tables() {
  local held
  HELD_NOTE=$WORK/held-${#HELD[@]}
  : >"$HELD_NOTE"
  exec {held}> >(on "$1" "$2" psql -XqAt -v ON_ERROR_STOP=1 >"$HELD_NOTE")
  HOLDER=$!
  HELD+=("$held")
  hold "$NO_LIMIT; SET lock_timeout = '${CALL_SECONDS:-20}s'; BEGIN; DO \$hold\$ DECLARE it regclass; BEGIN
    FOR it IN SELECT c.oid FROM pg_class c WHERE relkind = 'r' AND ($3) ORDER BY c.oid LOOP EXECUTE format('LOCK TABLE ONLY %s IN SHARE MODE', it); END LOOP;
  END \$hold\$;"
}
# Takes more locks in the session that holds tables.
hold() {
  local before
  before=$(grep -c held "$HELD_NOTE" || true)
  printf '%s\n' "$1" "SELECT 'held';" >&"${HELD[-1]}" || true
  while [[ $(grep -c held "$HELD_NOTE") == "$before" ]] && kill -0 "$HOLDER" 2>/dev/null; do sleep 0.05; done
  [[ $(grep -c held "$HELD_NOTE") != "$before" ]] || fail "somebody writes to the frozen side, whose tables can't be held: $(why)"
}
release_tables() {
  local held
  for held in "${HELD[@]}"; do exec {held}>&-; done
  HELD=()
}

# SQL: who could still commit to a frozen database: transactions that are under way or prepared, and subscriptions, which no freeze stops.
WHO_WRITES="SELECT string_agg(who, '; ') FROM (
  SELECT format('session %s of %s writes: SELECT pg_terminate_backend(%s)', pid, usename, pid) AS who FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL AND backend_type = 'client backend' AND pid <> pg_backend_pid()
  UNION ALL SELECT format('the prepared transaction %s of %s is open: COMMIT PREPARED or ROLLBACK PREPARED', quote_literal(gid), owner) FROM pg_prepared_xacts
    WHERE database = current_database()) w"

# SQL: who isn't stopped by a freeze, whatever happens.
WHO_IGNORES="SELECT string_agg(who, '; ') FROM (
  SELECT format('the role %s writes on in a frozen database: ALTER ROLE %s%s RESET default_transaction_read_only', r.rolname, quote_ident(r.rolname),
      ' IN DATABASE ' || quote_ident(d.datname)) AS who
    FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole LEFT JOIN pg_database d ON d.oid = setdatabase
    WHERE coalesce(d.datname, current_database()) = current_database()
    AND EXISTS (SELECT FROM unnest(setconfig) c WHERE c LIKE 'default_transaction_read_only=%' AND c NOT LIKE '%=on')
  UNION ALL SELECT format('the subscription %s writes on in a frozen database: ALTER SUBSCRIPTION %s DISABLE', subname, quote_ident(subname))
    FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database() AND subenabled AND subname NOT LIKE 'place\\_%') w"
