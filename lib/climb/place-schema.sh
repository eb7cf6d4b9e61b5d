# shellcheck shell=bash
# What the runbook makes in databases for as long as it works: a schema of its own, whose comment says whose it is.
OURS=stagecraft_place

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
    echo "CREATE TABLE $OURS.sync_slots (pattern text PRIMARY KEY, flow text NOT NULL);"
    # With a key, because others may publish all tables.
    echo "CREATE TABLE $OURS.pause (one boolean PRIMARY KEY DEFAULT true, frozen timestamptz, switched timestamptz, verified boolean DEFAULT false,
      hand text, decided boolean DEFAULT false, proof xid8);
      INSERT INTO $OURS.pause (hand) VALUES ('$TOKEN');"
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
