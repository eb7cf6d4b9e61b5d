# Moves the database of a single server, reached by its socket, into TARGET, whose user is no superuser. Until `switch` the old side serves.
# Each side says itself how far the move is: the old one in settings of its database (whose hand it is, since when nobody writes, whether the
# switch is decided), the new one in the comment on its database (what it is a copy of, and whether it serves). So a step that was killed
# leaves no doubt, and nothing is copied over what isn't ours. Writes are taken by one side alone, whatever the setting says: the new one takes
# none before the switch is decided at the old one, and the old one none after it.
: "${TARGET:?the new writer, host:port}"
WAY_BACK='the way back is in docs/runbooks/1-to-2.md'
# How long the application may take to follow: it looks at its settings every 30 seconds, give or take a fifth, or at once when this is touched.
PATIENCE=${PATIENCE:-60}
TOUCHED=${TOUCHED:-/run/app/look}
# Where the old side was, for an abort that can't ask AWS.
NOTES=${NOTES:-/var/lib/stagecraft}/$NAME-database

old() { ask "$WRITER" '' "$1"; }
new() { ask "$TARGET" "$SECRET" "$1"; }
switched() { [[ $WRITER == "$TARGET" ]]; }
now() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f", to - from }'; }

# Fails when Parameter Store can't be asked.
ask_settings() {
  SETTINGS=$(timeout "${CALL_SECONDS:-30}" aws ssm get-parameters --names "/$NAME/config/database/writer" "/$NAME/config/database/secret" \
    --query 'Parameters[].[Name,Value]' --output text)
}

