# What two databases hold, and where they differ.

# SQL: an object of the catalogue that neither PostgreSQL nor an extension brought. An extension's index and composite type are known by their
# table and their type.
ours() {
  echo "c.$2 NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%' OR nspname IN ('information_schema', 'stagecraft_place'))
    AND NOT EXISTS (SELECT FROM pg_depend WHERE deptype = 'e' AND (classid = '$1'::regclass AND objid = c.oid $([[ $1 != pg_class ]] ||
    echo "OR classid = 'pg_type'::regclass AND objid = c.reltype AND c.reltype <> 0
      OR classid = 'pg_class'::regclass AND objid IN (SELECT indrelid FROM pg_index WHERE indexrelid = c.oid)")))"
}

# SQL: objects that only a superuser can make, with their names.
FOR_SUPERUSERS="SELECT string_agg(what, ', ') FROM (
  SELECT 'the function ' || c.oid::regprocedure AS what FROM pg_proc c JOIN pg_language l ON l.oid = prolang
    WHERE (NOT lanpltrusted AND lanname <> 'sql' OR proleakproof OR EXISTS (SELECT FROM unnest(proconfig) p WHERE p LIKE 'session_replication_role=%'))
    AND $(ours pg_proc pronamespace)
  UNION ALL SELECT 'the foreign data wrapper ' || fdwname FROM pg_foreign_data_wrapper c WHERE NOT EXISTS (SELECT FROM pg_depend
    WHERE classid = 'pg_foreign_data_wrapper'::regclass AND objid = c.oid AND deptype = 'e')
  UNION ALL SELECT 'the operator class ' || opcname FROM pg_opclass c WHERE $(ours pg_opclass opcnamespace)
  UNION ALL SELECT 'the operator family ' || opfname FROM pg_opfamily c WHERE $(ours pg_opfamily opfnamespace)
  UNION ALL SELECT 'the text search parser ' || prsname FROM pg_ts_parser c WHERE $(ours pg_ts_parser prsnamespace)
  UNION ALL SELECT 'the text search template ' || tmplname FROM pg_ts_template c WHERE $(ours pg_ts_template tmplnamespace)
  UNION ALL SELECT 'the base type ' || c.oid::regtype FROM pg_type c WHERE typtype = 'b' AND typcategory <> 'A' AND $(ours pg_type typnamespace)
  UNION ALL SELECT 'the cast to ' || casttarget::regtype FROM pg_cast c WHERE castmethod = 'b' AND oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend
    WHERE classid = 'pg_cast'::regclass AND objid = c.oid AND deptype = 'e')
  UNION ALL SELECT 'the language ' || lanname FROM pg_language c WHERE oid >= 16384 AND NOT lanpltrusted AND NOT EXISTS (SELECT FROM pg_depend
    WHERE classid = 'pg_language'::regclass AND objid = c.oid AND deptype = 'e')) w"

# SQL: the extensions of the old side as a literal, and those of such a literal that the new side can't have.
EXTENSIONS='SELECT quote_literal(array_agg(extname)) FROM pg_extension'
lacking_extensions() { echo "SELECT string_agg(e, ' ') FROM unnest($1::text[]) e WHERE e NOT IN (SELECT name FROM pg_available_extensions)"; }

# SQL: the same for roles that policies are for.
POLICY_ROLES="SELECT quote_literal(coalesce(array_agg(DISTINCT rolname), '{}')) FROM pg_policy, unnest(polroles) p JOIN pg_roles r ON r.oid = p"
lacking_roles() { echo "SELECT string_agg(r, ' ') FROM unnest($1::text[]) r WHERE r NOT IN (SELECT rolname FROM pg_roles)"; }

# SQL: the same for settings of the database or of its user.
lacking_settings() { echo "SELECT string_agg(s, '; ') FROM unnest($1::text[]) s WHERE s NOT IN (SELECT unnest(setconfig) FROM pg_db_role_setting)"; }

# SQL: tables in which extensions keep rows that a dump holds, and which rows.
EXTENSION_TABLES="SELECT t::regclass, extcondition[n] FROM pg_extension, unnest(extconfig) WITH ORDINALITY u (t, n)
  JOIN pg_class c ON c.oid = t WHERE relkind = 'r'"

# Rows of the new side, rows that it lacks and rows that it has too many.
tally() {
  awk -F '\t' '$1 != "table" { next } NR == FNR { old[$2] = $3; next } { rows += $3; n = $3 - old[$2]; delete old[$2] }
    n > 0 { more += n } n < 0 { less -= n } END { for (t in old) less += old[t]; print rows + 0, less + 0, more + 0 }' "$WORK/old" "$WORK/new"
}

# Everything that isn't structure, a line each. Nothing in it depends on the order of rows. Row level security that is forced would hide rows
# from the new side's owner: it is lifted for as long as the transaction lasts.
inventory() {
  local begin='READ ONLY'
  [[ -z ${SNAPSHOT:-} ]] || begin+="; SET TRANSACTION SNAPSHOT '$SNAPSHOT'"
  [[ -z $2 ]] || begin='READ WRITE'
  PGOPTIONS='-c search_path= -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex' \
    on "$1" "$2" psql -XqAt -F $'\t' -v ON_ERROR_STOP=1 -f - <<SQL
$NO_LIMIT;
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, $begin;
$([[ -z $2 ]] || echo "SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', oid::regclass) FROM pg_class c
  WHERE relforcerowsecurity AND relkind IN ('r', 'p') AND $(ours pg_class relnamespace) \\gexec")
SELECT format('SELECT %L, %L, count(*), coalesce(sum(hashtextextended((whole_row.*)::text, 0)::numeric), 0) FROM ONLY %s whole_row', 'table',
  oid::regclass, oid::regclass) FROM pg_class c WHERE relkind = 'r' AND $(ours pg_class relnamespace) ORDER BY oid::regclass::text \gexec
SELECT format('SELECT %L, %L, last_value, is_called FROM %s', 'sequence', oid::regclass, oid::regclass)
  FROM pg_class c WHERE relkind = 'S' AND $(ours pg_class relnamespace) ORDER BY oid::regclass::text \gexec
SELECT 'objects', count(DISTINCT oid), coalesce(sum(hashtextextended(concat_ws(' ', oid, start, md5(lo_get(oid, start, 1048576))), 0)::numeric), 0)
  FROM pg_largeobject_metadata, LATERAL (SELECT lo_open(oid, x'40000'::int) AS fd OFFSET 0) f,
  LATERAL (SELECT lo_lseek64(fd, 0, 2) + lo_close(fd) AS bytes OFFSET 0) s, generate_series(0, greatest(bytes - 1, 0), 1048576) start;
SELECT 'extension', extname FROM pg_extension ORDER BY 1, 2;
ROLLBACK;
SQL
}

# What a database is made of, into a file: `structure ENDPOINT SECRET FILE`.
structure() {
  on "$1" "$2" pg_dump --schema-only --no-owner --no-privileges --no-tablespaces --no-publications --no-subscriptions --exclude-schema=stagecraft_place >"$3.dump"
  normal_form <"$3.dump" >"$3"
}

# A dump's statements, each on a line, sorted, as they are after any number of dumps and restores: PostgreSQL prints an expression that came
# from a dump with other casts and brackets than one that was typed, and newer versions name no table where there is one alone.
normal_form() {
  python3 -c '
import re, sys
text = re.sub(r"(?m)^(--.*|SET .*|\\(un)?restrict .*|SELECT pg_catalog\.set_config.*|COMMENT ON EXTENSION .*)$", "", sys.stdin.read())
quoted = re.compile(r"(\x27(?:[^\x27]|\x27\x27)*\x27|\"(?:[^\"]|\"\")*\")")
cast = re.compile(r"::(?:\w+\.)?(?:character varying|double precision|bit varying|time(?:stamp)?(?:\(\d+\))? with(?:out)? time zone|\w+)(?:\([\d, ]+\))?(?:\[\])*")
printed = []
for statement in re.split(r";\n\n+", text):
    names = re.match(r"\s*CREATE (?:\w+ )*(?:VIEW|RULE|POLICY) ", statement)
    plain = "$$" not in statement and "BEGIN ATOMIC" not in statement and not re.search(r" AS \$", statement)
    if plain:
        parts = quoted.split(statement)
        for n in range(0, len(parts), 2):
            parts[n] = cast.sub("", parts[n])
            if names: parts[n] = re.sub(r"\b\w+\.", "", parts[n])
            parts[n] = re.sub(r"[()\[\]]|\bARRAY\b", " ", parts[n])
        statement = "".join(parts)
    statement = re.sub(r"\s*,\s*", ",", re.sub(r"\s+", " ", statement)).strip()
    if statement: printed.append(statement + "\n")
sys.stdout.writelines(sorted(printed))
'
}
