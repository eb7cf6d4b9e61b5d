# shellcheck shell=bash
# Shards that go on serving while others are filled from them.

# A source shard that goes on serving turns away who doesn't know yet that a user is elsewhere, as a frozen database does.
guard_source() {
  local table key
  for table in ${TABLES[$SHARDED]}; do
    key=${KEYS[$table]}
    cat <<SQL
CREATE OR REPLACE FUNCTION $OURS.guard_$table() RETURNS trigger LANGUAGE plpgsql AS \$\$
DECLARE
  it record := NEW;
BEGIN
  IF TG_OP = 'DELETE' THEN it := OLD; END IF;
  IF coalesce(current_setting('stagecraft.placing', true), '') <> 'on' AND $OURS.home(it.$key) IS DISTINCT FROM ${NUMBER[$1]} THEN
    RAISE EXCEPTION 'this row belongs to another shard by now' USING ERRCODE = 'read_only_sql_transaction';
  END IF;
  RETURN it;
END \$\$;
CREATE OR REPLACE TRIGGER ${OURS}_guard BEFORE INSERT OR UPDATE OR DELETE ON public.$table
  FOR EACH ROW EXECUTE FUNCTION $OURS.guard_$table();
SQL
  done | build "$1"
}

# Where nobody moves, a new shard begins with the tables of the first one, what is copied everywhere, and the sequences of its ranges.
furnish() {
  [[ -z $(query "$1" "SELECT to_regclass('public.$ANCHOR')") ]] || return 0
  {
    dump shard0 --schema-only "$(tables_of shard0)"
    [[ -z $REFERENCE ]] || dump shard0 --data-only "$REFERENCE"
  } >"$WORK/$1.sql"
  build "$1" <"$WORK/$1.sql" >/dev/null
  continue_ranges "$1"
}

# Before the switch: who doesn't know the new map yet must not write to a user who is elsewhere.
shut_out() { [[ $1 != shard* ]] || guard_source "$1"; }

# After it: a core database stays frozen; a shard goes on serving who stays.
serve_on() {
  [[ $1 == shard* ]] && is_frozen "$1" || return 0
  continue_ranges "$1"
  query "$1" "$THAW" && send_away "${WRITER[$1]}" "${SECRET[$1]}"
}

# How many transactions of ours the switch finds between its own and the proof: two, and a guard is a third.
settle_source() { [[ $1 == shard* ]] && echo 4 || echo 3; }

held_tables() { echo "relnamespace = 'public'::regnamespace AND relname = ANY (string_to_array('$(tables_of "$1" | tr '\n' ' ')', ' '))"; }

leave() {
  [[ -n $(marked "$1") ]] || return 0
  ! fills_directory "$1" || query "$1" "DROP TABLE IF EXISTS public.$ANCHOR"
  forget_marks "$1"
}

figures() {
  local table parts=''
  for table in $(tables_of "$1"); do
    [[ -z $(query "$1" "SELECT to_regclass('public.$table')") ]] ||
      parts+="${parts:+, }$(query "$1" "SELECT count(*) FROM public.$table") rows of $table"
  done
  echo "${parts:-no rows}"
}

# What moved is deleted from a shard that goes on serving, when every server knows the new map. It isn't gone, so nobody hears of it: neither
# foreign keys nor triggers.
delete_moved() {
  local since table
  [[ $1 == shard* ]] && has_pause "$1" || return 0
  since=$(query "$1" "SELECT ceil(greatest(0, $GRACE_SECONDS - extract(epoch FROM clock_timestamp() - switched))) FROM $OURS.pause")
  ((since == 0)) || say "$1: waits $since seconds, until every server knows the new map"
  sleep "$since"
  ((${#KEYS[@]} == 1)) || local PGOPTIONS="$PGOPTIONS -c session_replication_role=replica"
  for table in ${TABLES[$SHARDED]}; do delete_from "$1" "$table" "${KEYS[$table]}"; done
}

delete_from() {
  local node=$1 table=$2 key=$3 after beyond='' gone deleted=0
  while true; do
    gone=$(query "$node" "WITH leaving AS (SELECT $key AS id FROM public.$table WHERE $OURS.home($key) IS DISTINCT FROM ${NUMBER[$node]}
        $beyond ORDER BY $key LIMIT 5000),
      gone AS (DELETE FROM public.$table u USING leaving l WHERE u.$key = l.id RETURNING 1)
      SELECT (SELECT count(*) FROM gone), (SELECT id FROM leaving ORDER BY id DESC LIMIT 1)")
    ((${gone%%|*} > 0)) || break
    after=${gone#*|} deleted=$((deleted + ${gone%%|*}))
    beyond="AND $key > '${after//\'/\'\'}'"
  done
  say "$node: $deleted $table who moved are deleted here"
}
