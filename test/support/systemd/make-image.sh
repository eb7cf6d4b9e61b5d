#!/bin/bash
# make-image.sh FILE MIRROR: makes the disk of a Debian guest that stands for Amazon Linux 2023.
set -euo pipefail
file=$1 mirror=$2
work=$(mktemp -d)
trap 'mountpoint -q "$work" && umount "$work"; rmdir "$work"' EXIT
truncate -s 3G "$file"
mkfs.xfs -q "$file"
mount -o loop "$file" "$work"
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus bookworm "$work" "$mirror" >"$file.log" 2>&1 || { tail -5 "$file.log" >&2; exit 1; }
# Installing a package starts nothing, as with dnf.
printf '#!/bin/sh\nexit 101\n' >"$work/usr/sbin/policy-rc.d"
chmod 755 "$work/usr/sbin/policy-rc.d"
mkdir -p "$work/etc/postgresql-common" "$work/etc/pki" "$work/etc/rpm" "$work/etc/volumes" "$work/cut" "$work/opt/aws-cli"
touch "$work/opt/node"
echo 'create_main_cluster = false' >"$work/etc/postgresql-common/createcluster.conf"
get() { chroot "$work" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$file.log" 2>&1; }
get udev cloud-init python3 curl ca-certificates xfsprogs apt-utils util-linux-extra libstdc++6 procps logrotate gawk
# Fedora's packages give it one number on all servers: its volume goes from one to another.
chroot "$work" useradd --system --uid 726 --user-group --home-dir /var/lib/pgsql --shell /bin/bash postgres
# Installed by Debian's PostgreSQL alone: what takes long of it.
get postgresql-common ssl-cert libllvm14 libxslt1.1 libpq5
chroot "$work" systemctl disable -q postgresql
# What dnf installs later is fetched now, so that no guest needs a network.
get --download-only unzip nginx-light postgresql-15
rm "$work"/lib/udev/rules.d/*
# What would change the kernel of the machine that tests, or start at its own hours.
for unit in systemd-sysctl.service systemd-binfmt.service systemd-modules-load.service console-getty.service getty.target \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
  ln -sf /dev/null "$work/etc/systemd/system/$unit"
done
: >"$work/etc/fstab"
umount "$work"
