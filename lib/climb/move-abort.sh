# The way back before the switch. The old side first: it takes writes again whatever became of AWS and the new side, unless the switch is
# decided. A decided one is taken back if its setting was never changed: first the new side takes no writes any more, then nobody who comes
# late does harm.
do_abort() {
  if ask_settings; then
    look_at
  else
    WRITER=$(cat "$NOTES" 2>/dev/null || true) SECRET=''
    [[ -n $WRITER ]] || fail "the settings can't be asked ($(why)), and where the old side is is not known: run abort again when Parameter Store answers"
    say "the settings can't be asked: what is on this server is undone"
  fi
  if switched; then
    taken_back || fail "switched already: $TARGET has the newest data; $WAY_BACK"
    return 0
  fi
  grasp abort
  survey_old
  [[ -z $DECIDED ]] || take_back
  if [[ -n $FROZEN ]]; then
    act "$THAW; ALTER DATABASE $DATABASE RESET stagecraft.frozen; ALTER DATABASE $DATABASE RESET stagecraft.decided; ALTER DATABASE $DATABASE RESET stagecraft.proof;"
    send_away "$WRITER" ''
  fi
  if reaches_new && (survey && NEVER_FROM=serving mark_with "$FREEZE;" void && unsubscribe rds && send_away "$TARGET" "$SECRET"); then
    say 'the old side serves and takes writes; the copy is void'
  else
    say "the old side serves and takes writes; $TARGET did not take part: the next run copies anew"
  fi
  # No slot may stay, or the log would fill the disk.
  close_log
  act "ALTER DATABASE $DATABASE RESET stagecraft.hand;"
}

reaches_new() { [[ -n $SECRET ]] && log_in && (survey_new); }

take_back() {
  [[ -n $SECRET ]] || fail "the switch is decided, and whether the setting was changed only Parameter Store knows: run switch or abort again when it answers; until then the old side is read"
  STATE=''
  if reaches_new; then
    survey_new
    [[ -z $STATE || $STATE == serving ]] || close_new
  else
    say "$TARGET does not answer"
  fi
  # Whoever was changing the setting has been ended; a call that is under way arrives meanwhile.
  sleep "${SETTLE:-5}"
  look abort
  ! switched || reopen
}
reopen() {
  NEVER_FROM=serving mark_with "$THAW;" "open $FROZEN $ROWS $LOST $DOUBLED" || true
  fail "switched already: $TARGET has the newest data; run switch and finish"
}

# A call that arrived after the switch was taken back: the setting says the new side, which takes no writes, and the old one serves.
taken_back() {
  local there
  there=$(cat "$NOTES" 2>/dev/null) && reaches_new || return 1
  survey_new
  [[ $STATE == void ]] || return 1
  WRITER=$there
  survey_old
  [[ -z $DECIDED && $READ_ONLY == f ]] || return 1
  put_parameter config/database/writer "$there"
  say "the setting is $there again: the old side serves and takes writes"
}
