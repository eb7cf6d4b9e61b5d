# shellcheck shell=bash
# The way back before the switch.

# The sources first: they serve again whatever became of the targets. Then no slot may stay, or the log would fill a source's disk.
step_abort() {
  local node
  local -i failed=0
  [[ $SWITCHED == no || ${SOURCES[0]} != core ]] || is_frozen core ||
    fail "$WHAT was put after an abort, and core takes writes: put the one before it back into /$NAME/config/$MAP_SETTING"
  [[ $SWITCHED == no ]] || fail "$WAY_BACK"
  take_back
  set +e
  everywhere reopen_aborted "${SOURCES[@]}" || failed=1
  put_beside old || failed=1
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
  local node map decided=''
  for node in "${SOURCES[@]}"; do
    ! has_pause "$node" || [[ $(query "$node" "SELECT decided FROM $OURS.pause") == f ]] || decided=yes
  done
  [[ -n $decided ]] || return 0
  everywhere close_target "${TARGETS[@]}" || say 'not every target answers'
  # Whoever was changing the setting on another server had so long for the call.
  sleep "${SETTLE:-25}"
  map=$(parameter "config/$MAP_SETTING") ||
    fail "the switch is decided, and whether the setting was changed only Parameter Store knows: run switch or abort again when it answers; until then the sources are read"
  if [[ $map != "${SETTINGS[$MAP_SETTING]}" ]]; then
    ONLY_FROM='half wiped' everywhere open_target "${TARGETS[@]}"
    fail "$WAY_BACK"
  fi
  everywhere undecide "${SOURCES[@]}"
}
close_target() { [[ -z $(marked "$1") ]] || query "$1" "$(ANYWAY=yes mark_unless_open 'half wiped'); $FREEZE"; }
undecide() { act "$1" "UPDATE $OURS.pause SET decided = false;"; }

reopen_aborted() { ! is_frozen "$1" || { query "$1" "$THAW" && send_away "${WRITER[$1]}" "${SECRET[$1]}"; }; }
