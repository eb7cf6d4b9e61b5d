# shellcheck shell=bash
# Moves one database as it is, "core", into an empty cluster, by PostgreSQL's own logical replication while core serves. All schemas move.
: "${TARGET:?the new writer, host:port}" "${TARGET_SECRET:?its secret}" "${TARGET_READERS:?its readers, host:port}"
: "${OLD_WRITER:?the old writer, host:port}" "${OLD_SECRET:?its secret}" "${OLD_READERS:?its readers, host:port}"
MAP_SETTING=database/writer WANTED=$TARGET WHAT='the new database'
WAY_BACK='the new database is in force and takes writes, so nothing is taken back by itself: the runbook'\''s page says what the way back costs'

# Learns what is to be done. Where both sides are the template says.
survey() {
  WRITER=([core]=$OLD_WRITER [cluster]=$TARGET) SECRET=([core]=$OLD_SECRET [cluster]=$TARGET_SECRET)
  HAND_NODE=core SOURCES=(core) TARGETS=(cluster)
  SETTINGS[$MAP_SETTING]=$(parameter "config/$MAP_SETTING")
  case ${SETTINGS[$MAP_SETTING]} in
    "$OLD_WRITER") ;;
    # From then on both sides are tidied up alike.
    "$TARGET") SWITCHED=yes SOURCES=(core cluster) TARGETS=() ;;
    *) fail "the database is at ${SETTINGS[$MAP_SETTING]:-no place}, neither at $OLD_WRITER nor at $TARGET: nothing of this move" ;;
  esac
  RUN=$(md5sum <<<"$OLD_WRITER $TARGET" | cut -c1-32)
  log_in "${SOURCES[@]}" "${TARGETS[@]}"
}

# What goes with the address. It changes first: whoever reads in between can't log in, goes on with what it has, and reads again.
put_beside() {
  local secret=$OLD_SECRET readers=$OLD_READERS
  [[ $1 == old ]] || secret=$TARGET_SECRET readers=$TARGET_READERS
  put_parameter config/database/readers "$readers" && put_parameter config/database/secret "$secret"
}

# Nobody is told by a place whose database it is: the old side is read, and nothing else, for good.
shut_out() { :; }
serve_on() { :; }
delete_moved() { :; }
leave() { [[ -z $(marked "$1") ]] || forget_marks "$1"; }
settle_source() { echo 3; }
held_tables() { ours pg_class relnamespace; }
figures() { query "$1" "SELECT format('%s tables, about %s rows', count(*), coalesce(sum(greatest(reltuples, 0)), 0)::bigint) FROM pg_class c WHERE relkind = 'r' AND $(ours pg_class relnamespace)"; }
