# The steps of the move, between the sides above.

do_rehearse() {
  local start copied
  survey
  # The pause has begun: nothing may make it longer.
  ! frozen || return 0
  start=$(now)
  take_snapshot
  transfer rehearsing
  same_structure
  copied=$(since "$start") start=$(now)
  inventories
  # A sequence gives numbers meanwhile, whatever the snapshot.
  same_contents '^[<>] sequence'
  say "rehearsed with $ROWS rows. Writes will pause for about $copied s (copy)" \
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
  transfer copying
  mark copied "$FROZEN"
  say 'copied'
}

# Structure first, then rows, indexes and constraints. Nobody but us writes there before the switch is decided.
transfer() {
  local from=(on "$WRITER" '' pg_dump -Fc -Z0 --no-owner --no-privileges --no-tablespaces --no-publications --no-subscriptions
    ${SNAPSHOT:+--snapshot=$SNAPSHOT})
  clear_new
  mark "$1"
  "${from[@]}" --section=pre-data >"$WORK/structure"
  restore_structure "$TARGET" "$SECRET" "$WORK/structure"
  "${from[@]}" --section=data --section=post-data | restore "$TARGET" "$SECRET"
  new 'ANALYZE'
}

# A step that was killed may have left a session that still restores.
clear_new() {
  local left=1
  mark_with "$FREEZE;" clearing
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
  compare_sides
  say "verified: $ROWS rows in $(grep -c '^table' "$WORK/new") tables, $(grep -c '^sequence' "$WORK/new") sequences," \
    "$(awk '$1 == "objects" { print $2 }' "$WORK/new") large objects; indexes, constraints and owners"
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
  inventories
  same_contents
  same_structure
  mark "verified $FROZEN $ROWS $LOST $DOUBLED"
}

# SQL: all large objects as they are stored.
LARGE_OBJECTS="SELECT count(*), coalesce(sum(hashtextextended(concat_ws(' ', loid, pageno, md5(data)), 0)::numeric), 0) FROM pg_largeobject"

# Decides at the old side that the new one is to serve. From then on abort takes nothing back but a switch that never reached the setting.
# When a transaction was numbered since the verification began (another database's, or one that was told to write), all is compared once more,
# while nobody can write at all.
decide() {
  local writers objects
  writers=$(old "$WHO_WRITES")
  [[ -z $writers ]] || fail "somebody writes to the frozen side: $writers"
  # That this hand was noted is a transaction, too.
  if act "IF pg_current_xact_id()::text::numeric <> $(setting stagecraft.proof)::numeric + 2 THEN RAISE EXCEPTION 'others were here'; END IF; $DECIDE"; then return 0; fi
  [[ $(tail -n 3 "$WORK/errors") == *'others were here'* ]] || fail "the switch can't be decided: $(why)"
  say 'transactions were numbered here since the verification began: comparing once more, and nobody can write'
  hold_tables "$WRITER" '' "$(ours pg_class relnamespace)"
  # Who compares large objects needs the lock that would keep them: so they are looked at once more, when nobody can write to them either.
  objects=$(old "$LARGE_OBJECTS")
  compare_sides
  hold 'LOCK TABLE pg_catalog.pg_largeobject IN SHARE MODE;'
  [[ $(old "$LARGE_OBJECTS") == "$objects" ]] || fail 'somebody writes large objects to the frozen side'
  act "$DECIDE"
}

do_switch() {
  local moment decided
  if ! switched; then
    survey
    if [[ ! $STATE =~ ^(verified|open)$ ]] || ! is_copied; then fail 'the copy is not verified: run the steps freeze, copy and verify first'; fi
    DECIDE="ALTER DATABASE $DATABASE SET stagecraft.decided = '$FROZEN';"
    [[ $STATE == open && $DECIDED == "$FROZEN" ]] || decide
    open_new
    # Whoever took the move away meanwhile has taken it back: then the setting is theirs.
    moment=$FROZEN
    survey_old
    [[ $DECIDED == "$moment" ]] || give_back
    put_parameter config/database/writer "$TARGET" || wrote "$TARGET" ||
      fail "the setting config/database/writer can't be changed ($(why)): the switch is decided and writers wait; run switch again, or abort to let them in"
    ! decided=$(survey_old && echo "$DECIDED") || [[ $decided == "$moment" ]] || give_back setting
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

# Lets writers into the copy that was verified, and into no other.
open_new() { ONLY_FROM="(verified|open) $FROZEN " NEVER_FROM=serving mark_with "$THAW;" "open $FROZEN $ROWS $LOST $DOUBLED"; }
close_new() { NEVER_FROM=serving mark_with "$FREEZE;" "void $FROZEN $ROWS $LOST $DOUBLED" && send_away "$TARGET" "$SECRET"; }
give_back() {
  FROZEN=$moment
  close_new || say "$TARGET does not answer"
  [[ -z ${1:-} ]] || put_parameter config/database/writer "$WRITER" || say "the setting could not be given back: run abort"
  fail 'the switch was taken back by an abort: the old side serves'
}

# Whether the setting has a value, as Parameter Store says when a call failed that may have done its work.
wrote() { [[ $(parameter config/database/writer) == "$1" ]]; }

# Waits until the application, which is nobody of ours, has a session on the new side.
follow() {
  local end=$((SECONDS + PATIENCE))
  # As its user: the directory is the application's, which could lead root elsewhere.
  runuser -u app -- touch "$TOUCHED" 2>/dev/null || true
  while ((SECONDS < end)); do
    PAUSE=$(new "SELECT round(extract(epoch FROM min(backend_start))::numeric - $OF_MOMENT, 1) FROM pg_stat_activity
      WHERE datname = current_database() AND pg_has_role(usesysid, ($OWNER), 'MEMBER') AND pid <> pg_backend_pid() AND application_name !~ '^(psql|pg_)'")
    [[ -z $PAUSE ]] || return 0
    sleep 0.2
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
