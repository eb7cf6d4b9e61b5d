# What the runbooks share; each is this text followed by its own. They run as root on a server of the deployment, through Systems Manager.
# Every step looks before it acts: a runbook that was killed is run again from the start, and comes to the same end.
set -euo pipefail

: "${NAME:?the name of the deployment}"
DATABASE=app
export AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=5

say() { echo "runbook: $*"; }
fail() {
  echo "runbook: $*" >&2
  exit 1
}

# Prints a parameter, or nothing where there is none. Fails when Parameter Store can't be asked.
parameter() {
  local value
  value=$(aws ssm get-parameters --names "/$NAME/$1" --query 'Parameters[0].Value' --output text) || return
  [[ $value == None ]] || echo "$value"
}

# Changes a parameter of the template; the final deployment gives it the same value. A call that hangs ends.
put_parameter() { timeout "${CALL_SECONDS:-20}" aws ssm put-parameter --overwrite --name "/$NAME/$1" --value "$2" >/dev/null; }

# Runs a PostgreSQL program on a database: `on ENDPOINT SECRET psql …`. An endpoint that is a directory is this server's own socket.
on() (
  endpoint=$1 secret=$2
  shift 2
  export PGCONNECT_TIMEOUT=5 PGDATABASE=${PGDATABASE:-$DATABASE}
  export PGOPTIONS="-c timezone=UTC -c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 \
-c idle_in_transaction_session_timeout=0 -c idle_session_timeout=0 ${PGOPTIONS:-}"
  if [[ $endpoint == /* ]]; then
    export PGHOST=$endpoint
    exec runuser -u postgres -- "$@"
  fi
  login=${LOGINS[$secret]:-$(login "$secret")} || exit
  PGUSER=${login%%$'\n'*} PGPASSWORD=${login#*$'\n'}
  export PGHOST=${endpoint%:*} PGPORT=${endpoint##*:} PGUSER PGPASSWORD PGSSLMODE=verify-full PGSSLROOTCERT=${CA:-/etc/pki/rds.pem}
  exec "$@"
)

# User and password of a database, a line each: of its master, where the application's secret names one, because a runbook does what the
# application may not. It may keep them in LOGINS, so that not every question asks AWS first.
declare -A LOGINS=()
login() {
  local secret master
  secret=$(secret_text "$1") || return
  master=$(python3 -c 'import json, sys; print(json.load(sys.stdin).get("masterarn", ""))' <<<"$secret") || return
  [[ -z $master ]] || secret=$(secret_text "$master") || return
  fields username password <<<"$secret"
}
secret_text() {
  timeout "${CALL_SECONDS:-30}" aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text
}

# Prints fields of a JSON object on standard input, a line each.
fields() { python3 -c 'import json, sys; it = json.load(sys.stdin); print(*(it[name] for name in sys.argv[1:]), sep="\n")' "$@"; }

# Whether this server's pg_dump can read a server of so many.
check_clients() {
  local clients
  clients=$(pg_dump --version | sed -E 's/^[^0-9]* ([0-9]+).*/\1/')
  ((clients >= $1)) || fail "pg_dump is version $clients, older than PostgreSQL $1 $2: install postgresql$1"
}

# A server of a fleet has no programs of PostgreSQL until a runbook needs them.
install_clients() {
  command -v psql >/dev/null && command -v pg_dump >/dev/null && return
  dnf install -y -q postgresql17 >/dev/null || fail 'the programs of PostgreSQL could not be installed: dnf install postgresql17'
}

# SQL: the one limit of time that older versions don't know.
NO_LIMIT="SELECT FROM pg_settings WHERE CASE WHEN name = 'transaction_timeout' THEN set_config(name, '0', false) IS NULL END"

# Answers one question: `ask ENDPOINT SECRET SQL`.
ask() { on "$1" "$2" psql -XqAt -v ON_ERROR_STOP=1 -c "$NO_LIMIT" -c "$3"; }

# SQL: whose the database is: the application's user, to whom belongs what a runbook makes there as the master.
OWNER='SELECT datdba FROM pg_database WHERE datname = current_database()'
owner() { ask "$1" "$2" "SELECT pg_get_userbyid(($OWNER))"; }

# All sessions begin anew, except those that hold the lock of a move, walsenders, and a superuser's, whom nobody else may send away.
send_away() {
  local others="FROM pg_stat_activity s WHERE datname = '$DATABASE' AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = ${HAND_LOCK:-0} AND objid = 1)
    AND NOT EXISTS (SELECT FROM pg_roles r, pg_roles me WHERE r.oid = s.usesysid AND r.rolsuper AND me.rolname = current_user AND NOT me.rolsuper)"
  local since
  since=$(ask "$1" "$2" 'SELECT clock_timestamp()')
  for _ in $(seq 100); do
    ask "$1" "$2" "SELECT count(pg_terminate_backend(pid)) $others AND backend_start < '$since'" >/dev/null
    [[ $(ask "$1" "$2" "SELECT count(*) $others AND backend_start < '$since'") != 0 ]] || return 0
    sleep 0.1
  done
  fail "sessions on $1 did not end within ten seconds"
}

# Rows and a checksum that doesn't depend on their order: `digest ENDPOINT SECRET TABLE [CONDITION]`.
digest() {
  ask "$1" "$2" "SELECT count(*), coalesce(sum(hashtextextended((whole_row.*)::text, 0)::numeric), 0) FROM $3 whole_row WHERE ${4:-true}"
}

# Begins a step: $WORK is a directory of its own, and whatever goes wrong is said in one line at the end.
begin() {
  WORK=$(mktemp -d)
  exec 3>&2 2>"$WORK/errors"
  trap 'conclude $?' EXIT
}

# What a program said last when it failed.
why() { grep -E 'error|ERROR|FATAL' "$WORK/errors" | tail -n 1; }

conclude() {
  local code=$(($1 > 0))
  exec 2>&3 3>&-
  if ((code)); then
    sed -n 's/^runbook: //p' "$WORK/errors" | tail -n 1 >"$WORK/reason"
    # What failed first says why; a broken pipe only says that something else did.
    [[ -s $WORK/reason ]] || grep -E 'error|ERROR|FATAL' "$WORK/errors" | grep -v 'Broken pipe' | head -n 1 >"$WORK/reason" || true
    [[ -s $WORK/reason ]] || tail -n 1 "$WORK/errors" >"$WORK/reason"
    echo "runbook: $(cat "$WORK/reason")" >&2
  fi
  rm -rf "$WORK"
  exit "$code"
}
