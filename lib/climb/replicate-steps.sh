# shellcheck shell=bash
# The steps. Until the switch the sources serve, and abort leaves them as they were; the switch is one parameter.

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
    say "$step: $WHAT is in force already, nothing to do"
    return
  fi
  "step_${step//-/_}"
}

# Takes the lock, and looks under it whether the map is still the same. What a hand may change on a source is noted there. Another run's move is
# refused, except by an abort that somebody sends by hand.
grasp() {
  local was=$SWITCHED other=''
  HAND_AT=("${WRITER[$HAND_NODE]}" "${SECRET[$HAND_NODE]}")
  take_hand "$1"
  [[ -z $RUN_ID || $was == yes ]] || other=$(noted_hand "$HAND_NODE")
  if [[ -n $other && $other != *" -" && $other != *" ${RUN_ID:0:8}" ]]; then
    [[ $1 != abort ]] || leave_others "the run ${other##* }"
    fail "the run ${other##* } has the move since its step ${other%% *}: wait for it, or send the step abort by hand, which ends it"
  fi
  [[ $was == yes || $1 =~ ^(catch-up|drain|verify)$ || $(parameter "config/$MAP_SETTING") == "${SETTINGS[$MAP_SETTING]}" ]] ||
    fail "the setting $MAP_SETTING was changed meanwhile: run this step again"
  [[ $1 == check || $SWITCHED == yes ]] || everywhere note_hand "${SOURCES[@]}"
}
has_pause() { [[ -n $(query "$1" "SELECT to_regclass('$OURS.pause')") ]]; }
noted_hand() { ! has_pause "$1" || query "$1" "SELECT hand FROM $OURS.pause"; }
note_hand() { ! has_pause "$1" || query "$1" "UPDATE $OURS.pause SET hand = '$TOKEN'"; }

step_prepare() {
  everywhere prepare_source "${SOURCES[@]}"
  if ((${#SOURCES[@]} == 0)); then everywhere furnish "${TARGETS[@]}"; else everywhere prepare_target "${TARGETS[@]}"; fi
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
  # Who has rows and no statistics is slow at first.
  everywhere analyze_target "${TARGETS[@]}"
  say "caught up: the targets are less than $LAG_SECONDS seconds behind"
}

analyze_target() { query "$1" ANALYZE; }

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
    for node in "${SOURCES[@]}"; do shut_out "$node"; done
    decide
    ((${#SOURCES[@]} == 0)) || everywhere open_target "${TARGETS[@]}"
    ! taken_back || fail 'the switch was taken back by an abort: the sources serve'
    { put_beside new && put_parameter "config/$MAP_SETTING" "$WANTED"; } || [[ $(parameter "config/$MAP_SETTING") == "$WANTED" ]] ||
      fail "the setting $MAP_SETTING can't be changed ($(why)): the switch is decided and writers wait; run switch again, or abort to let them in"
    if taken_back; then
      put_parameter "config/$MAP_SETTING" "${SETTINGS[$MAP_SETTING]}"
      put_beside old
      fail 'the switch was taken back by an abort: the sources serve'
    fi
    for node in "${SOURCES[@]}"; do pause=$(query "$node" "SELECT round(extract(epoch FROM clock_timestamp() - frozen), 1) FROM $OURS.pause"); done
    say "switched: writes were paused for $pause seconds, and are for each server until it hears of $WHAT"
  fi
  everywhere reopen "${SOURCES[@]}"
  [[ $SWITCHED == no ]] || say "switch: $WHAT is in force already, and whoever goes on serving takes writes"
}
# From here on abort takes nothing back but a switch that never reached the setting. If a transaction was numbered on a source since the
# comparison began, all is compared once more, while nobody can write at all. What of ours lies between is known.
decide() {
  local node
  if everywhere decide_unchanged "${SOURCES[@]}"; then return 0; fi
  grep -q 'others were here' "$WORK/errors" || fail "the switch can't be decided: $(why)"
  say 'transactions were numbered since the verification began: comparing once more, and nobody can write'
  for node in "${SOURCES[@]}"; do
    hold_tables "${WRITER[$node]}" "${SECRET[$node]}" "$(held_tables "$node")"
  done
  step_verify
  for node in "${SOURCES[@]}"; do act "$node" "UPDATE $OURS.pause SET decided = true;"; done
}
decide_unchanged() {
  act "$1" "IF NOT EXISTS (SELECT FROM $OURS.pause WHERE decided OR
      pg_current_xact_id()::text::numeric - proof::text::numeric = $(settle_source "$1")) THEN RAISE EXCEPTION 'others were here'; END IF;
    UPDATE $OURS.pause SET decided = true;"
}
# Lets writers into what was verified, and into nothing else.
open_target() { query "$1" "$(ANYWAY=yes ONLY_FROM=${ONLY_FROM:-$RUN} mark_unless_open "$RUN open"); $THAW"; }

# Whether a source says that an abort has taken the switch back. Who doesn't answer says nothing.
taken_back() {
  local node there
  for node in "${SOURCES[@]}"; do
    there=$(query "$node" "SELECT to_regclass('$OURS.pause') IS NOT NULL") || continue
    [[ $there == t && $(query "$node" "SELECT decided FROM $OURS.pause") != f ]] || return 0
  done
  return 1
}

require_verified() {
  require_frozen "$1"
  [[ $(query "$1" "SELECT verified FROM $OURS.pause") == t ]] || fail "$1 was not verified: run the step verify first"
}

reopen() {
  has_pause "$1" || return 0
  query "$1" "UPDATE $OURS.pause SET switched = coalesce(switched, clock_timestamp())"
  serve_on "$1"
}

step_finish() {
  local node
  [[ $SWITCHED == yes ]] || fail "$WHAT is not in force: run the step switch first"
  everywhere reopen "${SOURCES[@]}"
  everywhere unsubscribe "${SOURCES[@]}"
  everywhere tidy_source "${SOURCES[@]}"
  everywhere delete_moved "${SOURCES[@]}"
  everywhere leave "${SOURCES[@]}"
  for node in "${SOURCES[@]}"; do say "$node: $(figures "$node")"; done
  say 'finished'
}

step_status() {
  local node
  say "$WHAT is in force: $SWITCHED"
  for node in "${SOURCES[@]}"; do
    is_frozen "$node" && say "$node takes no writes"
    query "$node" "SELECT 'runbook: ' || slot_name || ' is ' || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)) || ' behind'
      FROM pg_replication_slots WHERE slot_name LIKE 'place\_%'"
  done
  for node in "${TARGETS[@]}"; do
    say "$node: $(pulse "$node" | awk '{ print $1 " tables are being copied, " $2 " failures, " $3 " subscriptions without a worker" }')"
  done
}
