# shellcheck shell=bash
# What has to be so before anything is begun, read from the catalogue of every database.

step_check() {
  local source target
  everywhere check_version "${SOURCES[@]}" "${TARGETS[@]}"
  for target in "${TARGETS[@]}"; do
    [[ -n $(tables_of "$target" | tr -d ' \n') ]] || fail "no table goes to $target: give it one in the model, or in /$NAME/climb/$target-tables"
  done
  everywhere check_source "${SOURCES[@]}"
  everywhere check_target "${TARGETS[@]}"
  for source in "${SOURCES[@]}"; do check_homes "$source"; done
  ((${#SOURCES[@]} == 0)) || everywhere try_target "${TARGETS[@]}"
  say "checked: ${#SOURCES[@]} sources, ${#TARGETS[@]} targets, $SHARDS shards by $STRATEGY"
}

check_source() {
  check_log "$1"
  refuse_tables "$1" "$(table_problems)"
  refuse_tables "$1" "$(stray_rows "$1")"
  [[ $1 != core ]] || check_left
}

# Fails with the first line that a question finds about tables, and says the others.
refuse_tables() {
  local found line
  [[ -n $2 ]] || return 0
  found=$(query "$1" "$2")
  [[ -n $found ]] || return 0
  while read -r line; do say "the table ${line/ / of $1 }"; done < <(tail -n +2 <<<"$found")
  found=${found%%$'\n'*}
  fail "the table ${found/ / of $1 }"
}

# SQL: tables with their function and key. A source that is a shard knows only some.
model_rows() {
  local name table rows=''
  for name in "${FUNCTIONS[@]}" "$SHARDED"; do
    for table in ${TABLES[$name]}; do rows+="('$table', '$name', '$(tr -d '"' <<<"${KEYS[$table]:-}")'), "; done
  done
  for table in $REFERENCE; do rows+="('$table', 'reference', ''), "; done
  for table in $LEFT; do rows+="('$table', 'left', ''), "; done
  echo "WITH m (tab, fn, key) AS (VALUES ${rows%, }), known AS (SELECT m.*, c.oid AS rel, relkind, relpersistence, relreplident, relrowsecurity, relforcerowsecurity, relowner FROM m LEFT JOIN pg_class c ON c.oid = to_regclass('public.' || tab)),
    t AS (SELECT known.*, attnum AS at, attnotnull, format_type(atttypid, NULL) AS of_type, attgenerated, i.indexrelid IS NOT NULL AS known_by, attnum = ANY ((i.indkey::int2[])[:i.indnkeyatts - 1]) AS by_key
      FROM known LEFT JOIN pg_attribute a ON attrelid = rel AND attname = key AND attnum > 0
      LEFT JOIN pg_index i ON i.indrelid = rel AND indimmediate AND CASE relreplident WHEN 'd' THEN indisprimary ELSE indisreplident END
      WHERE fn <> 'left'$([[ ${SOURCES[0]} == core ]] || echo " AND fn IN ('$SHARDED', 'reference')")),
    f AS (SELECT t.*, con.conname, conkey, confkey, confrelid, o.tab AS to_tab, coalesce(o.fn, 'no function') AS to_fn, o.at AS to_at, o.key AS to_key
      FROM t JOIN pg_constraint con ON contype = 'f' AND conrelid = t.rel LEFT JOIN t o ON o.rel = confrelid)"
}

# SQL: what is wrong with tables, as `table problem`.
table_problems() {
  cat <<SQL
$(model_rows) SELECT tab || ' ' || what FROM (
  SELECT tab, 1, 'does not exist' FROM t WHERE rel IS NULL
  UNION ALL SELECT tab, 2, 'is no ordinary table, but partitioned, inherited, unlogged or a view' FROM t WHERE relkind <> 'r' OR relpersistence <> 'p'
    OR EXISTS (SELECT FROM pg_inherits WHERE rel IN (inhrelid, inhparent))
  UNION ALL SELECT tab, 3, 'has no primary key, without which changes can''t follow' FROM t WHERE relkind = 'r' AND relreplident <> 'f' AND NOT known_by
  UNION ALL SELECT tab, 4, CASE WHEN at IS NULL THEN 'has no column ' || key || ', by which its rows are spread'
      WHEN NOT attnotnull THEN format('has rows without a place where %s is null: ALTER TABLE public.%s ALTER %s SET NOT NULL', key, tab, key)
      WHEN attgenerated <> '' THEN format('has the key %s, which is generated: ALTER … DROP EXPRESSION', key)
      ELSE format('has the key %s of %s, which the model takes for $KEY_TYPE', key, of_type) END
    FROM t WHERE key <> '' AND rel IS NOT NULL AND (at IS NULL OR NOT attnotnull OR attgenerated <> ''
      OR of_type <> ALL (CASE '$KEY_TYPE' WHEN 'bigint' THEN '{bigint,integer}' WHEN 'text' THEN '{text,character varying}' ELSE '{uuid}' END::text[]))
  UNION ALL SELECT tab, 5, 'has no primary key ' || key FROM t WHERE tab = '$ANCHOR' AND NOT EXISTS (
      SELECT FROM pg_index i WHERE indrelid = rel AND indisprimary AND at = ANY ((i.indkey::int2[])[:indnkeyatts - 1]) AND ('$STRATEGY' <> 'directory' OR indnkeyatts = 1))
  UNION ALL SELECT tab, 6, 'has a replica identity that is not its primary key, by which it is shared out: ALTER TABLE public.' || tab || ' REPLICA IDENTITY DEFAULT'
    FROM t WHERE key <> '' AND relreplident <> 'd' AND ('$STRATEGY' = 'range' OR '$STRATEGY' = 'directory' AND tab = '$ANCHOR')
  UNION ALL SELECT tab, 7, format('has a primary key without %s, by which ranges share it out: make it (%s, …)', key, key)
    FROM t WHERE key <> '' AND relreplident = 'd' AND known_by AND NOT by_key AND '$STRATEGY' = 'range'
  UNION ALL SELECT tab, 8, format('has the %s %s without %s, and two shards could hold the same: add %s to it, or drop it', CASE WHEN indisexclusion THEN 'exclusion constraint' ELSE 'unique index' END, indexrelid::regclass, key, key)
    FROM t JOIN pg_index i ON indrelid = rel AND (indisunique OR indisexclusion) WHERE key <> '' AND at IS NOT NULL AND at <> ALL ((i.indkey::int2[])[:indnkeyatts - 1])
      AND NOT EXISTS (SELECT FROM pg_attribute a WHERE attrelid = rel AND a.attnum = ANY ((i.indkey::int2[])[:indnkeyatts - 1]) AND atttypid = 'uuid'::regtype)
  UNION ALL SELECT tab, 9, format('is joined to another table by a foreign key, %s to %s of %s: drop the foreign key, or put both into one function', conname, confrelid::regclass, to_fn)
    FROM f WHERE to_fn NOT IN (fn, 'reference')
  UNION ALL SELECT tab, 10, format('has the trigger %s, which would fire once more for rows that are copied: ALTER TABLE public.%s ENABLE TRIGGER %s', tgname, tab, tgname)
    FROM t JOIN pg_trigger ON tgrelid = rel WHERE NOT tgisinternal AND tgenabled IN ('A', 'R')
  UNION ALL SELECT t.tab, 11, format('has the trigger %s, whose function names the table %s of %s: drop it, or put both into one function', tgname, o.tab, o.fn)
    FROM t JOIN pg_trigger ON tgrelid = t.rel AND NOT tgisinternal JOIN pg_proc p ON p.oid = tgfoid JOIN known o ON o.fn NOT IN (t.fn, 'reference') AND prosrc ~ ('\m' || o.tab || '\M')
      AND o.tab NOT IN (SELECT word FROM pg_get_keywords())
  UNION ALL SELECT tab, 12, 'has row level security that hides rows from the copy: ALTER TABLE public.' || tab || ' NO FORCE ROW LEVEL SECURITY until the move is done'
    FROM t WHERE relforcerowsecurity OR relrowsecurity AND NOT pg_has_role(relowner, 'USAGE')
) w (tab, nth, what) ORDER BY nth, tab
SQL
}

# SQL: rows of sharded tables that a foreign key leads to a row with another key, which may be on another shard. Nothing where no such key is.
stray_rows() {
  query "$1" "$(model_rows) SELECT string_agg(format('(SELECT %L WHERE EXISTS (SELECT FROM public.%I a JOIN public.%I b ON %s WHERE a.%I::text <> b.%I::text))',
      tab || ' has rows that the foreign key ' || conname || ' leads to another ' || key || ': it could be on another shard, give them the same', tab, to_tab,
      (SELECT string_agg(format('a.%I = b.%I', x.attname, y.attname), ' AND ') FROM unnest(conkey, confkey) c (x, y)
        JOIN pg_attribute x ON x.attrelid = rel AND x.attnum = c.x JOIN pg_attribute y ON y.attrelid = confrelid AND y.attnum = c.y), key, to_key), ' UNION ALL ')
    FROM f WHERE key <> '' AND to_key <> '' AND NOT EXISTS (SELECT FROM unnest(conkey, confkey) c (x, y) WHERE (x, y) = (at, to_at))"
}