look_at() {
  [[ $TARGET =~ ^[^/:]+:[0-9]+$ ]] || fail "TARGET $TARGET is no host:port"
  WRITER=$(sed -n 's|^.*/writer\t||p' <<<"$SETTINGS")
  SECRET=$(sed -n 's|^.*/secret\t||p' <<<"$SETTINGS")
  [[ -n $SECRET ]] || fail "the setting /$NAME/config/database/secret is not there: deploy the bridge first"
  [[ $WRITER == /* ]] || switched || fail "the database is at $WRITER, neither on this server nor at $TARGET: nothing of this move"
  switched || { mkdir -p "${NOTES%/*}" && echo "$WRITER" >"$NOTES"; }
}

look() {
  ask_settings || fail "the settings can't be asked: $(why)"
  look_at
  log_in || fail "the secret $SECRET can't be read: $(why)"
}
log_in() { LOGINS[$SECRET]=$(login "$SECRET"); }

# What the old side says. FROZEN is the moment, COMPLETE whether everybody who wrote has been sent away since, DECIDED the moment of the
# freeze whose copy is to serve.
survey_old() {
  local answer
  answer=$(old "
    WITH settings AS (SELECT unnest(setconfig) AS s FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
      WHERE datname = current_database() AND setrole = 0)
    SELECT system_identifier, split_part(mark, ':', 1), split_part(mark, ':', 2) = 'complete', read_only, decided
    FROM pg_control_system(), (SELECT coalesce(max(split_part(s, '=', 2)) FILTER (WHERE s LIKE 'stagecraft.frozen=%'), '') AS mark,
      coalesce(bool_or(s = 'default_transaction_read_only=on'), false) AS read_only,
      coalesce(max(split_part(s, '=', 2)) FILTER (WHERE s LIKE 'stagecraft.decided=%'), '') AS decided FROM settings) m") ||
    fail "the database in $WRITER does not answer: $(why)"
  IFS='|' read -r ORIGIN FROZEN COMPLETE READ_ONLY DECIDED <<<"$answer"
  [[ $READ_ONLY == f || -n $FROZEN ]] || fail "somebody made the database read-only: type, in the database postgres, ALTER DATABASE $DATABASE RESET default_transaction_read_only"
}

frozen() { [[ $READ_ONLY == t && $COMPLETE == t ]]; }

# Whether the new side has everything that was there when writing ended.
is_copied() { frozen && [[ $STATE =~ ^(copied|verified|open)$ && $OF_MOMENT == "$FROZEN" ]]; }

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

# Both sides, and that what the new one holds is ours to overwrite.
survey() {
  survey_old
  survey_new
  [[ $STATE != serving ]] || fail "the database at $TARGET has served already and has the newest data: $WAY_BACK"
  [[ $OBJECTS == 0 || $COPY_OF == "$ORIGIN" ]] ||
    fail "the database at $TARGET holds $OBJECTS objects that are no copy of this server's: empty it if nobody needs them, then run this again"
}

# SQL: a setting of the old database.
setting() {
  echo "(SELECT substr(s, length('$1=') + 1) FROM pg_db_role_setting, unnest(setconfig) s WHERE setrole = 0 AND s LIKE '$1=%'
    AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))"
}

# Changes the old side, if the move is still in this hand: all of it or nothing.
act() {
  old "DO \$act\$ BEGIN
    PERFORM pg_advisory_xact_lock($HAND_LOCK, 2);
    IF $(setting stagecraft.hand) IS DISTINCT FROM '$TOKEN' THEN RAISE EXCEPTION 'the step was ended: another one has the move'; END IF;
    $1
  END \$act\$"
}

# Takes the lock, and notes whose hand it is. Another run's move is refused, except by an abort that somebody sends by hand.
grasp() {
  local other
  HAND_AT=("$WRITER" '')
  take_hand "$1"
  other=$(old "SELECT $(setting stagecraft.hand)")
  if [[ -n ${RUN_ID:-} && -n $other && $other != *" -" && $other != *" ${RUN_ID:0:8}" ]]; then
    [[ $1 != abort ]] || leave_others "the run ${other##* }"
    fail "the run ${other##* } has the move since its step ${other%% *}: wait for it, or send the step abort by hand, which ends it"
  fi
  [[ $1 == check ]] ||
    old "DO \$\$ BEGIN PERFORM pg_advisory_xact_lock($HAND_LOCK, 2); ALTER DATABASE $DATABASE SET stagecraft.hand = '$TOKEN'; END \$\$"
}

# Says what the new side is, if it doesn't serve by now: `mark STATE …`, or together with other changes: `mark_with SQL STATE …`.
mark() { mark_with '' "$@"; }
mark_with() {
  local sql=$1
  shift
  new "DO \$mark\$ BEGIN
    PERFORM pg_advisory_xact_lock($HAND_LOCK, 2);
    IF (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()) ~ '^stagecraft copy of [0-9]+ (${NEVER_FROM:-open|serving})' THEN
      RAISE EXCEPTION 'the new side serves'; END IF;
    IF (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()) !~ '^stagecraft copy of [0-9]+ ${ONLY_FROM:-}' THEN
      RAISE EXCEPTION 'the copy was taken back'; END IF;
    $sql
    COMMENT ON DATABASE $DATABASE IS 'stagecraft copy of $ORIGIN $*';
  END \$mark\$"
}

inventories() {
  local other
  inventory "$WRITER" '' >"$WORK/old" &
  other=$!
  inventory "$TARGET" "$SECRET" >"$WORK/new"
  wait $other
}

structures() {
  local other
  structure "$WRITER" '' "$WORK/old-structure" &
  other=$!
  structure "$TARGET" "$SECRET" "$WORK/new-structure"
  wait $other
}

# What both sides were made of is the same text; and on the new one nothing is invalid or belongs to somebody else.
same_structure() {
  local difference wrong
  difference=$(diff "$WORK/old-structure" "$WORK/new-structure" | grep -m1 '^[<>]' || true)
  [[ -z $difference ]] || fail "the structure differs, first (< here, > there): $difference"
  wrong=$(new "SELECT string_agg(what, ', ') FROM (
    SELECT indexrelid::regclass || ' is invalid' AS what FROM pg_index WHERE NOT indisvalid
    UNION ALL SELECT c.oid::regclass || ' belongs to ' || relowner::regrole FROM pg_class c
      WHERE relowner <> ($OWNER) AND $(ours pg_class relnamespace)) wrong")
  [[ -z $wrong ]] || fail "at $TARGET $wrong"
}
