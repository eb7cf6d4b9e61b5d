# The steps of the move, between the sides above.

do_rehearse() {
  survey
  # The pause has begun: nothing may make it longer.
  ! frozen || return 0
  choose_way
  if [[ -n $DUMP_BECAUSE ]]; then rehearse_dump; else rehearse_following; fi
}

# Both sides are compared as they will be, but for what is written meanwhile.
rehearse_following() {
  local start copied
  start=$(now)
  follow_log
  copied=$(since "$start") start=$(now)
  both_sides
  same_structure
  read -r ROWS LOST DOUBLED <<<"$(tally)"
  say "the new side follows: $ROWS rows in $copied s. Writes will pause for about $(since "$start") s (verification)" \
    "+ 1 s + about 1 s until the application looks at its settings, up to 36 s where it does not watch $TOUCHED"
}

rehearse_dump() {
  local start copied
  close_log
  start=$(now)
  take_snapshot
  transfer rehearsing
  structures
  same_structure
  copied=$(since "$start") start=$(now)
  inventories
  # A sequence gives numbers meanwhile, whatever the snapshot.
  same_contents '^[<>] sequence'
  say "rehearsed a dump with $ROWS rows, because $DUMP_BECAUSE. Writes will pause for about $copied s (copy)" \
    "+ $(since "$start") s (verification) + about 1 s until the application looks at its settings, up to 36 s where it does not watch $TOUCHED"
  clear_new
  mark rehearsed
}

# People write while we rehearse: the copy and its comparison see the database as it is now.
take_snapshot() {
  local keeper snapshot
  exec {snapshot}> >(on "$WRITER" '' psql -XqAt -v ON_ERROR_STOP=1 >"$WORK/snapshot")
  keeper=$!
  printf '%s\n' "$NO_LIMIT;" 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;' 'SELECT pg_export_snapshot();' >&"$snapshot" || true
  while ! grep -q . "$WORK/snapshot" 2>/dev/null && kill -0 "$keeper" 2>/dev/null; do sleep 0.05; done
  SNAPSHOT=$(grep -m1 . "$WORK/snapshot" || true)
  [[ -n $SNAPSHOT ]] || fail "the database has no snapshot: $(why)"
}

