#!/bin/bash
# Tries everything of the kernel that a guest needs: loop devices, XFS and its shutdown, network namespaces, a container. Prints what fails.
set -euo pipefail
work=$(mktemp -d)
trap 'echo "$BASH_COMMAND fails"' ERR
trap 'umount "$work/root" 2>/dev/null || true; ip netns delete "attempt-$$" 2>/dev/null || true; rm -r "$work"' EXIT
truncate -s 400M "$work/disk"
mkfs.xfs -q "$work/disk"
mkdir "$work/root"
mount -o loop "$work/disk" "$work/root"
ip netns add "attempt-$$"
ip -n "attempt-$$" link add cable type veth peer name end
cd "$work/root"
mkdir usr etc
touch etc/os-release
ln -s usr/bin usr/sbin usr/lib usr/lib64 .
cd /
SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 systemd-nspawn --quiet --register=no --keep-unit --console=pipe --directory="$work/root" --bind-ro=/usr \
  --network-namespace-path="/run/netns/attempt-$$" --capability=CAP_NET_ADMIN /usr/bin/test -w /sys/kernel >/dev/null
xfs_io -x -c shutdown "$work/root"
