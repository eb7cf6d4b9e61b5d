# shellcheck shell=bash
# The steps. Until the switch the sources serve, and abort leaves them as they were; the switch is one parameter.
WAY_BACK='the new map is in force and users write by it, so nothing is taken back by itself: the runbook'\''s page says what the way back costs'

main() {
  local step=${1:-}
  begin
  STEP=$step
  case $step in
    check | prepare | catch-up | freeze | drain | verify | switch | finish | abort | status) ;;
    *) fail "step ${step:-(none)} is not possible: allowed are check, prepare, catch-up, freeze, drain, verify, switch, finish, abort and status" ;;
  esac
  install_clients
  survey
  [[ $step == status ]] || grasp "$step"
  [[ $step == status || $step == abort ]] || everywhere send_own_away "${SOURCES[@]}" "${TARGETS[@]}"
  if [[ $SWITCHED == yes && ! $step =~ ^(switch|finish|abort|status)$ ]]; then
    say "$step: the new map is in force already, nothing to do"
    return
  fi
  "step_${step//-/_}"
}

# Takes the lock, and looks under it whether the map is still the same. What a hand may change on a source is noted there.
grasp() {
  local node was=$SWITCHED
  HAND_AT=("${WRITER[$HAND_NODE]}" "${SECRET[$HAND_NODE]}")
  take_hand "$1"
  [[ $1 =~ ^(catch-up|drain|verify)$ || $(parameter "config/$MAP_SETTING") == "${SETTINGS[$MAP_SETTING]}" ]] || { [[ $was == yes ]] || fail 'the map was changed meanwhile: run this step again'; }
  [[ $1 == check || $SWITCHED == yes ]] || everywhere note_hand "${SOURCES[@]}"
}
note_hand() { [[ -z $(query "$1" "SELECT to_regclass('$OURS.pause')") ]] || query "$1" "UPDATE $OURS.pause SET hand = '$TOKEN'"; }

