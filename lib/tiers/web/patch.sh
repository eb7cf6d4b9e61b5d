#!/bin/bash
# Security patches of a server that lives long. Amazon Linux 2023 stays at the release of its image unless it is told to leave it.
# Exit code 194 makes the agent of Systems Manager restart the server and run this again, which then finds nothing to do.
set -euo pipefail

# Not while a release or a boot is under way.
exec 9>"${RUN:-/run}/boot.lock"
flock -w 3600 9

before=$(rpm -qa | sort)
dnf upgrade -y -q --security --releasever=latest
# What runs still has the old files open, so a restart is the only way that is sure for kernel, libraries and database alike.
[[ $(rpm -qa | sort) == "$before" ]] || exit 194
