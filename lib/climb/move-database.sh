# Moves the database of a single server, reached by its socket, into TARGET, whose user is no superuser. Until `switch` the old side serves.
# Each side says itself how far the move is: the old one in a setting of its database (since when nobody writes), the new one in the
# comment on its database (what it is a copy of). So a step that was killed leaves no doubt, and nothing is copied over what isn't ours.
: "${TARGET:?the new writer, host:port}"
WAY_BACK='the way back is in docs/runbooks/1-to-2.md'
# How long the application may take to follow: it looks at its settings every 30 seconds, give or take a fifth.
PATIENCE=${PATIENCE:-60}

old() { ask "$WRITER" '' "$1"; }
new() { ask "$TARGET" "$SECRET" "$1"; }
switched() { [[ $WRITER == "$TARGET" ]]; }
now() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f", to - from }'; }

look() {
  local settings=/$NAME/config/database
  settings=$(aws ssm get-parameters --names "$settings/writer" "$settings/secret" --query 'Parameters[].[Name,Value]' --output text)
  WRITER=$(sed -n 's|^.*/writer\t||p' <<<"$settings")
  SECRET=$(sed -n 's|^.*/secret\t||p' <<<"$settings")
  [[ $TARGET =~ ^[^/:]+:[0-9]+$ ]] || fail "TARGET $TARGET is no host:port"
  [[ -n $SECRET ]] || fail "the setting /$NAME/config/database/secret is not there: deploy the bridge first"
  [[ $WRITER == /* ]] || switched || fail "the database is at $WRITER, neither on this server nor at $TARGET: nothing of this move"
  LOGINS[$SECRET]=$(login "$SECRET")
}

# What the old side says. FROZEN is the moment, COMPLETE whether everybody who wrote has been sent away since.
survey_old() {
  local answer
  answer=$(old "
    WITH settings AS (SELECT unnest(setconfig) AS s FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
      WHERE datname = current_database() AND setrole = 0)
    SELECT system_identifier, split_part(mark, ':', 1), split_part(mark, ':', 2) = 'complete', read_only
    FROM pg_control_system(), (SELECT coalesce(max(split_part(s, '=', 2)) FILTER (WHERE s LIKE 'stagecraft.frozen=%'), '') AS mark,
      coalesce(bool_or(s = 'default_transaction_read_only=on'), false) AS read_only FROM settings) m") ||
    fail "the database in $WRITER does not answer: $(why)"
  IFS='|' read -r ORIGIN FROZEN COMPLETE READ_ONLY <<<"$answer"
  [[ $READ_ONLY == f || -n $FROZEN ]] || fail "somebody made the database read-only: type, in the database postgres, ALTER DATABASE $DATABASE RESET default_transaction_read_only"
}

frozen() { [[ $READ_ONLY == t && $COMPLETE == t ]]; }

# Whether the new side has everything that was there when writing ended.
is_copied() { frozen && [[ $STATE =~ ^(copied|verified)$ && $OF_MOMENT == "$FROZEN" ]]; }

# What the new side says: "stagecraft copy of ORIGIN STATE FROZEN ROWS LOST DOUBLED PAUSE".
survey_new() {
  local answer comment
  answer=$(new "
    SELECT (SELECT count(*) FROM pg_largeobject_metadata) + (SELECT count(*) FROM pg_class c WHERE $(ours pg_class relnamespace))
      + (SELECT count(*) FROM pg_proc c WHERE $(ours pg_proc pronamespace)) || '|' || coalesce(shobj_description(oid, 'pg_database'), '')
    FROM pg_database WHERE datname = current_database()") || fail "the database at $TARGET does not answer: $(why)"
  IFS='|' read -r OBJECTS comment <<<"$answer"
  COPY_OF='' STATE='' OF_MOMENT='' ROWS=0 LOST=0 DOUBLED=0 PAUSE=''
  [[ $comment != 'stagecraft copy of '* ]] ||
    read -r COPY_OF STATE OF_MOMENT ROWS LOST DOUBLED PAUSE <<<"${comment#stagecraft copy of }"
}

mark() { new "COMMENT ON DATABASE $DATABASE IS 'stagecraft copy of $ORIGIN $*'"; }

# Both sides, and that what the new one holds is ours to overwrite.
survey() {
  survey_old
  survey_new
  [[ $STATE != serving ]] || fail "the database at $TARGET has served already and has the newest data: $WAY_BACK"
  [[ $OBJECTS == 0 || $COPY_OF == "$ORIGIN" ]] ||
    fail "the database at $TARGET holds $OBJECTS objects that are no copy of this server's: empty it if nobody needs them, then run this again"
}

do_check() {
  local here there version encoding name size prepared new_version new_encoding new_name clients missing roles
  survey
  here=$(old "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding(), current_setting('server_version'),
    pg_size_pretty(pg_database_size(current_database())), (SELECT count(*) FROM pg_prepared_xacts)")
  there=$(new "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding(), current_setting('server_version')")
  IFS='|' read -r version encoding name size prepared <<<"$here"
  IFS='|' read -r new_version new_encoding new_name <<<"$there"
  clients=$(pg_dump --version | sed -E 's/^[^0-9]* ([0-9]+).*/\1/')
  ((new_version >= version)) || fail "PostgreSQL at $TARGET is $new_name, older than $name here: data only moves to the same or a newer version"
  ((clients >= version)) || fail "pg_dump is version $clients, older than the server's $version: install postgresql$version"
  [[ $encoding == "$new_encoding" ]] || fail "the encodings differ: $encoding here, $new_encoding at $TARGET"
  ((prepared == 0)) || fail "$prepared prepared transactions are open: commit or roll them back (pg_prepared_xacts), then run this again"
  missing=$(new "SELECT string_agg(e, ' ') FROM unnest($(old "SELECT quote_literal(array_agg(extname)) FROM pg_extension")::text[]) e
    WHERE e NOT IN (SELECT name FROM pg_available_extensions)")
  [[ -z $missing ]] || fail "extensions that $TARGET does not have: $missing"
  missing=$(new "SELECT string_agg(s, '; ') FROM unnest($(settings_here)::text[]) s
    WHERE s NOT IN (SELECT unnest(setconfig) FROM pg_db_role_setting)")
  [[ -z $missing ]] || fail "settings of the database or its owner do not move: $missing: give them to $TARGET, then run this again"
  roles=$(old "SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolcanlogin AND NOT rolsuper
    AND oid NOT IN (SELECT datdba FROM pg_database WHERE datname = current_database())")
  [[ -z $roles ]] || say "roles that stay behind, with what was granted to them: $roles; everything at $TARGET belongs to its own user"
  say "$size of PostgreSQL $name can move to PostgreSQL $new_name at $TARGET; whether there is room the rehearsal shows"
}

settings_here() {
  old "SELECT quote_literal(coalesce(array_agg(s), '{}')) FROM (SELECT unnest(setconfig) AS s FROM pg_db_role_setting, pg_database d
    WHERE datname = current_database() AND setdatabase IN (0, d.oid) AND setrole IN (0, datdba)) settings
    WHERE s NOT LIKE 'stagecraft.frozen=%' AND s <> 'default_transaction_read_only=on'"
}

do_rehearse() {
  local start copied
  survey
  # The pause has begun: nothing may make it longer.
  ! frozen || return 0
  start=$(now)
  transfer rehearsing
  same_structure
  copied=$(since "$start") start=$(now)
  inventories
  say "rehearsed with $(tally | cut -d ' ' -f 1) rows. Writes will pause for about $copied s (copy)" \
    "+ $(since "$start") s (verification) + up to 36 s until the application looks at its settings"
  clear_new
  mark rehearsed
}

do_freeze() {
  survey
  ! frozen || return 0
  [[ $READ_ONLY == t ]] || FROZEN=$(now)
  old "ALTER DATABASE $DATABASE SET stagecraft.frozen = '$FROZEN:begun'"
  freeze "$WRITER" ''
  old "ALTER DATABASE $DATABASE SET stagecraft.frozen = '$FROZEN:complete'"
  say 'from now on the old side is read, and nobody writes'
}

do_copy() {
  survey
  frozen || fail 'people still write to the old side: run the step freeze first'
  ! is_copied || return 0
  transfer copying
  mark copied "$FROZEN"
  say 'copied'
}

# Structure first, so that the comments on extensions, which belong to their owner, can be left out; then rows, indexes and constraints.
transfer() {
  local from=(on "$WRITER" '' pg_dump -Fc -Z0 --no-owner --no-privileges --no-tablespaces)
  local into=(on "$TARGET" "$SECRET" pg_restore -1 -d "$DATABASE" --no-owner --no-privileges)
  clear_new
  mark "$1"
  "${from[@]}" --section=pre-data >"$WORK/structure"
  pg_restore -l "$WORK/structure" | grep -v ' COMMENT - EXTENSION ' >"$WORK/list"
  "${into[@]}" -L "$WORK/list" "$WORK/structure"
  "${from[@]}" --section=data --section=post-data | "${into[@]}"
  new 'ANALYZE'
}

# A step that was killed may have left a session that still restores.
clear_new() {
  local left=1
  send_away "$TARGET" "$SECRET"
  # In portions, because each object takes a lock.
  while ((left)); do left=$(new 'SELECT count(lo_unlink(oid)) FROM (SELECT oid FROM pg_largeobject_metadata LIMIT 1000) portion'); done
  new 'DROP OWNED BY CURRENT_USER CASCADE'
}

do_verify() {
  local lost doubled rows difference
  survey
  is_copied || fail 'there is no copy since nobody writes: run the steps freeze and copy first'
  # Until it is proven the copy is worth nothing; so what differs, or is never looked at, is copied anew.
  mark void
  inventories
  read -r rows lost doubled <<<"$(tally)"
  difference=$(diff "$WORK/old" "$WORK/new" | grep -m1 '^[<>]' || true)
  [[ -z $difference ]] ||
    fail "the copy differs ($lost rows lost, $doubled doubled), the first difference (< here, > there): $difference"
  same_structure
  mark "verified $FROZEN $rows $lost $doubled"
  say "verified: $rows rows in $(grep -c '^table' "$WORK/new") tables, $(grep -c '^sequence' "$WORK/new") sequences," \
    "$(awk '$1 == "objects" { print $2 }' "$WORK/new") large objects; indexes, constraints and owners"
}

do_switch() {
  if ! switched; then
    survey
    if [[ $STATE != verified ]] || ! is_copied; then fail 'the copy is not verified: run the steps freeze, copy and verify first'; fi
    put_parameter config/database/writer "$TARGET"
    say "switched: the database is at $TARGET"
  fi
  survey_new
  [[ $STATE != serving ]] || return 0
  follow || {
    say "the application did not look at its settings in $PATIENCE s: restarting it"
    systemctl restart app
    follow
  } || fail "switched, but the application does not connect to $TARGET: look at /var/log/app/app.log; $WAY_BACK"
  new "COMMENT ON DATABASE $DATABASE IS 'stagecraft copy of $COPY_OF serving $OF_MOMENT $ROWS $LOST $DOUBLED $PAUSE'"
  say "the application is there; writes paused for $PAUSE s"
}

# Waits until the application, which is nobody of ours, has a session on the new side.
follow() {
  local end=$((SECONDS + PATIENCE))
  while ((SECONDS < end)); do
    PAUSE=$(new "SELECT round(extract(epoch FROM min(backend_start))::numeric - $OF_MOMENT, 1) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND application_name !~ '^(psql|pg_)'")
    [[ -z $PAUSE ]] || return 0
    sleep 0.5
  done
  return 1
}

do_finish() {
  switched || fail 'not switched yet: run the steps before first'
  survey_new
  [[ $STATE == serving ]] || fail "the application was not seen at $TARGET: run the step switch first"
  systemctl disable --now postgresql
  say "$ROWS rows moved, $LOST lost, $DOUBLED doubled, pause $PAUSE s; the old database is stopped and stays on its volume"
}

do_abort() {
  ! switched || fail "switched already: $TARGET has the newest data; $WAY_BACK"
  survey_old
  if [[ -n $FROZEN ]]; then
    thaw "$WRITER" ''
    old "ALTER DATABASE $DATABASE RESET stagecraft.frozen"
  fi
  if (survey && send_away "$TARGET" "$SECRET" && mark void); then
    say 'the old side serves and takes writes; the copy is void'
  else
    say "the old side serves and takes writes; $TARGET did not take part: the next run copies anew"
  fi
}

do_status() {
  if switched; then
    say "switched: the database is at $TARGET"
    return
  fi
  survey_old
  survey_new
  say "not switched; $(frozen && echo "nobody writes since $(date -d "@$FROZEN" +%T)" || echo 'people write'); the copy: ${STATE:-none}"
}

main() {
  begin
  case ${1:-} in
    check | rehearse | freeze | copy | verify)
      look
      if switched; then say "switched already, nothing to $1"; else "do_$1"; fi
      ;;
    switch | finish | abort | status)
      look
      "do_$1"
      ;;
    *) fail "step ${1:-} is not known: type check, rehearse, freeze, copy, verify, switch, finish, abort or status" ;;
  esac
}