step_prepare() {
  everywhere prepare_source "${SOURCES[@]}"
  ((${#SOURCES[@]} == 0)) || everywhere prepare_target "${TARGETS[@]}"
  say "prepared: $((${#SOURCES[@]} * ${#TARGETS[@]})) flows"
}

# The copy of what was there, and what changed meanwhile, until the targets are seconds behind.
step_catch_up() {
  local before="${LOGINS[*]}" refreshed=$SECONDS source target
  ((${#SOURCES[@]} > 0)) || { say 'caught up: nobody moves' && return; }
  IDLE_SINCE=$SECONDS
  while watch_targets && ((COPYING > 0)) || ! reach "$LAG_SECONDS"; do
    if ((SECONDS - refreshed >= 60)); then
      say "catching up: $COPYING tables are being copied"
      log_in "${SOURCES[@]}" "${TARGETS[@]}"
      if [[ ${LOGINS[*]} != "$before" ]]; then
        for source in "${SOURCES[@]}"; do for target in "${TARGETS[@]}"; do reconnect "$source" "$target"; done; done
      fi
      before="${LOGINS[*]}" refreshed=$SECONDS
    fi
    sleep 0.2
  done
  say "caught up: the targets are less than $LAG_SECONDS seconds behind"
}

reconnect() {
  CONNECTION=$(connection_to "$1") script "$2" <<SQL
\getenv connection CONNECTION
ALTER SUBSCRIPTION $(flow "$1" "$2") CONNECTION :'connection';
SQL
}

step_freeze() {
  everywhere freeze_source "${SOURCES[@]}"
  say 'frozen: the sources take no writes'
}
freeze_source() {
  local writers
  act "$1" "UPDATE $OURS.pause SET frozen = coalesce(frozen, clock_timestamp()), verified = false; $FREEZE;"
  send_away "${WRITER[$1]}" "${SECRET[$1]}"
  writers=$(query "$1" "$WHO_WRITES")
  writers+=${writers:+; }$(query "$1" "$WHO_IGNORES")
  [[ -z ${writers#; } ]] || fail "not everybody is stopped on $1: ${writers%; }"
}
is_frozen() {
  [[ $(query "$1" "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
    WHERE d.datname = current_database() AND s.setrole = 0 AND 'default_transaction_read_only=on' = ANY (s.setconfig)") == 1 ]]
}

step_drain() {
  everywhere require_frozen "${SOURCES[@]}"
  IDLE_SINCE=$SECONDS
  ((${#SOURCES[@]} == 0)) || reach "$DRAIN_SECONDS" || fail "the targets did not catch up within $DRAIN_SECONDS seconds of the write pause"
  ((${#SOURCES[@]} == 0)) || continue_sequences
  say 'drained: the targets have all that was written'
}
require_frozen() { is_frozen "$1" || fail "$1 takes writes: run the step freeze first"; }

# From the parameter on, servers use the new shards as they hear of it. A core database stays frozen; a shard goes on serving who stays.
step_switch() {
  local node pause=0
  if [[ $SWITCHED == no ]]; then
    everywhere require_verified "${SOURCES[@]}"
    for node in "${SOURCES[@]}"; do
      [[ $node != shard* ]] || guard_source "$node"
    done
    decide
    everywhere open_target "${TARGETS[@]}"
    put_parameter "config/$MAP_SETTING" "$SHARD_MAP" || [[ $(parameter "config/$MAP_SETTING") == "$SHARD_MAP" ]] ||
      fail "the setting $MAP_SETTING can't be changed ($(why)): the switch is decided and writers wait; run switch again, or abort to let them in"
    for node in "${SOURCES[@]}"; do pause=$(query "$node" "SELECT round(extract(epoch FROM clock_timestamp() - frozen), 1) FROM $OURS.pause"); done
    say "switched: writes were paused for $pause seconds, and are for each server until it hears of the new map"
  fi
  everywhere reopen "${SOURCES[@]}"
  [[ $SWITCHED == no ]] || say 'switch: the new map is in force already, and whoever goes on serving takes writes'
}
# From here on abort takes nothing back but a switch that never reached the setting. If a transaction was committed on a source since the
# comparison began, all is compared once more. Two of ours lie between: that all was equal, and that this hand was noted; a guard is a third.
decide() {
  local node tries
  for tries in 1 2 3; do
    if everywhere unchanged "${SOURCES[@]}"; then
      for node in "${SOURCES[@]}"; do act "$node" "UPDATE $OURS.pause SET decided = true;"; done
      return
    fi
    ((tries < 3)) || fail 'somebody goes on writing to what is frozen'
    step_verify
    SPENT=2
  done
}
unchanged() {
  local spent=${SPENT:-3}
  [[ -n ${SPENT:-} || $1 != shard* ]] || spent=4
  [[ $(query "$1" "SELECT pg_current_xact_id()::text::numeric - proof::text::numeric FROM $OURS.pause WHERE NOT decided") =~ ^($spent|)$ ]]
}
open_target() { query "$1" "$(ANYWAY=yes mark_unless_open "$RUN open"); $THAW"; }

require_verified() {
  require_frozen "$1"
  [[ $(query "$1" "SELECT verified FROM $OURS.pause") == t ]] || fail "$1 was not verified: run the step verify first"
}

reopen() {
  local table
  table=$(query "$1" "SELECT to_regclass('$OURS.pause')")
  [[ -n $table ]] || return 0
  query "$1" "UPDATE $OURS.pause SET switched = coalesce(switched, clock_timestamp())"
  [[ $1 == shard* ]] && is_frozen "$1" || return 0
  continue_ranges "$1"
  query "$1" "$THAW" && send_away "${WRITER[$1]}" "${SECRET[$1]}"
}

step_finish() {
  local node
  [[ $SWITCHED == yes ]] || fail 'the new map is not in force: run the step switch first'
  everywhere reopen "${SOURCES[@]}"
  everywhere unsubscribe "${SOURCES[@]}"
  everywhere tidy_source "${SOURCES[@]}"
  everywhere delete_moved "${SOURCES[@]}"
  everywhere leave "${SOURCES[@]}"
  for node in "${SOURCES[@]}"; do say "$node: $(figures "$node")"; done
  say 'finished'
}

leave() {
  [[ -n $(marked "$1") ]] || return 0
  ! fills_directory "$1" || query "$1" "DROP TABLE IF EXISTS public.$USERS_TABLE"
  forget_marks "$1"
}

figures() {
  local table parts=''
  for table in $(verified_tables "$1"); do
    [[ -z $(query "$1" "SELECT to_regclass('public.$table')") ]] ||
      parts+="${parts:+, }$(query "$1" "SELECT count(*) FROM public.$table") rows of $table"
  done
  echo "${parts:-no rows}"
}

# The users who moved are deleted from a shard that goes on serving, when every server knows the new map.
delete_moved() {
  local since after='' gone deleted=0
  [[ $1 == shard* && -n $(query "$1" "SELECT to_regclass('$OURS.pause')") ]] || return 0
  since=$(query "$1" "SELECT ceil(greatest(0, $GRACE_SECONDS - extract(epoch FROM clock_timestamp() - switched))) FROM $OURS.pause")
  ((since == 0)) || say "$1: waits $since seconds, until every server knows the new map"
  sleep "$since"
  while true; do
    gone=$(query "$1" "WITH leaving AS (SELECT $USERS_KEY AS id FROM public.$USERS_TABLE WHERE $OURS.home($USERS_KEY) IS DISTINCT FROM ${NUMBER[$1]}
        ${after:+AND $USERS_KEY > $after} ORDER BY $USERS_KEY LIMIT 5000),
      gone AS (DELETE FROM public.$USERS_TABLE u USING leaving l WHERE u.$USERS_KEY = l.id RETURNING u.$USERS_KEY AS id)
      SELECT max(id), count(*) FROM gone")
    after=${gone%|*} deleted=$((deleted + ${gone#*|}))
    [[ -n $after ]] || break
  done
  say "$1: $deleted users who moved are deleted here"
}

# The sources first: they serve again whatever became of the targets. Then no slot may stay, or the log would fill a source's disk.
step_abort() {
  local node
  local -i failed=0
  [[ $SWITCHED == no ]] || fail "$WAY_BACK"
  take_back
  set +e
  everywhere reopen_aborted "${SOURCES[@]}" || failed=1
  for node in "${TARGETS[@]}"; do
    everywhere unsubscribe "$node" || say "$node does not answer: what came there stays, and is wiped by the next run"
  done
  everywhere tidy_source "${SOURCES[@]}" || failed=1
  for node in "${TARGETS[@]}"; do everywhere wipe_target "$node"; done
  ((failed)) || everywhere forget_marks "${SOURCES[@]}" || failed=1
  set -e
  ((failed == 0)) || fail 'not all is undone: run abort again'
  say 'aborted: the sources serve and take writes, nothing is left on them'
}
# A switch that was decided and never reached the setting: the targets take no writes first, then nobody who comes late does harm.
take_back() {
  local node decided=''
  for node in "${SOURCES[@]}"; do
    [[ -z $(query "$node" "SELECT to_regclass('$OURS.pause')") || $(query "$node" "SELECT decided FROM $OURS.pause") == f ]] || decided=yes
  done
  [[ -n $decided ]] || return 0
  everywhere close_target "${TARGETS[@]}" || say 'not every target answers'
  sleep "${SETTLE:-5}"
  if [[ $(parameter "config/$MAP_SETTING") != "${SETTINGS[$MAP_SETTING]}" ]]; then
    everywhere open_target "${TARGETS[@]}"
    fail "$WAY_BACK"
  fi
  everywhere undecide "${SOURCES[@]}"
}
close_target() { [[ -z $(marked "$1") ]] || query "$1" "$(ANYWAY=yes mark_unless_open 'half wiped'); $FREEZE"; }
undecide() { act "$1" "UPDATE $OURS.pause SET decided = false;"; }

reopen_aborted() { ! is_frozen "$1" || { query "$1" "$THAW" && send_away "${WRITER[$1]}" "${SECRET[$1]}"; }; }

step_status() {
  local node
  say "the new map is in force: $SWITCHED"
  for node in "${SOURCES[@]}"; do
    is_frozen "$node" && say "$node takes no writes"
    query "$node" "SELECT 'runbook: ' || slot_name || ' is ' || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)) || ' behind'
      FROM pg_replication_slots WHERE slot_name LIKE 'place\_%'"
  done
  for node in "${TARGETS[@]}"; do
    say "$node: $(pulse "$node" | awk '{ print $1 " tables are being copied, " $2 " failures, " $3 " subscriptions without a worker" }')"
  done
}
