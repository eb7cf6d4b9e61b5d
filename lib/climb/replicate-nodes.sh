# shellcheck shell=bash
# What goes from some databases, the sources, to others, the targets, by PostgreSQL's own logical replication while the sources serve.
# Which they are, what their tables are and which setting says who serves comes from the files of each runbook: `survey` and what it calls.
# Servers ask for their settings every 30 seconds. Until this long after the switch some may not know the new map.
GRACE_SECONDS=${GRACE_SECONDS:-90}

export PGAPPNAME=stagecraft-place
export PGOPTIONS='-c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex -c stagecraft.placing=on -c client_min_messages=warning'

# SWITCHED is yes once the new side serves. Databases have names: core, cluster, products, orders or shard0, shard1 and so on.
SWITCHED=no RUN=''
SOURCES=() TARGETS=()
declare -A SETTINGS=() WRITER=() SECRET=()

# Asks for users and passwords, all at the same time, anew each time: a rotation may have changed them.
log_in() {
  local node secret answer
  local -A answers=()
  for node in "$@"; do
    secret=${SECRET[$node]}
    [[ -z ${answers[$secret]:-} ]] || continue
    exec {answer}< <(login "$secret")
    answers[$secret]=$answer
  done
  for secret in "${!answers[@]}"; do
    answer=${answers[$secret]}
    LOGINS[$secret]=$(cat <&"$answer")
    exec {answer}<&-
    [[ -n ${LOGINS[$secret]} || $STEP == abort ]] || fail "the secret $secret can't be read"
  done
}

query() { ask "${WRITER[$1]}" "${SECRET[$1]}" "$2"; }
connection_to() { connection_string "${WRITER[$1]}" "${LOGINS[${SECRET[$1]}]}"; }

# Runs the statements on standard input: `script DATABASE [psql option …]`.
script() {
  local node=$1
  shift
  on "${WRITER[$node]}" "${SECRET[$node]}" psql -XqAt -v ON_ERROR_STOP=1 "$@" -f -
}

# The same, all or nothing, and what is made belongs to the application.
build() {
  { echo "SELECT format('SET ROLE %I', pg_get_userbyid(($OWNER))) \\gexec" && cat; } | script "$1" --single-transaction
}

# Does something for each of some databases, all at the same time: `everywhere FUNCTION DATABASE …`. Fails when one fails.
everywhere() {
  local work=$1 node job failed=0
  local -a jobs=()
  shift
  for node in "$@"; do
    (
      set -e
      "$work" "$node"
    ) &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  return "$failed"
}

# Sends away what a run that was killed left working.
send_own_away() {
  query "$1" "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = '$PGAPPNAME' AND backend_type = 'client backend' AND pid <> pg_backend_pid()" >/dev/null || fail "$1 at ${WRITER[$1]} can't be reached"
}
