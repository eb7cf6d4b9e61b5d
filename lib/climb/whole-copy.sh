# shellcheck shell=bash
# The copy of a whole database, and the proof that both sides are the same.

prepare_source() {
  case $(marked core) in
    "$RUN") return ;;
    ?*) fail 'core takes part in another move: run abort with the bridge that it was begun with' ;;
  esac
  {
    mark "$RUN"
    note_book
    publication "$(flow core cluster)"
  } | build core
}

# The new side: everything that isn't rows, as one dump has it.
make_target() {
  check_empty
  echo "$(mark 'half made') $THAW;" | build cluster
  on "$OLD_WRITER" "$OLD_SECRET" pg_dump -Fc --schema-only --no-owner --no-privileges --no-tablespaces --no-publications --no-subscriptions \
    --exclude-schema="$OURS" >"$WORK/structure"
  restore_structure "$TARGET" "$TARGET_SECRET" "$WORK/structure"
  ONLY_FROM='half made' query cluster "$(mark_unless_open "$RUN")"
}

# Whoever kept the cluster before has marked nothing: all that belongs to its user came from here.
wipe_target() {
  [[ -n $(marked "$1") ]] || return 0
  query "$1" "$(mark_unless_open 'half wiped')"
  unsubscribe "$1"
  script "$1" --single-transaction <<<"$(mark_unless_open 'half wiped'); DO \$\$ BEGIN $DROP_OWNED END \$\$;"
}

continue_sequences() { carry_on core cluster; }

# Rows and a checksum of each table, sequences and the whole structure, on both sides at the same time.
step_verify() {
  local difference other
  everywhere note_proof core
  inventory "$OLD_WRITER" "$OLD_SECRET" >"$WORK/old" &
  other=$!
  inventory "$TARGET" "$TARGET_SECRET" >"$WORK/new"
  wait "$other"
  read -r ROWS LOST DOUBLED <<<"$(tally)"
  difference=$(diff "$WORK/old" "$WORK/new" | grep -m1 '^[<>]' || true)
  [[ -z $difference ]] || fail "the copy differs ($LOST rows lost, $DOUBLED doubled), the first difference (< core, > cluster): $difference"
  structure "$OLD_WRITER" "$OLD_SECRET" "$WORK/old-structure" &
  other=$!
  structure "$TARGET" "$TARGET_SECRET" "$WORK/new-structure"
  wait "$other"
  difference=$(diff "$WORK/old-structure" "$WORK/new-structure" | grep -m1 '^[<>]' || true)
  [[ -z $difference ]] || fail "the structure differs, was it changed since prepare? The first difference (< core, > cluster): $difference"
  difference=$(query cluster "SELECT string_agg(indexrelid::regclass || ' is invalid', ', ') FROM pg_index WHERE NOT indisvalid")
  [[ -z $difference ]] || fail "in the cluster $difference"
  say "verified: $ROWS rows in $(grep -c '^table' "$WORK/new" || true) tables, $(grep -c '^sequence' "$WORK/new" || true) sequences, $LOST lost, $DOUBLED doubled; indexes, constraints, views, functions"
  act core "UPDATE $OURS.pause SET verified = true;"
}
