# shellcheck shell=bash
# What a source and a target have while tables and users are placed.

# SQL: the ids of a shard by ranges, as a condition.
in_ranges() {
  local range first behind shard condition=''
  for range in "${RANGES[@]}"; do
    read -r first behind shard <<<"$range"
    [[ $shard != "$1" ]] || condition+="${condition:+ OR }($USERS_KEY >= $first AND $USERS_KEY < $behind)"
  done
  echo "${condition:-false}"
}

# SQL: a function that says the shard of an id by the new map, or nothing. By hash it is the application's own: jump consistent hash of
# the decimal text's FNV-1a hash, in halves of 32 bits, because PostgreSQL's integers don't wrap around. Where users go who come to a
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
CREATE FUNCTION $1.home(id bigint) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS \$\$
DECLARE
  digits text := id::text;
  high bigint := 3421674724;
  low bigint := 2216829733;
  seed numeric;
  shard integer;
  next integer := 0;
BEGIN
  FOR place IN 1..length(digits) LOOP
    low := low # ascii(substr(digits, place, 1));
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
      for table in $(tables_of "$target"); do what+="${what:+, }TABLE public.$table"; done
      [[ $target != shard* || $STRATEGY != range ]] || what+=" WHERE ($(in_ranges "${NUMBER[$target]}"))"
      ! fills_directory "$target" || what+=", TABLE public.$USERS_TABLE ($USERS_KEY)"
      echo "CREATE PUBLICATION $(flow "$node" "$target") FOR $what WITH (publish = 'insert, update, delete');"
    done
  } | script "$node" --single-transaction
}

# Whether a target learns which user is on which shard.
fills_directory() { [[ $1 == orders && $STRATEGY == directory ]]; }

# A target: tables as they are at the source, and what lets in only its own rows. The triggers are for replication alone, the copy of what is
# there included; an application never meets them.
make_target() {
  local node=$1 tables table
  local -a chosen=()
  tables=$(tables_of "$node")
  for table in $tables; do chosen+=("--table=public.$table"); done
  {
    mark "$RUN"
    echo "$THAW;"
    home_function "$OURS"
    for table in $tables; do drop_if_empty "$table"; done
    on "${WRITER[${SOURCES[0]}]}" "${SECRET[${SOURCES[0]}]}" pg_dump --schema-only --no-owner --no-privileges --no-publications \
      --no-subscriptions "${chosen[@]}" || fail "the tables $tables can't be read from ${SOURCES[0]}"
    if [[ $node == shard* ]]; then
      # Ids come from elsewhere.
      echo "ALTER TABLE public.$USERS_TABLE ALTER $USERS_KEY DROP IDENTITY IF EXISTS;"
      echo "ALTER TABLE public.$USERS_TABLE ALTER $USERS_KEY DROP DEFAULT;"
      intake "BEFORE INSERT" "WHEN ($OURS.home(NEW.$USERS_KEY) IS DISTINCT FROM ${NUMBER[$node]})" 'RETURN NULL;'
    fi
    if fills_directory "$node"; then
      drop_if_empty user_directory
      drop_if_empty "$USERS_TABLE"
      echo "CREATE TABLE public.user_directory (id bigint PRIMARY KEY, shard integer NOT NULL);"
      echo "CREATE TABLE public.$USERS_TABLE ($USERS_KEY bigint PRIMARY KEY);"
      intake "BEFORE INSERT OR DELETE" '' "IF TG_OP = 'DELETE' THEN DELETE FROM public.user_directory d WHERE d.id = OLD.$USERS_KEY; RETURN OLD; END IF;
        INSERT INTO public.user_directory VALUES (NEW.$USERS_KEY, $OURS.home(NEW.$USERS_KEY)); RETURN NEW;"
    fi
  } >"$WORK/$node.sql"
  script "$node" --single-transaction <"$WORK/$node.sql" >/dev/null
}

# A marked target is as empty again as it was found. Another mark comes first, so that one half wiped is never gone on with.
wipe_target() {
  local table node=$1 drops=''
  [[ -n $(marked "$node") ]] || return 0
  query "$node" "$(mark_unless_open 'half wiped')"
  unsubscribe "$node"
  for table in $(tables_of "$node"); do drops+="DROP TABLE IF EXISTS public.$table;"; done
  ! fills_directory "$node" || drops+="DROP TABLE IF EXISTS public.user_directory, public.$USERS_TABLE;"
  [[ $node != shard* || $STRATEGY != range ]] || drops+=$(drop_sequences "$node")
  script "$node" --single-transaction <<<"$(mark_unless_open 'half wiped'); $drops DROP SCHEMA $OURS CASCADE;"
}

drop_if_empty() {
  echo "DO \$\$ BEGIN
    IF to_regclass('public.$1') IS NULL THEN RETURN; END IF;
    LOCK TABLE public.$1;
    IF EXISTS (SELECT FROM public.$1) THEN RAISE EXCEPTION 'the table $1 holds rows that this runbook did not bring'; END IF;
    DROP TABLE public.$1;
  END \$\$;"
}

intake() {
  echo "CREATE FUNCTION $OURS.intake() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN $3 END \$\$;
    CREATE TRIGGER $OURS $1 ON public.$USERS_TABLE FOR EACH ROW $2 EXECUTE FUNCTION $OURS.intake();
    ALTER TABLE public.$USERS_TABLE ENABLE REPLICA TRIGGER $OURS;"
}
