# The steps of the move, between the sides above.

do_rehearse() {
  local start copied
  survey
  # The pause has begun: nothing may make it longer.
  ! frozen || return 0
  start=$(now)
  transfer rehearsing
  same_structure
  copied=$(since "$start") start=$(now)
  inventories
  say "rehearsed with $(tally | cut -d ' ' -f 1) rows. Writes will pause for about $copied s (copy)" \
    "+ $(since "$start") s (verification) + up to 36 s until the application looks at its settings"
  clear_new
  mark rehearsed
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
  transfer copying
  mark copied "$FROZEN"
  say 'copied'
}

# Structure first, so that what belongs to the owner of an extension (its comment, its own rows) can be left out; then rows, indexes and
# constraints. Nobody but us writes there before the switch is decided.
transfer() {
  local from=(on "$WRITER" '' pg_dump -Fc -Z0 --no-owner --no-privileges --no-tablespaces --no-publications --no-subscriptions)
  local into=(on "$TARGET" "$SECRET" pg_restore -1 -d "$DATABASE" --no-owner --no-privileges)
  clear_new
  mark "$1"
  "${from[@]}" --section=pre-data >"$WORK/structure"
  pg_restore -l "$WORK/structure" | grep -v ' COMMENT - EXTENSION ' >"$WORK/list"
  "${into[@]}" -L "$WORK/list" "$WORK/structure"
  "${from[@]}" --section=data --section=post-data | "${into[@]}"
  new 'ANALYZE'
}

# A step that was killed may have left a session that still restores.
clear_new() {
  local left=1
  mark_with "$FREEZE;" clearing
  send_away "$TARGET" "$SECRET"
  # In portions, because each object takes a lock.
  while ((left)); do left=$(new 'SELECT count(lo_unlink(oid)) FROM (SELECT oid FROM pg_largeobject_metadata LIMIT 1000) portion'); done
  mark_with 'DROP OWNED BY CURRENT_USER CASCADE;' clearing
}

do_verify() {
  survey
  is_copied || fail 'there is no copy since nobody writes: run the steps freeze and copy first'
  # What serves as soon as its switch is done is as it was verified.
  [[ $STATE != open ]] || return 0
  compare_sides
  say "verified: $ROWS rows in $(grep -c '^table' "$WORK/new") tables, $(grep -c '^sequence' "$WORK/new") sequences," \
    "$(awk '$1 == "objects" { print $2 }' "$WORK/new") large objects; indexes, constraints and owners"
}

# The comparison, and the proof that nothing was committed here since it began: PostgreSQL numbers all transactions that write.
compare_sides() {
  local difference writers
  # Until it is proven the copy is worth nothing; so what differs, or is never looked at, is copied anew.
  mark void
  act "EXECUTE format('ALTER DATABASE $DATABASE SET stagecraft.proof = %L', pg_current_xact_id());"
  SPENT=1
  writers=$(old "$WHO_WRITES")
  [[ -z $writers ]] || fail "somebody writes to the frozen side: $writers"
  inventories
  read -r ROWS LOST DOUBLED <<<"$(tally)"
  difference=$(diff "$WORK/old" "$WORK/new" | grep -m1 '^[<>]' || true)
  [[ -z $difference ]] ||
    fail "the copy differs ($LOST rows lost, $DOUBLED doubled), the first difference (< here, > there): $difference"
  same_structure
  mark "verified $FROZEN $ROWS $LOST $DOUBLED"
}

# Decides at the old side that the new one is to serve. From then on abort takes nothing back but a switch that never reached the setting.
# When a transaction was committed since the verification began, all is compared once more.
decide() {
  local writers
  # That this hand was noted is a transaction, too.
  SPENT=2
  for _ in 1 2 3; do
    writers=$(old "$WHO_WRITES")
    [[ -z $writers ]] || fail "somebody writes to the frozen side: $writers"
    if act "IF pg_current_xact_id()::text::numeric <> $(setting stagecraft.proof)::numeric + $SPENT THEN RAISE EXCEPTION 'others were here'; END IF;
      ALTER DATABASE $DATABASE SET stagecraft.decided = '$FROZEN';"; then return 0; fi
    [[ $(tail -n 3 "$WORK/errors") == *'others were here'* ]] || fail "the switch can't be decided: $(why)"
    say 'transactions were committed here since the verification began: comparing once more'
    compare_sides
  done
  fail 'somebody goes on writing to the frozen side, or to another database of its server'
}

do_switch() {
  if ! switched; then
    survey
    if [[ ! $STATE =~ ^(verified|open)$ ]] || ! is_copied; then fail 'the copy is not verified: run the steps freeze, copy and verify first'; fi
    [[ $STATE == open && $DECIDED == "$FROZEN" ]] || decide
    NEVER_FROM=serving mark_with "$THAW;" "open $FROZEN $ROWS $LOST $DOUBLED"
    put_parameter config/database/writer "$TARGET" || wrote "$TARGET" ||
      fail "the setting config/database/writer can't be changed ($(why)): the switch is decided and writers wait; run switch again, or abort to let them in"
    # Whoever took the move away meanwhile has taken it back: then the setting is theirs.
    survey_old
    [[ $DECIDED == "$FROZEN" ]] || { put_parameter config/database/writer "$WRITER" && fail 'the switch was taken back by an abort: the old side serves'; }
    WRITER=$TARGET
    say "switched: the database is at $TARGET"
  fi
  survey_new
  [[ $STATE != serving ]] || return 0
  follow || {
    say "the application did not look at its settings in $PATIENCE s: restarting it"
    systemctl restart app
    follow
  } || fail "switched, but the application does not connect to $TARGET: look at /var/log/app/app.log; $WAY_BACK"
  new "COMMENT ON DATABASE $DATABASE IS 'stagecraft copy of $COPY_OF serving $OF_MOMENT $ROWS $LOST $DOUBLED $PAUSE'"
  say "the application is there; writes paused for $PAUSE s"
}

# Whether the setting has a value, as Parameter Store says when a call failed that may have done its work.
wrote() { [[ $(parameter config/database/writer) == "$1" ]]; }

# Waits until the application, which is nobody of ours, has a session on the new side.
follow() {
  local end=$((SECONDS + PATIENCE))
  while ((SECONDS < end)); do
    PAUSE=$(new "SELECT round(extract(epoch FROM min(backend_start))::numeric - $OF_MOMENT, 1) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND application_name !~ '^(psql|pg_)'")
    [[ -z $PAUSE ]] || return 0
    sleep 0.5
  done
  return 1
}

do_finish() {
  local others rest='is stopped'
  switched || fail 'not switched yet: run the steps before first'
  survey_new
  [[ $STATE == serving ]] || fail "the application was not seen at $TARGET: run the step switch first"
  WRITER=$(cat "$NOTES" 2>/dev/null || true)
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
