# shellcheck shell=bash
# What a source and a target have while tables and users are placed.

# SQL: the keys of a shard by ranges, as a condition: `in_ranges SHARD KEY`.
in_ranges() {
  local range first behind shard condition=''
  for range in "${RANGES[@]}"; do
    read -r first behind shard <<<"$range"
    [[ $shard != "$1" ]] || condition+="${condition:+ OR }($2 >= $first AND $2 < $behind)"
  done
  echo "${condition:-false}"
}

# SQL: a function that says the shard of a key by the new map, or nothing. By hash it is the application's own: jump consistent hash of
# the text's FNV-1a hash, in halves of 32 bits, because PostgreSQL's integers don't wrap around. Where users go who come to a
# directory is free: their hash spreads them.
home_function() {
  local range first behind shard
  if [[ $STRATEGY == range ]]; then
    echo "CREATE FUNCTION $1.home(id bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT CASE"
    for range in "${RANGES[@]}"; do
      read -r first behind shard <<<"$range"
      echo "WHEN id >= $first AND id < $behind THEN $shard"
    done
    echo "END';"
    return
  fi
  cat <<SQL
CREATE FUNCTION $1.home(id $KEY_TYPE) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS \$\$
DECLARE
  bytes bytea := convert_to(id::text, 'UTF8');
  high bigint := 3421674724;
  low bigint := 2216829733;
  seed numeric;
  shard integer;
  next integer := 0;
BEGIN
  FOR place IN 0..length(bytes) - 1 LOOP
    low := low # get_byte(bytes, place);
    high := (high * 435 + (low << 8) + ((low * 435) >> 32)) & 4294967295;
    low := (low * 435) & 4294967295;
  END LOOP;
  seed := high * 4294967296::numeric + low;
  WHILE next < $SHARDS LOOP
    shard := next;
    seed := mod(seed * 2862933555777941757 + 1, 18446744073709551616);
    next := least(floor((shard + 1) * (2147483648::double precision / (div(seed, 8589934592) + 1)::double precision)), $SHARDS);
  END LOOP;
  RETURN shard;
END \$\$;
SQL
}

# A source: publications, one for each target, and what is noted for whoever tidies up.
prepare_source() {
  local target table what node=$1
  case $(marked "$node") in
    "$RUN") return ;;
    ?*) fail "$node takes part in another move: run abort with the map that it was begun with" ;;
  esac
  {
    mark "$RUN"
    home_function "$OURS"
    note_book
    for target in "${TARGETS[@]}"; do
      what=''
      for table in $(tables_between "$node" "$target"); do
        what+="${what:+, }TABLE public.$table"
        [[ $target != shard* || $STRATEGY != range || -z ${KEYS[$table]:-} ]] || what+=" WHERE ($(in_ranges "${NUMBER[$target]}" "${KEYS[$table]}"))"
      done
      ! fills_directory "$target" || what+=", TABLE public.$ANCHOR (${KEYS[$ANCHOR]})"
      echo "CREATE PUBLICATION $(flow "$node" "$target") FOR $what WITH (publish = 'insert, update, delete');"
    done
  } | build "$node"
}

# Whether a target learns which key is on which shard: the last function does.
fills_directory() { [[ $1 == "${FUNCTIONS[-1]}" && $STRATEGY == directory ]]; }

# A target: tables as they are at the source, and what lets in only its own rows. The triggers are for replication alone, the copy of what is
# there included; an application never meets them.
make_target() {
  target_sql "$1" >"$WORK/$1.sql"
  build "$1" <"$WORK/$1.sql" >/dev/null
}

target_sql() {
  local node=$1 key=${KEYS[$ANCHOR]} tables table
  tables=$(tables_of "$node")
  mark "$RUN"
  echo "$THAW;"
  home_function "$OURS"
  drop_if_empty "$tables"
  dump "${SOURCES[0]}" --schema-only "$tables"
  if [[ $node == shard* ]]; then
    # Numbers come from elsewhere.
    [[ $KEY_TYPE != bigint ]] || echo "ALTER TABLE public.$ANCHOR ALTER $key DROP IDENTITY IF EXISTS; ALTER TABLE public.$ANCHOR ALTER $key DROP DEFAULT;"
    intake 'RETURN NULL;'
    for table in ${TABLES[$SHARDED]}; do
      take_in "$table" 'BEFORE INSERT' "WHEN ($OURS.home(NEW.${KEYS[$table]}) IS DISTINCT FROM ${NUMBER[$node]})"
    done
  fi
  if fills_directory "$node"; then
    drop_if_empty "${STEM}_directory $ANCHOR"
    echo "CREATE TABLE public.${STEM}_directory (id $KEY_TYPE PRIMARY KEY, shard integer NOT NULL);"
    echo "CREATE TABLE public.$ANCHOR ($key $KEY_TYPE PRIMARY KEY);"
    intake "IF TG_OP = 'DELETE' THEN DELETE FROM public.${STEM}_directory d WHERE d.id = OLD.$key; RETURN OLD; END IF;
      INSERT INTO public.${STEM}_directory VALUES (NEW.$key, $OURS.home(NEW.$key)); RETURN NEW;"
    take_in "$ANCHOR" 'BEFORE INSERT OR DELETE' ''
  fi
}

# SQL: tables of a database with their structure or their rows: `dump DATABASE --schema-only|--data-only TABLES`.
dump() {
  local table
  local -a chosen=()
  for table in $3; do chosen+=("--table=public.$table"); done
  on "${WRITER[$1]}" "${SECRET[$1]}" pg_dump "$2" --no-owner --no-privileges --no-publications --no-subscriptions "${chosen[@]}" ||
    fail "the tables $(xargs <<<"$3") can't be read from $1"
}

# A marked target is as empty again as it was found. Another mark comes first, so that one half wiped is never gone on with.
wipe_target() {
  local node=$1 tables
  [[ -n $(marked "$node") ]] || return 0
  query "$node" "$(mark_unless_open 'half wiped')"
  unsubscribe "$node"
  tables=$(tables_of "$node")
  ! fills_directory "$node" || tables+=" ${STEM}_directory $ANCHOR"
  script "$node" --single-transaction <<<"$(mark_unless_open 'half wiped'); $(drop_tables "$tables")
    $([[ $node != shard* || $STRATEGY != range ]] || drop_sequences "$node") DROP SCHEMA $OURS CASCADE;"
}

# SQL: several at once, because foreign keys may join them.
drop_tables() {
  local table all=''
  for table in $1; do all+="${all:+, }public.$table"; done
  [[ -z $all ]] || echo "DROP TABLE IF EXISTS $all;"
}

drop_if_empty() {
  local table
  for table in $1; do
    echo "DO \$\$ BEGIN
      IF to_regclass('public.$table') IS NULL THEN RETURN; END IF;
      LOCK TABLE public.$table;
      IF EXISTS (SELECT FROM public.$table) THEN RAISE EXCEPTION 'the table $table holds rows that this runbook did not bring'; END IF;
    END \$\$;"
  done
  drop_tables "$1"
}

intake() { echo "CREATE FUNCTION $OURS.intake() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN $1 END \$\$;"; }
take_in() {
  echo "CREATE TRIGGER $OURS $2 ON public.$1 FOR EACH ROW $3 EXECUTE FUNCTION $OURS.intake();
    ALTER TABLE public.$1 ENABLE REPLICA TRIGGER $OURS;"
}
