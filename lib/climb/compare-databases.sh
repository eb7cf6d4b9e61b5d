# What two databases hold, and where they differ: `old`, `new`, WRITER, TARGET and SECRET come from the runbook that follows.

# SQL: an object of the catalogue that neither PostgreSQL nor an extension brought.
ours() {
  echo "c.$2 NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = '$1'::regclass AND objid = c.oid AND deptype = 'e')"
}

inventories() {
  local other
  inventory "$WRITER" '' >"$WORK/old" &
  other=$!
  inventory "$TARGET" "$SECRET" >"$WORK/new"
  wait $other
}

# Rows of the new side, rows that it lacks and rows that it has too many.
tally() {
  awk -F '\t' '$1 != "table" { next } NR == FNR { old[$2] = $3; next } { rows += $3; n = $3 - old[$2]; delete old[$2] }
    n > 0 { more += n } n < 0 { less -= n } END { for (t in old) less += old[t]; print rows + 0, less + 0, more + 0 }' "$WORK/old" "$WORK/new"
}

# Everything that isn't structure, a line each. Nothing in it depends on the order of rows.
inventory() {
  PGOPTIONS='-c search_path= -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex' \
    on "$1" "$2" psql -XqAt -F $'\t' -v ON_ERROR_STOP=1 -f - <<SQL
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT format('SELECT %L, %L, count(*), coalesce(sum(hashtextextended(whole_row::text, 0)::numeric), 0) FROM ONLY %s whole_row', 'table',
  oid::regclass, oid::regclass) FROM pg_class c WHERE relkind = 'r' AND $(ours pg_class relnamespace) ORDER BY oid::regclass::text \gexec
SELECT format('SELECT %L, %L, last_value, is_called FROM %s', 'sequence', oid::regclass, oid::regclass)
  FROM pg_class c WHERE relkind = 'S' AND $(ours pg_class relnamespace) ORDER BY oid::regclass::text \gexec
SELECT 'objects', count(DISTINCT oid), coalesce(sum(hashtextextended(concat_ws(' ', oid, start, md5(lo_get(oid, start, 1048576))), 0)::numeric), 0)
  FROM pg_largeobject_metadata, LATERAL (SELECT lo_open(oid, x'40000'::int) AS fd OFFSET 0) f,
  LATERAL (SELECT lo_lseek64(fd, 0, 2) + lo_close(fd) AS bytes OFFSET 0) s, generate_series(0, greatest(bytes - 1, 0), 1048576) start;
SELECT 'extension', extname FROM pg_extension ORDER BY 1, 2;
COMMIT;
SQL
}

# What both sides were made of is the same text; and on the new one nothing is invalid or belongs to somebody else.
same_structure() {
  local difference wrong
  structure "$WRITER" '' >"$WORK/old-structure"
  structure "$TARGET" "$SECRET" >"$WORK/new-structure"
  difference=$(diff "$WORK/old-structure" "$WORK/new-structure" | grep -m1 '^[<>]' || true)
  [[ -z $difference ]] || fail "the structure differs, first (< here, > there): $difference"
  wrong=$(new "SELECT string_agg(what, ', ') FROM (
    SELECT indexrelid::regclass || ' is invalid' AS what FROM pg_index WHERE NOT indisvalid
    UNION ALL SELECT c.oid::regclass || ' belongs to ' || relowner::regrole FROM pg_class c
      WHERE relowner <> current_user::regrole AND $(ours pg_class relnamespace)) wrong")
  [[ -z $wrong ]] || fail "at $TARGET $wrong"
}

structure() {
  on "$1" "$2" pg_dump --schema-only --no-owner --no-privileges --no-tablespaces >"$WORK/dump"
  grep -vE '^(--|$|SET |\\(un)?restrict |SELECT pg_catalog.set_config|COMMENT ON EXTENSION )' "$WORK/dump" || true
}