# SQL: what no extension brought.
NOT_OF_EXTENSIONS="NOT EXISTS (SELECT FROM pg_depend WHERE classid = c.tableoid AND objid = c.oid AND deptype = 'e')"

# What nobody named would stay behind: tables with rows, large objects, and sequences that go on without a table. What isn't rows is named only.
check_left() {
  local table tables left='' named
  named="$(tables_of core | tr '\n' ' ') $LEFT"
  tables=$(query core "SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind IN ('r', 'p', 'm') AND relispopulated AND NOT relispartition AND nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', '$OURS')
      AND NOT (nspname = 'public' AND relname = ANY (string_to_array('$named', ' '))) AND $NOT_OF_EXTENSIONS")
  while IFS= read -r table; do
    [[ -z $table || $(query core "SELECT EXISTS (SELECT FROM $table)") == f ]] || left+="${left:+ }$table"
  done <<<"$tables"
  [[ " $named " == *' pg_largeobject '* || $(query core 'SELECT EXISTS (SELECT FROM pg_largeobject_metadata)') == f ]] || left+="${left:+ }pg_largeobject"
  [[ -z $left ]] || fail "tables of core hold rows and nobody says where they go: $left: put their names into a function of the model, into left, or into /$NAME/climb/<function>-tables or left-tables, or empty them"
  [[ -z $LEFT ]] || say "stays behind in core, as the model says: $LEFT"
  left=$(query core "SELECT string_agg(what, ', ') FROM (SELECT CASE relkind WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table ' ELSE 'view ' END || c.oid::regclass AS what FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE (relkind IN ('v', 'm', 'f') OR relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = c.tableoid AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
        AND nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', '$OURS') AND $NOT_OF_EXTENSIONS
    UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger c WHERE $NOT_OF_EXTENSIONS
    UNION ALL SELECT 'function ' || c.oid::regprocedure FROM pg_proc c JOIN pg_namespace n ON n.oid = pronamespace
      WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', '$OURS') AND $NOT_OF_EXTENSIONS) w")
  [[ -z $left ]] || say "stays behind in core: $left; make on the new databases what their tables use"
  left=$(query core "SELECT string_agg(DISTINCT s.oid::regclass || ' (for ' || d.adrelid::regclass || ')', ', ') FROM pg_attrdef d
    JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
    JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S' JOIN pg_class t ON t.oid = d.adrelid
    WHERE t.relname = ANY (string_to_array('$named', ' ')) AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass
      AND o.objid = s.oid AND o.deptype IN ('a', 'i') AND o.refobjid = t.oid)")
  [[ -z $left ]] || fail "sequences that their table does not own would not be continued: $left: ALTER SEQUENCE … OWNED BY the column that they number"
}

check_target() {
  local node=$1 table found
  found=$(marked "$node")
  if [[ -z $found ]]; then
    for table in $(tables_of "$node"); do
      found=$(query "$node" "SELECT to_regclass('public.$table')")
      [[ -z $found || $(query "$node" "SELECT EXISTS (SELECT FROM public.$table)") == f ]] || { ((${#SOURCES[@]} == 0)) && is_reference "$table"; } ||
        fail "$node has rows in $table that this runbook did not bring: make sure nobody needs them and drop the table"
    done
  fi
  check_room_for_workers "$node"
}

# Makes the tables on a target that has none yet, and takes all of it back: so types, functions and extensions that they use are missed now.
try_target() {
  local lacks
  [[ -z $(marked "$1") ]] || return 0
  target_sql "$1" >"$WORK/$1.try"
  lacks=$(script "$1" --single-transaction -v ECHO=errors < <(cat "$WORK/$1.try" && echo 'SELECT 1 / 0;') 2>&1 >/dev/null |
    sed -nE 's/.*ERROR:  //p; s/.*STATEMENT:  / in /p' | head -n 2 | paste -sd,) || true
  [[ $lacks == 'division by zero'* ]] || fail "the tables of ${SOURCES[0]} can't be made on $1: ${lacks% (}: make there what they use first"
}

# Every row needs a shard, which ranges may not have. Nothing is written here: the function is gone with the session.
check_homes() {
  local table key homeless
  [[ $STRATEGY == range ]] || return 0
  for table in ${TABLES[$SHARDED]}; do
    key=${KEYS[$table]}
    homeless=$({ home_function pg_temp && echo "SELECT count(*), min($key), max($key) FROM public.$table WHERE pg_temp.home($key) IS NULL"; } | script "$1")
    [[ $homeless == 0\|* ]] || fail "${homeless%%|*} $table of $1 have no shard, ids ${homeless#*|}: deploy a map whose ranges hold them"
  done
}
