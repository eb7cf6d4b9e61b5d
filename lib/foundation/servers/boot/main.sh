# The order of it all.

# A step is a process of its own, so that `set -e` holds in it, with a time limit.
step() { limited 1800 "$BASH" "$0" "$@" 9>&- || { say "$1 failed"; return 1; }; }

main() {
  local region name late=0
  if [[ ! $0 -ef $SELF ]]; then
    install_boot
    systemctl start boot && return
    say 'this server is not yet what it shall be, it is tried again every 30 seconds: journalctl -u boot'
    return 1
  fi
  exec 9>"$RUN/boot.lock"
  flock -w 3600 9
  region=$(retry metadata placement/region)
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region
  if [[ ${1:-} != release || ! -e $RUN/boot.done ]]; then
    for name in install_packages fetch_certificates mount_data start_database install_units own_data; do step $name; done
    touch "$RUN/boot.done"
  fi
  step activate_release
  step report_ready
  # What serves users doesn't wait for what is only good to have; boot.service goes on trying.
  step upload_static || late=1
  if [[ ${1:-} == release ]]; then
    ((late == 0)) || systemctl start --no-block boot
    return
  fi
  step start_agent || late=1
  return "$late"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  case ${1:-} in '' | release) main "$@" ;; *) "$@" ;; esac
fi
