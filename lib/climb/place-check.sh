# shellcheck shell=bash
# What has to be so before anything is begun.

step_check() {
  local source
  everywhere check_version "${SOURCES[@]}" "${TARGETS[@]}"
  everywhere check_source "${SOURCES[@]}"
  everywhere check_target "${TARGETS[@]}"
  for source in "${SOURCES[@]}"; do check_homes "$source"; done
  say "checked: ${#SOURCES[@]} sources, ${#TARGETS[@]} targets, $SHARDS shards by $STRATEGY"
}

check_source() {
  local node=$1 tables='' target table
  check_log "$node"
  for target in "${TARGETS[@]}"; do
    [[ -n $(tables_of "$target") ]] || fail "no table goes to $target: name one in /$NAME/climb/$target-tables"
    tables+=" $(tables_of "$target")"
  done
  [[ $node != core ]] || check_left "$tables"
  for table in $(tr ' ' '\n' <<<"$tables" | sort -u); do check_table "$node" "$table"; done
}

# SQL: what no extension brought.
NOT_OF_EXTENSIONS="NOT EXISTS (SELECT FROM pg_depend WHERE classid = c.tableoid AND objid = c.oid AND deptype = 'e')"

# What nobody named would stay behind: tables with rows, large objects, and sequences that go on without a table. What isn't rows is named only.
check_left() {
  local table tables left='' named
  named=$1\ $LEFT_TABLES
  tables=$(query core "SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind IN ('r', 'p', 'm') AND relispopulated AND NOT relispartition AND nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', '$OURS')
      AND NOT (nspname = 'public' AND relname = ANY (string_to_array('$named', ' '))) AND $NOT_OF_EXTENSIONS")
  while IFS= read -r table; do
    [[ -z $table || $(query core "SELECT EXISTS (SELECT FROM $table)") == f ]] || left+="${left:+ }$table"
  done <<<"$tables"
  [[ " $named " == *' pg_largeobject '* || $(query core 'SELECT EXISTS (SELECT FROM pg_largeobject_metadata)') == f ]] || left+="${left:+ }pg_largeobject"
  [[ -z $left ]] || fail "tables of core hold rows and nobody says where they go: $left: put their names into /$NAME/climb/orders-tables, products-tables or left-tables, or empty them"
  left=$(query core "SELECT string_agg(what, ', ') FROM (SELECT 'view ' || c.oid::regclass AS what FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind IN ('v', 'm', 'f') AND nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', '$OURS') AND $NOT_OF_EXTENSIONS
    UNION ALL SELECT 'function ' || c.oid::regprocedure FROM pg_proc c JOIN pg_namespace n ON n.oid = pronamespace
      WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', '$OURS') AND $NOT_OF_EXTENSIONS) w")
  [[ -z $left ]] || say "stays behind in core: $left; make on the new databases what their tables use"
  left=$(query core "SELECT string_agg(DISTINCT s.oid::regclass || ' (for ' || d.adrelid::regclass || ')', ', ') FROM pg_attrdef d
    JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
    JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S' JOIN pg_class t ON t.oid = d.adrelid
    WHERE t.relname = ANY (string_to_array('$1', ' ')) AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass
      AND o.objid = s.oid AND o.deptype IN ('a', 'i') AND o.refobjid = t.oid)")
  [[ -z $left ]] || fail "sequences that no table owns would not be continued: $left: ALTER SEQUENCE … OWNED BY the column that they number"
}

check_table() {
  local problem
  problem=$(query "$1" "WITH t AS (SELECT * FROM pg_class WHERE oid = to_regclass('public.$2'))
    SELECT CASE
      WHEN NOT EXISTS (SELECT FROM t) THEN 'does not exist'
      WHEN EXISTS (SELECT FROM t WHERE relkind <> 'r' OR relpersistence <> 'p') THEN 'is no ordinary table'
      WHEN EXISTS (SELECT FROM t WHERE relreplident <> 'f' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid
        AND indimmediate AND CASE relreplident WHEN 'd' THEN indisprimary ELSE indisreplident END)) THEN 'has no primary key, without which changes can''t follow'
      WHEN '$2' = '$USERS_TABLE' AND '$STRATEGY' IN ('range', 'directory') AND EXISTS (SELECT FROM t WHERE relreplident <> 'd')
        THEN 'has a replica identity that is not its primary key, by which it is shared out: ALTER TABLE public.$2 REPLICA IDENTITY DEFAULT'
      WHEN '$2' = '$USERS_TABLE' AND NOT EXISTS (SELECT FROM t JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey) WHERE a.attname = '$USERS_KEY' AND a.atttypid IN (20, 23))
        THEN 'has no primary key $USERS_KEY of whole numbers'
      WHEN EXISTS (SELECT FROM t JOIN pg_constraint c ON contype = 'f' AND t.oid IN (conrelid, confrelid) AND conrelid <> confrelid)
        THEN 'is joined to another table by a foreign key, which may lead out of its database: drop the foreign key'
    END")
  [[ -z $problem ]] || fail "the table $2 of $1 $problem"
}

check_target() {
  local node=$1 table found
  found=$(marked "$node")
  if [[ -z $found ]]; then
    for table in $(tables_of "$node"); do
      found=$(query "$node" "SELECT to_regclass('public.$table')")
      [[ -z $found || $(query "$node" "SELECT EXISTS (SELECT FROM public.$table)") == f ]] ||
        fail "$node has rows in $table that this runbook did not bring: make sure nobody needs them and drop the table"
    done
  fi
  check_room_for_workers "$node"
}

# Every user needs a shard. Nothing is written here: the function is gone with the session.
check_homes() {
  local homeless
  homeless=$({ home_function pg_temp && echo "SELECT count(*), min($USERS_KEY), max($USERS_KEY) FROM public.$USERS_TABLE WHERE pg_temp.home($USERS_KEY) IS NULL"; } |
    script "$1")
  [[ $homeless == 0\|* ]] || fail "${homeless%%|*} users of $1 have no shard, ids ${homeless#*|}: deploy a map whose ranges hold them"
}
