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
  value=$(aws ssm get-parameters --names "/$NAME/$1" --query 'Parameters[0].Value' --output text)
  [[ $value == None ]] || echo "$value"
}

# Changes a parameter of the template; the final deployment gives it the same value.
put_parameter() { aws ssm put-parameter --overwrite --name "/$NAME/$1" --value "$2" >/dev/null; }

# Runs a PostgreSQL program on a database: `on ENDPOINT SECRET psql …`. An endpoint that is a directory is this server's own socket.
on() (
  endpoint=$1 secret=$2
  shift 2
  export PGCONNECT_TIMEOUT=5 PGDATABASE=${PGDATABASE:-$DATABASE}
  export PGOPTIONS="-c timezone=UTC -c default_transaction_read_only=off -c statement_timeout=0 ${PGOPTIONS:-}"
  if [[ $endpoint == /* ]]; then
    export PGHOST=$endpoint
    exec runuser -u postgres -- "$@"
  fi
  login=${LOGINS[$secret]:-$(login "$secret")} || exit
  PGUSER=${login%%$'\n'*} PGPASSWORD=${login#*$'\n'}
  export PGHOST=${endpoint%:*} PGPORT=${endpoint##*:} PGUSER PGPASSWORD PGSSLMODE=verify-full PGSSLROOTCERT=${CA:-/etc/pki/rds.pem}
  exec "$@"
)

# User and password of a secret, a line each. A runbook may keep them in LOGINS, so that not every question asks AWS first.
declare -A LOGINS=()
login() {
  local secret
  secret=$(aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text) || return
  field username <<<"$secret" && field password <<<"$secret"
}

# Prints a field of a JSON object on standard input.
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# A server of a fleet has no programs of PostgreSQL until a runbook needs them.
install_clients() {
  command -v psql >/dev/null && command -v pg_dump >/dev/null && return
  dnf install -y -q postgresql17 >/dev/null || fail 'the programs of PostgreSQL could not be installed: dnf install postgresql17'
}

# Answers one question: `ask ENDPOINT SECRET SQL`.
ask() { on "$1" "$2" psql -XqAt -v ON_ERROR_STOP=1 -c "$3"; }

# From now on nobody writes to the database, except who says so; readers go on. Whoever was at it is sent away, a walsender stays.
freeze() {
  ask "$1" "$2" "ALTER DATABASE $DATABASE SET default_transaction_read_only = on"
  send_away "$1" "$2"
}

thaw() { ask "$1" "$2" "ALTER DATABASE $DATABASE RESET default_transaction_read_only" && send_away "$1" "$2"; }

# A session keeps what it began with, so all begin anew.
send_away() {
  local others="FROM pg_stat_activity WHERE datname = '$DATABASE' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
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
  ask "$1" "$2" "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM $3 t WHERE ${4:-true}"
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
