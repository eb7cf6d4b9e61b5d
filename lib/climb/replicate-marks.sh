# shellcheck shell=bash
# The comment on the runbook's own schema says whose it is.

# SQL: another mark for a target, unless it is open: then users may have written there. `abort` says ANYWAY when nobody has.
mark_unless_open() {
  echo "DO \$mark\$ BEGIN
    PERFORM pg_advisory_xact_lock($HAND_LOCK, 2);
    IF '${ANYWAY:-}' = '' AND (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = '$OURS') LIKE '% open' THEN
      RAISE EXCEPTION 'this database serves, or may'; END IF;
    IF (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = '$OURS') NOT LIKE '${ONLY_FROM:-}%' THEN
      RAISE EXCEPTION 'what came here was taken back'; END IF;
    COMMENT ON SCHEMA $OURS IS '$1';
  END \$mark\$"
}

# Changes a source, if the move is still in this hand: all of it or nothing.
act() {
  query "$1" "DO \$act\$ BEGIN
    UPDATE $OURS.pause SET hand = hand WHERE hand = '$TOKEN';
    IF NOT FOUND THEN RAISE EXCEPTION 'the step was ended: another one has the move'; END IF;
    $2
  END \$act\$"
}

mark() { echo "CREATE SCHEMA $OURS; COMMENT ON SCHEMA $OURS IS '$1';"; }

# Prints which run a database is marked by, if it is.
marked() { query "$1" "SELECT coalesce(obj_description(oid, 'pg_namespace'), '?') FROM pg_namespace WHERE nspname = '$OURS'"; }

# SQL: what a source notes for whoever goes on or tidies up. With a key, because others may publish all tables.
note_book() {
  echo "$SYNC_SLOTS
    CREATE TABLE $OURS.pause (one boolean PRIMARY KEY DEFAULT true, frozen timestamptz, switched timestamptz, verified boolean DEFAULT false,
      hand text, decided boolean DEFAULT false, proof xid8);
    INSERT INTO $OURS.pause (hand) VALUES ('$TOKEN');"
}

# PostgreSQL numbers all transactions that write: so the switch knows whether one was committed since the comparison began.
note_proof() {
  local writers
  act "$1" "UPDATE $OURS.pause SET verified = false, proof = pg_current_xact_id();"
  writers=$(query "$1" "$WHO_WRITES")
  [[ -z $writers ]] || fail "somebody writes to $1, which is frozen: $writers"
}
