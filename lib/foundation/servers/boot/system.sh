# What every server has: packages, units, the CloudWatch agent.

install_packages() { packages nodejs22 unzip amazon-cloudwatch-agent aws-cfn-bootstrap; }

# RDS certificates are signed by Amazon's own authority, which Node doesn't know.
fetch_certificates() {
  [[ -s $ETC/pki/rds.pem ]] || retry fetch_bundle
}

fetch_bundle() {
  curl -sSfo "$ETC/pki/rds.partial" https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem || return
  grep -q 'END CERTIFICATE' "$ETC/pki/rds.partial" && mv "$ETC/pki/rds.partial" "$ETC/pki/rds.pem"
}

install_units() {
  id app >/dev/null 2>&1 || useradd --system --home-dir "$APP" --shell /sbin/nologin app
  # The application owns its uploads and nothing else: what root writes to or runs from, it must not be able to turn into a link.
  install -d -o root -g root -m 0755 "$APP/releases" "${LOGS:-/var/log/app}"
  cat >"$ETC/systemd/system/app.service" <<UNIT
[Unit]
Description=$NAME application
Wants=network-online.target
After=network-online.target postgresql.service
RequiresMountsFor=$DATA
StartLimitIntervalSec=0

[Service]
User=app
WorkingDirectory=$APP/current
Environment=NAME=$NAME AWS_REGION=${AWS_REGION:?} PORT=80 UPLOADS=$DATA/uploads NODE_ENV=production ${ENVIRONMENT:-}
Environment=NODE_EXTRA_CA_CERTS=$ETC/pki/rds.pem
ExecStart=/bin/sh start $ROLE
Restart=always
RestartSec=1
TimeoutStopSec=90
KillMode=mixed
RuntimeDirectory=app
RuntimeDirectoryMode=0750
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
  printf '/var/log/app/*.log {\n  daily\n  rotate 7\n  compress\n  missingok\n  copytruncate\n}\n' >"$ETC/logrotate.d/app"
  systemctl daemon-reload
}

# The volume may come from a server that had another number for the application: its image was older.
own_data() {
  local owner group uploads=$DATA/uploads
  if [[ -d $uploads && $(stat -c %U:%G "$uploads") != app:app ]]; then
    read -r owner group < <(stat -c '%u %g' "$uploads")
    [[ ! -e $DATA/database-password ]] || chown app "$DATA/database-password"
    # What is inside first: until all of it is done, the directory says that something is left to do.
    find "$uploads" -mindepth 1 -user "$owner" -exec chown -h app {} +
    find "$uploads" -mindepth 1 -group "$group" -exec chgrp -h app {} +
  fi
  install -d -o app -g app "$uploads"
}

# Boot is tried again until it works. Enabled by a link, not by WantedBy: the first start is the user data's, later ones are systemd's.
install_boot() {
  [[ $0 -ef $SELF ]] || { install -m 0755 "$0" "$SELF.partial" && mv "$SELF.partial" "$SELF"; }
  cat >"$ETC/systemd/system/boot.service" <<UNIT
[Unit]
Description=Make this server what its settings say
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=$SELF
TimeoutStartSec=infinity
Restart=on-failure
RestartSec=30
UNIT
  install -d "$ETC/systemd/system/multi-user.target.wants"
  ln -sfn ../boot.service "$ETC/systemd/system/multi-user.target.wants/boot.service"
  sync
  systemctl daemon-reload
}

# The stack that creates a group of servers waits for this word; later ones find that nobody does.
report_ready() {
  [[ -n ${SIGNAL:-} ]] || return 0
  local who
  read -ra who <<<"$SIGNAL"
  PATIENCE=${PATIENCE:-30} retry limited 60 "${CFN_SIGNAL:-/opt/aws/bin/cfn-signal}" --success true --region "$AWS_REGION" "${who[@]}" || say 'no stack waits for this server'
}

start_agent() {
  /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c "ssm:/$NAME/agent" >/dev/null
}
