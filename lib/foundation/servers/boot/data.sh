# The data volume and the database on it.

mount_data() {
  local volume device uuid
  volume=$(retry parameter config/server/volume) || return
  [[ -n $volume ]] || return 0
  install -d "$DATA"
  ! mountpoint -q "$DATA" || { xfs_growfs "$DATA" >/dev/null; return; }
  device=${DEVICES:-/dev/disk/by-id}/nvme-Amazon_Elastic_Block_Store_${volume/-/}
  retry attach "$volume" "$device" || return
  format "$device" || return
  uuid=$(blkid -p -s UUID -o value "$device") || return
  { grep -v " $DATA " "$ETC/fstab" || true; echo "UUID=$uuid $DATA xfs defaults,nofail 0 2"; } >"$ETC/fstab.partial"
  sync "$ETC/fstab.partial"
  mv "$ETC/fstab.partial" "$ETC/fstab"
  systemctl daemon-reload
  mount "$DATA" || return
  # A volume that grew has a file system of its old size.
  xfs_growfs "$DATA" >/dev/null
}

# Another server may still hold the volume, and a device appears some seconds after it was attached.
attach() {
  local instance
  [[ ! -e $2 ]] || return 0
  instance=$(metadata instance-id) || return
  aws ec2 attach-volume --volume-id "$1" --instance-id "$instance" --device /dev/sdf >/dev/null || true
  [[ -e $2 ]]
}

# A volume that holds anything is never formatted, nor is one that can't be read. The one exception is a format that broke off: nothing was ever in there.
format() {
  local found=0 broken
  blkid -p "$1" >/dev/null || found=$?
  case $found in
    0)
      broken=$(xfs_db -r -c 'sb 0' -c 'print inprogress' "$1") || return
      [[ $broken != 'inprogress = 1' ]] || mkfs.xfs -q -f "$1" ;;
    2) mkfs.xfs -q "$1" ;;
    *) say "can't tell what is on $1"; return 1 ;;
  esac
}

start_database() {
  local writer database pgdata=$DATA/postgres unit=$ETC/systemd/system/postgresql.service.d
  writer=$(retry parameter config/database/writer) || return
  [[ $writer == /* ]] || return 0
  database=$(retry parameter config/database/name) || return
  [[ -n $database ]] || { say 'the database has no name'; return 1; }
  mountpoint -q "$DATA" || { say "no data volume at $DATA, so no database"; return 1; }
  packages postgresql17-server || return
  initialise_database "$pgdata" || return
  install -d "$unit"
  printf '[Unit]\nRequiresMountsFor=%s\n[Service]\nEnvironment=PGDATA=%s\n' "$DATA" "$pgdata" >"$unit/data.conf"
  systemctl daemon-reload
  systemctl enable --now postgresql
  create_database "$database" "$writer"
}

# Made beside its place and moved there whole: what is in its place is never touched, whatever it is.
initialise_database() {
  local locale
  if [[ -s $1/PG_VERSION ]]; then rm -rf "$1.partial"; return; fi
  [[ ! -d $1 ]] || rmdir "$1" || { say "$1 holds files but no database"; return 1; }
  rm -rf "$1.partial"
  install -d -o postgres -g postgres -m 0700 "$1.partial"
  # Sorted as RDS sorts, where the system knows how.
  locale=$(locale -a 2>/dev/null | grep -im1 '^en_US\.utf-\?8$' || true)
  runuser -u postgres -- initdb -D "$1.partial" -E UTF8 ${locale:+--locale="$locale"} --data-checksums --auth-local=peer --auth-host=scram-sha-256 >/dev/null || return
  # It listens, so that RDS can follow its log some day; pg_hba.conf and the security group let nobody in.
  printf "listen_addresses = '*'\nwal_level = logical\n" >>"$1.partial/postgresql.conf"
  sync -f "$1.partial"
  mv -T "$1.partial" "$1" || return
  say "initialised a new database in $1"
}

# The application connects as the operating system's user `app`: peer authentication, no password on the disk.
create_database() {
  local as_postgres=(runuser -u postgres --) found
  retry "${as_postgres[@]}" pg_isready -q -h "$2" || return
  found=$("${as_postgres[@]}" psql -h "$2" -tAc "SELECT 1 FROM pg_roles WHERE rolname = 'app'") || return
  [[ $found == 1 ]] || "${as_postgres[@]}" createuser -h "$2" app || return
  found=$("${as_postgres[@]}" psql -h "$2" -tAc "SELECT 1 FROM pg_database WHERE datname = '$1'") || return
  [[ $found == 1 ]] || "${as_postgres[@]}" createdb -h "$2" -O app "$1"
}
