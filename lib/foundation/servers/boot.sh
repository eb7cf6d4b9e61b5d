#!/bin/bash
# Boot script of every server, the same in every architecture: what a server does it reads from Parameter Store.
# It runs as root on Amazon Linux 2023 at every boot, and each step looks before it acts, so running it again is safe.
#   boot            make this server what the settings say
#   boot release    only fetch and start the release that /$NAME/release names
# The user data sets NAME, ROLE and ENVIRONMENT (more variables of the application) above this text.
set -euo pipefail

: "${NAME:?the name of the deployment}" "${ROLE:?what the application is here, such as web}"
DATA=${DATA:-/data}
APP=${APP:-/opt/app}
ETC=${ETC:-/etc}
export AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=5

say() { echo "boot: $*"; }

# The public address and the role's policies may arrive after the server does.
retry() {
  local attempt
  for attempt in $(seq 60); do
    if "$@"; then return 0; fi
    say "attempt $attempt of '$*' failed, trying again"
    sleep "${RETRY_SECONDS:-5}"
  done
  return 1
}

metadata() {
  local token
  token=$(curl -sfX PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 300')
  curl -sf -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

# Prints a parameter, or nothing where there is none. Fails when Parameter Store can't be asked.
parameter() {
  local value
  value=$(aws ssm get-parameters --names "/$NAME/$1" --query 'Parameters[0].Value' --output text)
  [[ $value == None ]] || echo "$value"
}

install_packages() {
  retry dnf install -y -q nodejs22 unzip amazon-cloudwatch-agent
  # RDS certificates are signed by Amazon's own authority, which Node doesn't know.
  [[ -s $ETC/pki/rds.pem ]] ||
    retry curl -sSfo "$ETC/pki/rds.pem" https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
}

mount_data() {
  local volume device
  volume=$(parameter config/server/volume)
  [[ -n $volume ]] || return 0
  mountpoint -q "$DATA" && return 0
  device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume/-/}
  if [[ ! -e $device ]]; then
    retry aws ec2 attach-volume --volume-id "$volume" --instance-id "$(metadata instance-id)" --device /dev/sdf
    retry test -e "$device"
  fi
  # mkfs.xfs refuses a device that holds a file system, so data survives even a blkid that is wrong.
  blkid -p "$device" || mkfs.xfs "$device"
  install -d "$DATA"
  grep -q " $DATA " "$ETC/fstab" ||
    echo "UUID=$(blkid -s UUID -o value "$device") $DATA xfs defaults,nofail 0 2" >>"$ETC/fstab"
  mount "$DATA"
}

start_database() {
  local writer database pgdata=$DATA/postgres
  writer=$(parameter config/database/writer)
  [[ $writer == /* ]] || return 0
  database=$(parameter config/database/name)
  mountpoint -q "$DATA" || { say "no data volume at $DATA, so no database"; return 1; }
  retry dnf install -y -q postgresql17-server
  initialise_database "$pgdata"
  install -d "$ETC/systemd/system/postgresql.service.d"
  printf '[Unit]\nRequiresMountsFor=%s\n[Service]\nEnvironment=PGDATA=%s\n' "$DATA" "$pgdata" \
    >"$ETC/systemd/system/postgresql.service.d/data.conf"
  systemctl daemon-reload
  systemctl enable --now postgresql
  create_database "$database" "$writer"
}

# Only an empty directory is initialised: what is there is never touched.
initialise_database() {
  [[ ! -s $1/PG_VERSION ]] || return 0
  install -d -o postgres -g postgres -m 0700 "$1"
  runuser -u postgres -- initdb -D "$1" -E UTF8 --data-checksums --auth-local=peer --auth-host=scram-sha-256 >/dev/null
  printf "listen_addresses = ''\nwal_level = logical\n" >>"$1/postgresql.conf"
  say "initialised a new database in $1"
}

# The application connects as the operating system's user `app`: peer authentication, no password on the disk.
create_database() {
  local as_postgres=(runuser -u postgres --)
  retry "${as_postgres[@]}" pg_isready -q -h "$2"
  "${as_postgres[@]}" psql -h "$2" -tAc "SELECT 1 FROM pg_roles WHERE rolname = 'app'" | grep -q 1 ||
    "${as_postgres[@]}" createuser -h "$2" app
  "${as_postgres[@]}" psql -h "$2" -tAc "SELECT 1 FROM pg_database WHERE datname = '$1'" | grep -q 1 ||
    "${as_postgres[@]}" createdb -h "$2" -O app "$1"
}

install_units() {
  id app >/dev/null 2>&1 || useradd --system --home-dir "$APP" --shell /sbin/nologin app
  # The application owns its uploads and nothing else: what root writes to or runs from, it must not be able to turn into a link.
  install -d -o root -g root -m 0755 "$APP/releases" "${LOGS:-/var/log/app}"
  install -d -o app -g app "$DATA/uploads"
  cat >"$ETC/systemd/system/app.service" <<UNIT
[Unit]
Description=$NAME application
Wants=network-online.target
After=network-online.target postgresql.service
StartLimitIntervalSec=0

[Service]
User=app
WorkingDirectory=$APP/current
Environment=NAME=$NAME AWS_REGION=$1 PORT=80 UPLOADS=$DATA/uploads NODE_ENV=production ${ENVIRONMENT:-}
Environment=NODE_EXTRA_CA_CERTS=$ETC/pki/rds.pem
ExecStart=/bin/sh start $ROLE
Restart=always
RestartSec=1
TimeoutStopSec=90
AmbientCapabilities=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ReadWritePaths=$DATA/uploads
StandardOutput=append:/var/log/app/app.log
StandardError=inherit

[Install]
WantedBy=multi-user.target
UNIT
  cat >"$ETC/systemd/system/boot.service" <<UNIT
[Unit]
Description=Make this server what its settings say
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/boot
UNIT
  # Enabled by a link, not by WantedBy: the first boot is cloud-init's, later ones are systemd's.
  install -d "$ETC/systemd/system/multi-user.target.wants"
  ln -sfn ../boot.service "$ETC/systemd/system/multi-user.target.wants/boot.service"
  printf '/var/log/app/*.log {\n  daily\n  rotate 7\n  compress\n  missingok\n  copytruncate\n}\n' >"$ETC/logrotate.d/app"
  systemctl daemon-reload
}

start_agent() {
  /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c "ssm:/$NAME/agent"
}

# A release is a directory in a zip file with a `start` script. It is unpacked beside the old one and switched by one rename.
activate_release() {
  local url release bucket
  url=$(retry parameter release)
  release=$APP/releases/$(basename "$url" .zip)
  if [[ ! -d $release ]]; then
    rm -rf "$release.partial"
    retry aws s3 cp --only-show-errors "$url" "$release.zip"
    unzip -q "$release.zip" -d "$release.partial"
    rm "$release.zip"
    mv "$release.partial" "$release"
  fi
  # Hashed names never change their content: files of the release before stay for pages that still name them.
  bucket=$(parameter config/storage/static)
  if [[ -n $bucket && -d $release/static ]]; then
    aws s3 sync --only-show-errors "$release/static" "s3://$bucket/static" \
      --cache-control 'public, max-age=31536000, immutable' || say 'static files were not uploaded; the server serves them'
  fi
  [[ $(readlink "$APP/current" || true) != "$release" ]] || { systemctl start app; return 0; }
  ln -sfn "$release" "$APP/next"
  mv -T "$APP/next" "$APP/current"
  systemctl enable app
  systemctl restart app
  say "started release $(basename "$release")"
}

main() {
  local region
  exec 9>"${LOCK:-/run/boot.lock}"
  flock 9
  retry metadata placement/region >/dev/null
  region=$(metadata placement/region)
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region
  if [[ ${1:-} == release ]]; then
    activate_release
    return
  fi
  [[ $0 -ef /usr/local/sbin/boot ]] || install -m 0755 "$0" /usr/local/sbin/boot
  install_packages
  retry parameter release >/dev/null
  mount_data
  start_database
  install_units "$region"
  start_agent || say 'the CloudWatch agent did not start'
  activate_release
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
