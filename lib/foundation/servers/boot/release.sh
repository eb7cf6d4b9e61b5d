# What users see: a release is fetched, checked, started, and left again when it does not answer.

# A release is a directory in a zip file with a `start` script, unpacked beside the one before.
activate_release() {
  local url release
  url=$(retry parameter release) || return
  [[ $url == s3://*/?*.zip ]] || { say "the release is '$url', not a zip file in S3"; return 1; }
  release=$APP/releases/$(basename "$url" .zip)
  [[ -d $release ]] || fetch_release "$url" "$release" || return
  upload_static "$release" || say 'static files were not uploaded; this server serves them until they are'
  start_release "$release" || return
  forget_releases
}

fetch_release() {
  rm -rf "$2.partial"
  retry fetch "$1" "$2.zip" || return
  if ! unzip -q "$2.zip" -d "$2.partial" || [[ ! -s $2.partial/start ]]; then
    rm -rf "$2.partial" "$2.zip"
    say "$1 is no release: it can't be unpacked, or has no file named start"
    return 1
  fi
  sync -f "$2.partial"
  mv -T "$2.partial" "$2" && rm "$2.zip"
}

fetch() { aws s3 cp --only-show-errors "$1" "$2" && [[ -s $2 ]]; }

# Hashed names never change their content: files of the release before stay for pages that still name them.
upload_static() {
  local bucket release=${1:-$(readlink "$APP/current")} files
  files=$release/static
  [[ ! -d $release/.stagecraft ]] || files=$release/.stagecraft/static
  [[ -d $files ]] || return 0
  bucket=$(retry parameter config/storage/static) || return
  [[ -n $bucket && ! -e $release/.uploaded-$bucket ]] || return 0
  aws s3 sync --only-show-errors "$files" "s3://$bucket/static" --cache-control 'public, max-age=31536000, immutable' || return
  touch "$release/.uploaded-$bucket"
}

# Switches by one rename, and back to the release before if the new one doesn't answer. What failed while another serves is not tried again.
start_release() {
  local before
  before=$(readlink "$APP/current") || true
  if [[ $before == "$1" ]]; then
    systemctl enable app && systemctl start app && answers && return
    say "release $(basename "$1") does not answer"
    return 1
  fi
  if [[ -e $1.failed ]] && answers_now; then
    say "release $(basename "$1") did not answer when it was started, $(basename "$before") serves: deploy another, or remove $1.failed"
    return 1
  fi
  switch_to "$1" && answers && { rm -f "$1.failed"; say "started release $(basename "$1")"; return; }
  touch "$1.failed"
  say "release $(basename "$1") does not answer"
  [[ ! -d $before ]] || { switch_to "$before" && say "went back to $(basename "$before")"; }
  return 1
}

# A release that knows how starts beside the one that serves.
switch_to() {
  if [[ -f $1/.stagecraft/prepare.sh ]]; then
    eval "$(<"$1/.stagecraft/prepare.sh")" && prepare "$1" || return
  fi
  ln -sfn "$1" "$APP/next" && mv -T "$APP/next" "$APP/current" && systemctl enable app || return
  if [[ -d $1/.stagecraft && -S $RUN/app/control ]] && systemctl is-active -q app; then
    runuser -u app -- python3 "$1/.stagecraft/run.py" reload
  else
    systemctl restart app
  fi
}

# What starts again and again will not answer later either.
answers() {
  local until=$((SECONDS + ${ANSWER_SECONDS:-$(cat "$APP/current/.stagecraft/answer-seconds" 2>/dev/null || echo 120)}))
  until answers_now; do
    [[ $SECONDS -lt $until && $(systemctl show -p NRestarts --value app) -lt 5 ]] || return
    sleep 1
  done
}

# A worker has no port: it works when it runs and went on running.
answers_now() {
  if [[ $ROLE == web ]]; then curl -sf -m 5 -o /dev/null http://127.0.0.1:80/healthz; return; fi
  systemctl is-active -q app && sleep "${SETTLE_SECONDS:-5}" && systemctl is-active -q app && [[ $(systemctl show -p NRestarts --value app) == 0 ]]
}

# The one that runs and the newest two others stay for a way back; more would fill the disk.
forget_releases() {
  local current old
  current=$(readlink "$APP/current")
  find "$APP/releases" -mindepth 1 -maxdepth 1 -type d ! -path "$current" -printf '%T@ %p\n' | sort -rn | tail -n +3 | cut -d' ' -f2- |
    while read -r old; do rm -rf "$old" "$old.failed"; done
}
