# shellcheck shell=bash
# Moves tables into databases by function, and users over shards, by PostgreSQL's own logical replication while the sources serve:
# out of the one database ("core"), or out of the shards that serve into new ones. Which tables go where:
PRODUCTS_TABLES=${PRODUCTS_TABLES-products}
ORDERS_TABLES=${ORDERS_TABLES-orders reports}
USERS_TABLE=${USERS_TABLE-users}
USERS_KEY=${USERS_KEY-id}
# Tables that may stay behind with their rows: the reference application leases other worker numbers from then on. Each list may also be the parameter /NAME/climb/orders-tables, products-tables, left-tables.
LEFT_TABLES=${LEFT_TABLES-worker_lease}
# The map that will be in force, as the setting config/shards/map will have it.
: "${SHARD_MAP:?the map of shards that will be in force}"
# One parameter is the switch, and says which side serves.
MAP_SETTING=shards/map WANTED=$SHARD_MAP WHAT='the new map'
WAY_BACK='the new map is in force and users write by it, so nothing is taken back by itself: the runbook'\''s page says what the way back costs'
put_beside() { :; }

STRATEGY='' SHARDS=0 RANGES=()
declare -A NUMBER=()

# Compares two maps. Prints: what is to be done (climb, grow, nothing) or `switched`, shards before, shards after, strategy; then the ranges.
compare_maps() {
  python3 - "$1" "$SHARD_MAP" <<'PYTHON'
import json, sys

def wrong(reason):
    sys.exit(f"runbook: {reason}")

def ranges(map):
    if map["strategy"] != "range":
        return []
    if "ranges" in map:
        return sorted((r["from"], r["to"], r["shard"]) for r in map["ranges"])
    return [(n * map["size"], (n + 1) * map["size"], n) for n in range(map["shards"])]

try:
    now, wanted = (json.loads(text) for text in sys.argv[1:])
    before, after, strategy = now["shards"], wanted["shards"], wanted["strategy"]
    held, ours = ranges(now), ranges(wanted)
except (ValueError, KeyError, TypeError) as error:
    wrong(f"a shard map can't be read: {error}")
if strategy not in ("range", "hash", "directory"):
    wrong(f"the new map's strategy is {strategy}: allowed are range, hash and directory")
if now == wanted:
    what = "switched"
elif now["strategy"] == "core":
    what = "climb"
elif now["strategy"] != strategy:
    wrong(f"the map in force is by {now['strategy']}, the new one by {strategy}: a map keeps its strategy")
elif after <= before:
    wrong(f"{before} shards serve and the new map has {after}: a map only grows, deploy with more shards")
else:
    # Ranges that stay where they are, and a directory, move nobody.
    stay = all(any(f <= a and b <= t and s == n for f, t, s in ours) for a, b, n in held)
    what = "grow" if strategy == "hash" or not stay else "nothing"
print(what, before, after, strategy)
for first, behind, shard in ours:
    print(first, behind, shard)
PYTHON
}

# Learns where everything is and what is to be done.
survey() {
  local plan what before node shard
  read_settings
  [[ -n ${SETTINGS[$MAP_SETTING]:-} ]] || fail "/$NAME/config/$MAP_SETTING does not exist: deploy both sides first"
  plan=$(compare_maps "${SETTINGS[$MAP_SETTING]}")
  read -r what before SHARDS STRATEGY <<<"$plan"
  mapfile -t RANGES < <(tail -n +2 <<<"$plan")
  local -a shards=()
  for ((shard = 0; shard < SHARDS; shard++)); do shards+=("shard$shard") && NUMBER[shard$shard]=$shard; done
  for node in core products orders; do NUMBER[$node]=-1; done
  case $what in
    switched) SWITCHED=yes ;;
    climb) SOURCES=(core) TARGETS=(products orders "${shards[@]}") ;;
    grow) SOURCES=("${shards[@]:0:before}") TARGETS=("${shards[@]:before}") ;;
    nothing) TARGETS=("${shards[@]:before}") ;;
  esac
  PRODUCTS_TABLES=${SETTINGS[climb/products-tables]-$PRODUCTS_TABLES} ORDERS_TABLES=${SETTINGS[climb/orders-tables]-$ORDERS_TABLES}
  LEFT_TABLES=${SETTINGS[climb/left-tables]-$LEFT_TABLES}
  for node in $PRODUCTS_TABLES $ORDERS_TABLES $LEFT_TABLES $USERS_TABLE $USERS_KEY; do
    [[ $node =~ ^[a-z_][a-z0-9_]*$ ]] || fail "table or column $node is not possible: allowed are lower-case letters, digits and underscores"
  done
  # Whoever finds what another run left knows whether it was this very move.
  RUN=$(md5sum <<<"${SETTINGS[$MAP_SETTING]} $SHARD_MAP $PRODUCTS_TABLES/$ORDERS_TABLES/$USERS_TABLE/$USERS_KEY" | cut -c1-32)
  for node in core products orders "${shards[@]}"; do
    WRITER[$node]=${SETTINGS[$node/writer]:-} SECRET[$node]=${SETTINGS[$node/secret]:-}
    # After the switch whatever is still there is tidied up; the one database may be gone by then.
    [[ $SWITCHED == no || -z ${WRITER[$node]} || -z ${SECRET[$node]} ]] || SOURCES+=("$node")
  done
  HAND_NODE=core
  [[ -n ${WRITER[core]} && -n ${SECRET[core]} ]] || HAND_NODE=shard0
  for node in "${SOURCES[@]}" "${TARGETS[@]}"; do
    [[ -n ${WRITER[$node]} && -n ${SECRET[$node]} ]] || [[ $STEP == abort && " ${TARGETS[*]} " == *" $node "* ]] || fail "no setting says where $node is: deploy both sides first"
  done
  log_in "${SOURCES[@]}" "${TARGETS[@]}"
}

# All settings, with two calls for any number of shards: shards/map by its name, where a database is as core/writer, shard0/secret and so on.
# A shard that could not be read is missed by who needs it.
read_settings() {
  local lines name value shards
  local -a path
  SETTINGS=()
  path=(--query 'Parameters[].[Name, Value]' --output text --recursive --path)
  exec {shards}< <(aws ssm get-parameters-by-path "${path[@]}" "/$NAME/shards/")
  lines=$(aws ssm get-parameters-by-path "${path[@]}" "/$NAME/config/")
  lines+=$'\n'$(cat <&"$shards")
  lines+=$'\n'$(aws ssm get-parameters-by-path "${path[@]}" "/$NAME/climb/")
  exec {shards}<&-
  lines=$(python3 -c '
import json, sys
for name, value in (line.rstrip("\n").split("\t", 1) for line in sys.stdin if "\t" in line):
    area, *rest = name.split("/")[2:]
    if area == "shards":
        place = json.loads(value)
        for part in "writer", "secret":
            print(f"shard{rest[0]}/{part}", place.get(part, ""), sep="\t")
    elif area == "climb":
        print(f"climb/{rest[0]}", value, sep="\t")
    else:
        print("/".join(["core" if rest[0] == "database" else rest[0], *rest[1:]]), value, sep="\t")
' <<<"$lines")
  while IFS=$'\t' read -r name value; do SETTINGS[$name]=$value; done <<<"$lines"
}

# The tables that go to a database.
tables_of() {
  case $1 in
    products) echo "$PRODUCTS_TABLES" ;;
    orders) echo "$ORDERS_TABLES" ;;
    shard*) echo "$USERS_TABLE" ;;
  esac
}
