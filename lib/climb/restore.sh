# shellcheck shell=bash
# What a dump of a whole database says is made on the new side by its master, and belongs to the application.

# Makes what a dump says: `restore ENDPOINT SECRET [pg_restore option …]`, all of it or nothing.
restore() {
  local owner
  owner=$(owner "$1" "$2") || return
  on "$1" "$2" pg_restore -1 -d "$DATABASE" --no-owner --no-privileges --role="$owner" "${@:3}"
}

# The structure in a dump: `restore_structure ENDPOINT SECRET DUMP`. Extensions are made by the master, whom some need, and what belongs to the owner
# of an extension (its comment) is left out.
restore_structure() {
  local first=' (SCHEMA|EXTENSION) - '
  pg_restore -l "$3" | grep -v ' COMMENT - EXTENSION ' >"$WORK/list"
  grep -E "$first" "$WORK/list" >"$WORK/first" || true
  grep -vE "$first" "$WORK/list" >"$WORK/rest" || true
  on "$1" "$2" pg_restore -1 -d "$DATABASE" --no-owner --no-privileges -L "$WORK/first" "$3"
  ask "$1" "$2" "DO \$\$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspowner = current_user::regrole LOOP
      EXECUTE format('ALTER SCHEMA %I OWNER TO %I', name, pg_get_userbyid(($OWNER)));
    END LOOP;
  END \$\$"
  restore "$1" "$2" -L "$WORK/rest" "$3"
}

# SQL: drops all that a runbook made. An extension belongs to the master.
DROP_OWNED="EXECUTE format('DROP OWNED BY %I, CURRENT_USER CASCADE', pg_get_userbyid(($OWNER)));"
