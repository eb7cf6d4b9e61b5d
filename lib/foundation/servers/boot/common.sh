#!/bin/bash
# Boot script of every server, the same in every architecture: what a server does it reads from Parameter Store.
# It runs as root on Amazon Linux 2023 at every boot. Each step looks before it acts, so running it again is safe, and either does
# its work or fails; what failed is tried again, also after boot.
#   boot            make this server what the settings say
#   boot release    the same, but once that was done since the last boot only fetch and start the release that /$NAME/release names
# The user data sets NAME, ROLE and ENVIRONMENT (more variables of the application) above this text.
set -euo pipefail
shopt -s inherit_errexit

: "${NAME:?the name of the deployment}" "${ROLE:?what the application is here, such as web}"
DATA=${DATA:-/data}
APP=${APP:-/opt/app}
ETC=${ETC:-/etc}
RUN=${RUN:-/run}
SELF=${SELF:-/usr/local/sbin/boot}
export AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=5

say() { echo "boot: $*" >&2; }

# Nothing that is asked may hang: a time limit makes it an error like any other.
limited() { timeout -k 5 "${LIMIT:-$1}" "${@:2}"; }
aws() { limited 300 aws "$@"; }
curl() { limited 60 curl "$@"; }
dnf() { limited 600 dnf "$@"; }

# The public address and the role's policies may arrive after the server does. Bash forgets `set -e` in what is called from
# here and in $(...): such functions say `|| return` themselves.
retry() {
  local until=$((SECONDS + ${PATIENCE:-300}))
  until "$@"; do
    if ((SECONDS >= until)); then say "gave up: $*"; return 1; fi
    say "failed, trying again: $*"
    sleep "${RETRY_SECONDS:-5}"
  done
}

metadata() {
  local token value
  token=$(curl -sfX PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 300') || return
  value=$(curl -sf -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1") || return
  [[ -n $value ]] && echo "$value"
}

# Prints a parameter, or nothing where there is none. Fails when Parameter Store can't be asked or doesn't answer.
parameter() {
  local value
  value=$(aws ssm get-parameters --names "/$NAME/$1" --query 'Parameters[0].Value' --output text) || return
  [[ -n $value ]] || return
  [[ $value == None ]] || echo "$value"
}

installed() { rpm -q "$@" >/dev/null 2>&1; }
# rpm flushes its list to the disk, and files only where it is told to: after a power cut, packages of empty files count as installed.
install_now() {
  mkdir -p "$ETC/rpm" && echo '%_flush_io 1' >"$ETC/rpm/macros.flush" || return
  dnf install -y -q "$@" && installed "$@"
}
packages() { installed "$@" || retry install_now "$@"; }
