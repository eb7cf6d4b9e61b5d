# shellcheck shell=bash
# Moves tables into databases by function, and those of one function over shards, by PostgreSQL's own logical replication while the sources serve:
# out of the one database ("core"), or out of the shards that serve into new ones. Which tables go where, a line each, as `DataModel` writes it:
#   sharded NAME TYPE STEM TABLE:KEY …   over shards by a key; the first table has a row for each. STEM begins names of sequences and of the directory
#   whole NAME TABLE …                   a database of its own; also the parameter /NAME/climb/<function>-tables
#   rest NAME                            the same, for every table that nobody names
#   reference TABLE …                    copied to every database
#   left TABLE …                         stays behind with its rows; also the parameter /NAME/climb/left-tables
: "${MODEL:?the functions and their tables}"
# The map that will be in force, as the setting config/shards/map will have it.
: "${SHARD_MAP:?the map of shards that will be in force}"
# One parameter is the switch, and says which side serves.
MAP_SETTING=shards/map WANTED=$SHARD_MAP WHAT='the new map'
WAY_BACK='the new map is in force and users write by it, so nothing is taken back by itself: the runbook'\''s page says what the way back costs'
put_beside() { :; }

STRATEGY='' SHARDS=0 RANGES=()
SHARDED='' KEY_TYPE='' STEM='' ANCHOR='' REST='' REFERENCE='' LEFT='' FUNCTIONS=()
# Of functions their tables, of sharded tables their keys, which may be called like a word of SQL.
declare -A NUMBER=() TABLES=() KEYS=()

read_model() {
  local kind name tables table
  while read -r kind name tables; do
    case $kind in
      sharded)
        SHARDED=$name
        read -r KEY_TYPE STEM tables <<<"$tables"
        for table in $tables; do TABLES[$name]+=" ${table%:*}" && KEYS[${table%:*}]="\"${table#*:}\""; done
        read -r ANCHOR _ <<<"${TABLES[$name]}"
        ;;
      whole) FUNCTIONS+=("$name") && TABLES[$name]=${SETTINGS[climb/$name-tables]-$tables} ;;
      rest) FUNCTIONS+=("$name") && REST=$name TABLES[$name]='' ;;
      reference) REFERENCE="$name $tables" ;;
      left) LEFT="$name $tables" ;;
    esac
  done <<<"$MODEL"
  LEFT=${SETTINGS[climb/left-tables]-$LEFT}
  name_plainly "${TABLES[*]} $REFERENCE $LEFT"
}

name_plainly() {
  local name
  for name in $1; do
    [[ $name =~ ^[a-z_][a-z0-9_]*$ ]] || fail "table $name is not possible: allowed are lower-case letters, digits and underscores"
  done
}

# Who has the rest has whatever there is beside what was named.
find_rest() {
  local node=core tables
  [[ -n $REST ]] || return 0
  [[ $SWITCHED == no ]] || node=$REST
  [[ " ${SOURCES[*]} " == *" $node "* ]] || return 0
  tables=$(query "$node" "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class c WHERE relkind IN ('r', 'p') AND NOT relispartition
    AND relnamespace = 'public'::regnamespace AND relname <> ALL (string_to_array('${TABLES[*]} $REFERENCE $LEFT', ' ')) AND $NOT_OF_EXTENSIONS") || return
  name_plainly "$tables"
  TABLES[$REST]=$tables
}

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
  read_model
  for node in core "${FUNCTIONS[@]}"; do NUMBER[$node]=-1; done
  case $what in
    switched) SWITCHED=yes ;;
    climb) SOURCES=(core) TARGETS=("${FUNCTIONS[@]}" "${shards[@]}") ;;
    grow) SOURCES=("${shards[@]:0:before}") TARGETS=("${shards[@]:before}") ;;
    nothing) TARGETS=("${shards[@]:before}") ;;
  esac
  # Whoever finds what another run left knows whether it was this very move.
  RUN=$(md5sum <<<"${SETTINGS[$MAP_SETTING]} $SHARD_MAP $MODEL ${TABLES[*]}" | cut -c1-32)
  # Once the old database is gone, its settings may lead to the last function.
  [[ ${SETTINGS[core/writer]:-} != "${SETTINGS[${FUNCTIONS[-1]}/writer]:-}" ]] || SETTINGS[core/writer]=''
  for node in core "${FUNCTIONS[@]}" "${shards[@]}"; do
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
  find_rest || [[ $STEP == abort ]] || fail "the tables of $REST can't be read"
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

# The tables of a database; of the one database all that go somewhere.
tables_of() {
  local name
  case $1 in
    core) for name in "${FUNCTIONS[@]}" "$SHARDED"; do echo "${TABLES[$name]}"; done ;;
    shard*) echo "${TABLES[$SHARDED]}" ;;
    *) echo "${TABLES[$1]}" ;;
  esac
  echo "$REFERENCE"
}
is_reference() { [[ " $REFERENCE " == *" $1 "* ]]; }

# Those that a target has from a source: of what is copied everywhere one source is enough.
tables_between() {
  local table
  for table in $(tables_of "$2"); do [[ $1 != "${SOURCES[0]}" ]] && is_reference "$table" || echo "$table"; done
}
