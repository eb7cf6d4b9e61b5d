# shellcheck shell=bash
# Numbers that sequences give, and the proof that both sides are the same.

# Sequences aren't replicated. Those of tables that moved go on where they were, and new users of a range come behind all who were there.
continue_sequences() {
  local source target
  for source in "${SOURCES[@]}"; do sequences_of "$source" "$(tables_of "$source")"; done | sort -t'|' -k3n >"$WORK/sequences"
  for target in "${TARGETS[@]}"; do continue_there "$target"; done
  # The highest id that the one database ever gave: it may have been deleted, and is not given again.
  LAST_ID=0
  [[ ${SOURCES[*]} != core ]] || LAST_ID=$(awk -F'|' -v table="$ANCHOR" -v key="${KEYS[$ANCHOR]//\"/}" '$1 == table && $2 == key { last = $3 } END { print last + 0 }' "$WORK/sequences")
  for target in "${TARGETS[@]}"; do continue_ranges "$target"; done
}

# Of several sources the highest number comes last.
continue_there() {
  local table column last there
  there=" $(tables_of "$1" | tr '\n' ' ') "
  while IFS='|' read -r table column last; do
    [[ $there != *" $table "* ]] || echo "SELECT setval(pg_get_serial_sequence('public.$table', '$column'), $last);"
  done <"$WORK/sequences" | script "$1" >/dev/null
}

# Prints table, column and last number of the sequences that belong to tables of a source.
sequences_of() {
  query "$1" "SELECT t.relname, a.attname, pg_sequence_last_value(s.oid) FROM pg_depend d
    JOIN pg_class s ON s.oid = d.objid JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      AND CASE WHEN s.relkind = 'S' THEN pg_sequence_last_value(s.oid) IS NOT NULL END AND t.relnamespace = 'public'::regnamespace AND t.relname = ANY (string_to_array('$(tr '\n' ' ' <<<"$2")', ' '))"
}

# Calls a function with the sequence, the first id and the last one of each range of a shard.
each_range() {
  local range first behind shard work=$1
  for range in "${RANGES[@]}"; do
    read -r first behind shard <<<"$range"
    [[ $shard != "${2#shard}" ]] || "$work" "public.${STEM}_ids_$first" "$((first > 0 ? first : 1))" "$((behind - 1))"
  done
}

# Named and bounded as the application does it. A range that was cut shorter ends where it ends now.
continue_ranges() { [[ $STRATEGY != range || $1 != shard* ]] || each_range continue_range "$1" | build "$1" >/dev/null; }
continue_range() {
  cat <<SQL
CREATE SEQUENCE IF NOT EXISTS $1 AS bigint MINVALUE $2 MAXVALUE $3 START $2;
SELECT setval('$1', used) FROM (SELECT greatest(least(coalesce(pg_sequence_last_value('$1'), 0), $3), least(${LAST_ID:-0}, $3),
  (SELECT max(${KEYS[$ANCHOR]}) FROM public.$ANCHOR WHERE ${KEYS[$ANCHOR]} BETWEEN $2 AND $3)) AS used) given WHERE used >= $2;
ALTER SEQUENCE $1 MAXVALUE $3;
SQL
}

drop_sequences() { each_range drop_sequence "$1"; }
drop_sequence() { echo "DROP SEQUENCE IF EXISTS $1;"; }

behind_ranges() { [[ $STRATEGY != range ]] || each_range behind_range "$1" | script "$1"; }
behind_range() {
  echo "SELECT 'behind' FROM public.$ANCHOR WHERE ${KEYS[$ANCHOR]} BETWEEN $2 AND $3 HAVING max(${KEYS[$ANCHOR]}) > coalesce(pg_sequence_last_value('$1'), 0);"
}

# Rows and checksums of all tables on both sides, at the same time. What leaves a source is all that the one database has, and of a shard
# the rows that belong elsewhere. What is copied everywhere is compared place by place.
step_verify() {
  local node table result
  local -a work=()
  ((${#SOURCES[@]} > 0)) || { say 'verified: nobody moves' && return; }
  everywhere note_proof "${SOURCES[@]}"
  for node in "${SOURCES[@]}" "${TARGETS[@]}"; do
    for table in $(tables_of "$node"); do work+=("$node/$table"); done
  done
  everywhere digest_table "${work[@]}" >"$WORK/digests"
  result=$(python3 -c '
import sys
sides = {}
for side, table, rows, total in (line.split() for line in sys.stdin):
    counted, summed = sides.get((side, table), (0, 0))
    sides[side, table] = counted + int(rows), summed + int(total)
for table in sorted({table for _, table in sides}):
    before, after = sides.get(("source", table)), sides.get(("target", table))
    if before != after:
        sys.exit(f"runbook: {table} differs: {before} (rows, checksum) at the sources, {after} at the targets")
    print(f"{before[0]} rows of {table}", end=", ")
' <"$WORK/digests")
  everywhere verify_place "${TARGETS[@]}"
  say "verified: ${result}checksums equal, every row on the right shard"
  for node in "${SOURCES[@]}"; do act "$node" "UPDATE $OURS.pause SET verified = true;"; done
}

digest_table() {
  local node=${1%/*} table=${1#*/} side=target condition=true found target
  if [[ " ${SOURCES[*]} " == *" $node "* ]]; then
    side=source
    [[ $node == core || -z ${KEYS[$table]:-} ]] || condition="$OURS.home(${KEYS[$table]}) IS DISTINCT FROM ${NUMBER[$node]}"
  fi
  found=$(digest "${WRITER[$node]}" "${SECRET[$node]}" "public.$table" "$condition" | tr '|' ' ')
  if ! is_reference "$table"; then
    echo "$side $table $found"
  elif [[ $side == target ]]; then
    echo "$side $table@$node $found"
  elif [[ $node == "${SOURCES[0]}" ]]; then
    for target in "${TARGETS[@]}"; do echo "$side $table@$target $found"; done
  fi
}

# A primary key on each shard and every row on the shard of its key: so nothing is there twice.
verify_place() {
  local wrong table key
  if [[ $1 == shard* ]]; then
    for table in ${TABLES[$SHARDED]}; do
      wrong=$(query "$1" "SELECT count(*) FROM public.$table WHERE $OURS.home(${KEYS[$table]}) IS DISTINCT FROM ${NUMBER[$1]}")
      [[ $wrong == 0 ]] || fail "$wrong rows of $table on $1 belong elsewhere"
    done
    [[ -z $(behind_ranges "$1") ]] || fail "a sequence of $1 is behind its keys"
  fi
  if fills_directory "$1"; then
    key=${KEYS[$ANCHOR]}
    wrong=$(query "$1" "SELECT count(*) FROM public.$ANCHOR u FULL JOIN public.${STEM}_directory d ON d.id = u.$key
      WHERE d.shard IS DISTINCT FROM $OURS.home(u.$key)")
    [[ $wrong == 0 ]] || fail "$wrong entries of the directory are missing or wrong"
  fi
}