do_freeze() {
  local writers
  survey
  ! frozen || return 0
  [[ $READ_ONLY == t ]] || FROZEN=$(now)
  act "ALTER DATABASE $DATABASE SET stagecraft.frozen = '$FROZEN:begun'; $FREEZE;"
  send_away "$WRITER" ''
  writers=$(old "$WHO_WRITES")
  writers+=${writers:+; }$(old "$WHO_IGNORES")
  [[ -z ${writers#; } ]] || fail "not everybody is stopped: ${writers%; }"
  act "ALTER DATABASE $DATABASE SET stagecraft.frozen = '$FROZEN:complete';"
  say 'from now on the old side is read, and nobody writes'
}

do_copy() {
  survey
  frozen || fail 'people still write to the old side: run the step freeze first'
  ! is_copied || return 0
  if follows; then drain; else transfer copying; fi
  mark copied "$FROZEN"
  say 'copied'
}

# Structure first, then rows, indexes and constraints. Nobody but us writes there before the switch is decided.
transfer() {
  clear_new
  mark "$1"
  bring --section=pre-data
  dump_old --section=data --section=post-data | restore "$TARGET" "$SECRET"
  new 'ANALYZE'
}
bring() {
  dump_old "$1" >"$WORK/structure"
  restore_structure "$TARGET" "$SECRET" "$WORK/structure"
}
dump_old() {
  on "$WRITER" '' pg_dump -Fc -Z0 --no-owner --no-privileges --no-tablespaces --no-publications --no-subscriptions --exclude-schema="$OURS" \
    ${SNAPSHOT:+--snapshot=$SNAPSHOT} "$@"
}

# A step that was killed may have left a session that still restores.
clear_new() {
  local left=1
  mark_with "$FREEZE;" clearing
  unsubscribe rds
  send_away "$TARGET" "$SECRET"
  # In portions, because each object takes a lock.
  while ((left)); do left=$(new 'SELECT count(lo_unlink(oid)) FROM (SELECT oid FROM pg_largeobject_metadata LIMIT 1000) portion'); done
  mark_with "$DROP_OWNED" clearing
}

do_verify() {
  survey
  is_copied || fail 'there is no copy since nobody writes: run the steps freeze and copy first'
  # What serves as soon as its switch is done is as it was verified.
  [[ $STATE != open ]] || return 0
  # Nothing more comes: what is compared stays as it is.
  unsubscribe rds
  compare_sides
  say "verified: $ROWS rows in $(grep -c '^table' "$WORK/new") tables, $(grep -c '^sequence' "$WORK/new") sequences," \
    "$(awk '$1 == "objects" { print $2 }' "$WORK/new") large objects; indexes, constraints and owners"
}

# Rows and structure of both sides, all at the same time.
both_sides() {
  local other
  structures &
  other=$!
  inventories
  wait $other
}

# Fails where inventories differ, except in lines that are of no matter.
same_contents() {
  local difference
  read -r ROWS LOST DOUBLED <<<"$(tally)"
  difference=$(diff "$WORK/old" "$WORK/new" | grep '^[<>]' | grep -m1 -v "${1:-^\$}" || true)
  [[ -z $difference ]] ||
    fail "the copy differs ($LOST rows lost, $DOUBLED doubled), the first difference (< here, > there): $difference"
}

# The comparison, and the proof that nothing was committed here since it began: PostgreSQL numbers all transactions that write.
compare_sides() {
  local writers
  # Until it is proven the copy is worth nothing; so what differs, or is never looked at, is copied anew.
  mark void
  act "EXECUTE format('ALTER DATABASE $DATABASE SET stagecraft.proof = %L', pg_current_xact_id());"
  writers=$(old "$WHO_WRITES")
  [[ -z $writers ]] || fail "somebody writes to the frozen side: $writers"
  both_sides
  same_contents
  same_structure
  mark "verified $FROZEN $ROWS $LOST $DOUBLED"
}

do_finish() {
  local others rest='is stopped'
  switched || fail 'not switched yet: run the steps before first'
  survey_new
  [[ $STATE == serving ]] || fail "the application was not seen at $TARGET: run the step switch first"
  WRITER=$(cat "$NOTES" 2>/dev/null || true)
  if [[ -n $WRITER ]] && old 'SELECT' >/dev/null; then close_log; fi
  others=$([[ -z $WRITER ]] || PGDATABASE=postgres old "$OTHER_DATABASES" || true)
  if [[ -n $others ]]; then rest="is read-only beside $others"; else systemctl disable --now postgresql; fi
  say "$ROWS rows moved, $LOST lost, $DOUBLED doubled, pause $PAUSE s; the old database $rest and stays on its volume"
}

do_status() {
  if switched; then
    say "switched: the database is at $TARGET"
    return
  fi
  survey_old
  survey_new
  say "not switched; $(frozen && echo "nobody writes since $(date -d "@$FROZEN" +%T)" || echo 'people write'); the copy: ${STATE:-none}"
  [[ -z $DECIDED ]] || say 'the switch is decided: run switch again, or abort'
  old "SELECT 'runbook: $TARGET is ' || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)) || ' behind'
    FROM pg_replication_slots WHERE slot_name = '$(flow server rds)'"
}

main() {
  begin
  case ${1:-} in
    check | rehearse | freeze | copy | verify | switch)
      look "$1"
      if switched && [[ $1 != switch ]]; then
        say "switched already, nothing to $1"
      else
        switched || grasp "$1"
        "do_$1"
        # Writers wait, and to start a step takes seconds: what is left is done at once.
        if [[ $1 == freeze ]] && follows; then
          hold_old
          do_copy
          do_verify
          do_switch
        fi
      fi
      ;;
    finish | status)
      look "$1"
      "do_$1"
      ;;
    abort) do_abort ;;
    *) fail "step ${1:-} is not known: type check, rehearse, freeze, copy, verify, switch, finish, abort or status" ;;
  esac
}
