# shellcheck shell=bash
# What a release needs of its server before it starts. The boot script reads this as root: its functions and variables are there.

prepare() {
  # shellcheck disable=SC2046 # one word a package
  packages $(<"$1/.stagecraft/packages") || return
  database_password || return
  [[ $(<"$1/.stagecraft/packages") != *docker* ]] || pull "$1"
}

# Drivers of Java and of Erlang know no socket: the database on the server is there for a password on 127.0.0.1, too.
database_password() {
  local writer file=$DATA/database-password found as_postgres=(runuser -u postgres -- psql -d postgres -tA)
  writer=$(retry parameter config/database/writer) || return
  [[ $writer == /* ]] || return 0
  found=$("${as_postgres[@]}" -h "$writer" -c "SELECT 1 FROM pg_roles WHERE rolname = 'app'") || return
  [[ $found == 1 ]] || return 0
  if [[ ! -s $file ]]; then
    (umask 077 && head -c 48 /dev/urandom | base64 -w 0 | tr -d '+/=' >"$file.partial") || return
    chown app "$file.partial" && sync "$file.partial" && mv "$file.partial" "$file" || return
  fi
  echo "ALTER ROLE app PASSWORD '$(<"$file")'" | "${as_postgres[@]}" -q -h "$writer"
}

# The image before the release that names it: what can't be pulled leaves the release of before.
pull() {
  local repository tag
  usermod -aG docker app && systemctl enable --now -q docker || return
  repository=$(retry parameter config/application/image) || return
  tag=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["image"]["tag"])' "$1/.stagecraft/manifest.json") || return
  docker image inspect "$repository:$tag" >/dev/null 2>&1 && return
  [[ ! $repository =~ \.dkr\.ecr\.([a-z0-9-]+)\. ]] || retry log_in "${repository%%/*}" "${BASH_REMATCH[1]}" || return
  retry pull_now "$repository:$tag" || return
  chgrp app "$DATA/uploads" && chmod 2775 "$DATA/uploads" && docker image prune -af --filter 'until=168h' >/dev/null
}

log_in() { aws ecr get-login-password --region "$2" | docker login -u AWS --password-stdin "$1" >/dev/null; }
pull_now() { limited 900 docker pull -q "$1" >/dev/null; }
