# From the proof that both sides are the same to an application that uses the new one.

# SQL: all large objects as they are stored.
LARGE_OBJECTS="SELECT count(*), coalesce(sum(hashtextextended(concat_ws(' ', loid, pageno, md5(data)), 0)::numeric), 0) FROM pg_largeobject"

# Decides at the old side that the new one is to serve. From then on abort takes nothing back but a switch that never reached the setting.
# When a transaction was numbered since the verification began (another database's, or one that was told to write), all is compared once more,
# while nobody can write at all.
decide() {
  local writers objects
  writers=$(old "$WHO_WRITES")
  [[ -z $writers ]] || fail "somebody writes to the frozen side: $writers"
  # Who holds the tables since before the comparison needs no other proof.
  if ((${#HELD[@]})); then
    act "$DECIDE"
    return
  fi
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
    say "switched: the database is at $TARGET; nobody could write for $(since "$FROZEN") s"
  fi
  survey_new
  [[ $STATE != serving ]] || return 0
  # Who waits for a lock of ours is to hear that nothing is written here any more.
  release_tables
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
