# shellcheck shell=bash
# What any source and any target has to have.

check_version() {
  local version
  version=$(query "$1" 'SHOW server_version_num')
  ((version >= 150000)) || fail "$1 has PostgreSQL $((version / 10000)): row filters need 15 or newer"
  [[ " ${SOURCES[*]} " != *" $1 "* ]] || check_clients "$((version / 10000))" "of $1"
}

# SQL: what a database allows, less what others use, as the rows `name allows needs`.
check_room() {
  local node=$1 name has needs remedy=$2
  while IFS='|' read -r name has needs; do
    ((has >= needs)) || fail "$node has $name = $has and needs $needs: $remedy"
  done
}

# A log that can be followed, room for who follows it, and nobody whom a freeze wouldn't stop.
check_log() {
  local node=$1 level problem
  level=$(query "$node" 'SHOW wal_level')
  [[ $level == logical ]] || fail "$node has wal_level $level, which must be logical: set rds.logical_replication = 1 and restart it"
  # A slot and a sender for each flow, and while tables are copied two more each.
  local -i flows="3 * ${#TARGETS[@]}"
  query "$node" "SELECT name, setting, $flows + used FROM pg_settings, (SELECT count(*) AS used FROM pg_replication_slots
      WHERE slot_name NOT LIKE 'place\_%') u WHERE name IN ('max_replication_slots', 'max_wal_senders')" >"$WORK/room-$node"
  check_room "$node" 'raise it in its parameter group and restart it' <"$WORK/room-$node"
  problem=$(query "$node" "$WHO_IGNORES")
  [[ -z $problem ]] || fail "$node: $problem"
}

check_room_for_workers() {
  local node=$1
  # An apply worker for each source, workers for the copies, and the one that starts them.
  local -i workers="${#SOURCES[@]} + 1"
  query "$node" "SELECT name, setting, $workers + CASE name WHEN 'max_worker_processes' THEN 2 ELSE 0 END FROM pg_settings
    WHERE name IN ('max_logical_replication_workers', 'max_worker_processes', 'max_replication_slots',
      'max_active_replication_origins')" >"$WORK/room-$node"
  check_room "$node" 'raise it in its parameter group and restart it' <"$WORK/room-$node"
}
