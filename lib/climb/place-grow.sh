# shellcheck shell=bash
# Shards that go on serving while others are filled from them.

# A source shard that goes on serving turns away who doesn't know yet that a user is elsewhere, as a frozen database does.
guard_source() {
  script "$1" --single-transaction <<SQL
CREATE OR REPLACE FUNCTION $OURS.guard() RETURNS trigger LANGUAGE plpgsql AS \$\$
DECLARE
  it record := NEW;
BEGIN
  IF TG_OP = 'DELETE' THEN it := OLD; END IF;
  IF coalesce(current_setting('stagecraft.placing', true), '') <> 'on' AND $OURS.home(it.$USERS_KEY) IS DISTINCT FROM ${NUMBER[$1]} THEN
    RAISE EXCEPTION 'this user belongs to another shard by now' USING ERRCODE = 'read_only_sql_transaction';
  END IF;
  RETURN it;
END \$\$;
CREATE OR REPLACE TRIGGER ${OURS}_guard BEFORE INSERT OR UPDATE OR DELETE ON public.$USERS_TABLE
  FOR EACH ROW EXECUTE FUNCTION $OURS.guard();
SQL
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

held_tables() { echo "relnamespace = 'public'::regnamespace AND relname = ANY (string_to_array('$(verified_tables "$1")', ' '))"; }

leave() {
  [[ -n $(marked "$1") ]] || return 0
  ! fills_directory "$1" || query "$1" "DROP TABLE IF EXISTS public.$USERS_TABLE"
  forget_marks "$1"
}

figures() {
  local table parts=''
  for table in $(verified_tables "$1"); do
    [[ -z $(query "$1" "SELECT to_regclass('public.$table')") ]] ||
      parts+="${parts:+, }$(query "$1" "SELECT count(*) FROM public.$table") rows of $table"
  done
  echo "${parts:-no rows}"
}

# The users who moved are deleted from a shard that goes on serving, when every server knows the new map.
delete_moved() {
  local since after='' gone deleted=0
  [[ $1 == shard* ]] && has_pause "$1" || return 0
  since=$(query "$1" "SELECT ceil(greatest(0, $GRACE_SECONDS - extract(epoch FROM clock_timestamp() - switched))) FROM $OURS.pause")
  ((since == 0)) || say "$1: waits $since seconds, until every server knows the new map"
  sleep "$since"
  while true; do
    gone=$(query "$1" "WITH leaving AS (SELECT $USERS_KEY AS id FROM public.$USERS_TABLE WHERE $OURS.home($USERS_KEY) IS DISTINCT FROM ${NUMBER[$1]}
        ${after:+AND $USERS_KEY > $after} ORDER BY $USERS_KEY LIMIT 5000),
      gone AS (DELETE FROM public.$USERS_TABLE u USING leaving l WHERE u.$USERS_KEY = l.id RETURNING u.$USERS_KEY AS id)
      SELECT max(id), count(*) FROM gone")
    after=${gone%|*} deleted=$((deleted + ${gone#*|}))
    [[ -n $after ]] || break
  done
  say "$1: $deleted users who moved are deleted here"
}
