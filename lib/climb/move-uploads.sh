# Moves uploads from DIRECTORY on the server into BUCKET, below uploads/. Names are made of random numbers and contents never change, so
# copying a file twice is harmless, and nothing is removed here: an application that uses the bucket still finds in the directory what the
# bucket lacks.
: "${BUCKET:?the bucket for uploads}"
DIRECTORY=${DIRECTORY:-/data/uploads}
# How long the application may take to follow: it looks at its settings every 30 seconds, give or take a fifth.
PATIENCE=${PATIENCE:-60}

switched() { [[ $UPLOADS == "$BUCKET" ]]; }

look() {
  [[ ! -d $DIRECTORY ]] || one_hand "$DIRECTORY"
  UPLOADS=$(parameter config/storage/uploads) || fail "the setting storage/uploads can't be asked: $(why)"
  [[ $UPLOADS == /* ]] || switched || fail "uploads are in ${UPLOADS:-no place}, neither on this server nor in $BUCKET: deploy the bridge first"
}

# Files as `size name`, without those that are not finished yet.
files() {
  [[ ! -d $DIRECTORY ]] || find "$DIRECTORY/" -type f ! -name '*.partial' -printf '%s %P\n' | LC_ALL=C sort
}

# Fails when the bucket can't be listed: it is not the same as an empty one.
objects() {
  aws s3api list-objects-v2 --bucket "$BUCKET" --prefix uploads/ --query 'Contents[].[Size, Key]' --output text >"$WORK/objects" ||
    fail "$BUCKET can't be listed: $(why)"
  sed -nE 's|^([0-9]+)\tuploads/|\1 |p' "$WORK/objects" | LC_ALL=C sort
}

# Links are no uploads that could be moved, and names that no listing shows on one line are not told apart.
check_directory() {
  local found
  [[ -d $DIRECTORY ]] || return 0
  found=$(find "$DIRECTORY/" -type l -printf '%P\n' -quit)
  [[ -z $found ]] || fail "$found in $DIRECTORY is a link, which no bucket has: put the file itself there"
  found=$(find "$DIRECTORY/" ! -readable -printf '%P\n' -quit) || fail "$DIRECTORY can't be read: $(tail -n 1 "$WORK/errors")"
  [[ -z $found ]] || fail "$found in $DIRECTORY can't be read"
  found=$(find "$DIRECTORY/" -name '*[[:cntrl:]]*' -printf '%P' -quit | tr -c '[:print:]' '?')
  [[ -z $found ]] || fail "the name $found in $DIRECTORY has a line break or another character that can't be printed: rename the file"
}

# Two documents at once would compare with each other's halves: the lock lasts as long as anything of the step lives.
one_hand() {
  exec {HAND}<"$1"
  flock --wait 60 "$HAND" || fail "another step works on $1: wait for it, or end it (fuser $1)"
}

count() { awk '{ bytes += $1 } END { printf "%d files, %d bytes", NR, bytes }'; }

# The CLI tells what a file is by its name, except the newest kind of picture.
copy_uploads() {
  [[ -d $DIRECTORY ]] || return 0
  upload --exclude '*' --include '*.webp' --content-type image/webp
  upload --exclude '*.webp'
}

# The CLI ends with 2 when a file went while it looked: an upload that was being finished, under its final name by now. What it left out
# is counted later.
upload() {
  aws s3 sync --only-show-errors --size-only --no-follow-symlinks "$(readlink -f "$DIRECTORY")" "s3://$BUCKET/uploads" "$@" --exclude '*.partial' \
    --cache-control 'public, max-age=31536000, immutable' || [[ $? == 2 ]]
}

# While the bucket is used, an object is never overwritten by what the disk has: who of both is older only the application knows.
copy_remainder() {
  local other
  objects >"$WORK/there"
  other=$(LC_ALL=C comm -12 <(LC_ALL=C comm -23 <(files) "$WORK/there" | names | LC_ALL=C sort) <(names <"$WORK/there" | LC_ALL=C sort))
  [[ -z $other ]] || fail "$(wc -l <<<"$other") files have another size in $BUCKET than on the disk, first $(head -n 1 <<<"$other"): $(older "$(head -n 1 <<<"$other")")"
  copy_uploads
}
names() { cut -d ' ' -f 2-; }
older() { echo "remove the older one, rm '$DIRECTORY/$1' or aws s3 rm 's3://$BUCKET/uploads/$1', then run this again"; }

# Every file is an object of the same size, and what the bucket gives back is what the disk holds, byte for byte. An object's ETag says
# nothing about that: with a key of one's own it is no checksum. Objects are read in portions that fit on the disk.
verify_uploads() {
  local back missing portion name checked=0
  objects >"$WORK/there"
  missing=$(LC_ALL=C comm -23 <(files) "$WORK/there")
  [[ -z $missing ]] || fail "$(wc -l <<<"$missing") files are not in $BUCKET with their size, first (size name): $(head -n 1 <<<"$missing")"
  while IFS= read -r portion; do
    back=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
    aws s3 sync --only-show-errors "s3://$BUCKET/uploads" "$back" --exclude '*' --include "$(printf '%s' "$portion" | sed 's/[][*?]/[&]/g')*"
    while IFS= read -r name; do
      name=${name#* }
      [[ -n $name ]] || continue
      [[ $name == "$portion"* ]] || continue
      cmp -s "$DIRECTORY/$name" "$back/$name" || fail "$name in $BUCKET has another content than on the disk: $(older "$name")"
      checked=$((checked + 1))
    done < <(files)
    rm -rf "$back"
  done < <(portions)
  say "verified: $checked files are in $BUCKET with the content that they have on the disk"
}

# How names begin, in as many letters as it takes: they are random, so each letter makes the portions sixteen times smaller.
portions() {
  local letters=0 room need
  room=$(df --output=avail -B1 "${TMPDIR:-/var/tmp}" | tail -n 1)
  need=$(files | awk '{ bytes += $1 } END { print 2 * bytes + 0 }')
  while ((need > room && letters < 3)); do
    need=$((need / 16)) letters=$((letters + 1))
  done
  if ((letters)); then files | names | LC_ALL=C.UTF-8 sed -E "s/^(.{$letters}).*/\1/" | LC_ALL=C sort -u; else echo; fi
}

# Puts the setting, and waits as long as the application may take to look at it. It may have been put long ago, by a step that was killed.
put_uploads() {
  [[ $UPLOADS == "$1" ]] || put_parameter config/storage/uploads "$1"
  local since
  since=$(aws ssm get-parameters --names "/$NAME/config/storage/uploads" --query 'Parameters[0].LastModifiedDate' --output text)
  # Seconds, or a date, as the version of the CLI wants.
  [[ $since != *-* ]] || since=$(date -d "$since" +%s)
  while (($(date +%s) < ${since%%.*} + PATIENCE)); do sleep 1; done
}

do_check() {
  check_directory
  aws s3api list-objects-v2 --bucket "$BUCKET" --prefix uploads/ --max-items 1 >/dev/null
  [[ -d $DIRECTORY ]] || say "there is no directory $DIRECTORY, so nothing was ever uploaded"
  say "$(files | count) in $DIRECTORY; new uploads go to $UPLOADS"
}

do_copy() {
  copy_uploads
  say "copied what is in $DIRECTORY so far: $(files | count)"
}

do_switch() {
  put_uploads "$BUCKET"
  say "new uploads go to $BUCKET"
}

do_remainder() {
  switched || fail 'uploads still go to the disk: run the step switch first'
  copy_remainder
  say "copied what came since: $(files | count) on the disk"
}

do_verify() {
  switched || fail 'uploads still go to the disk: run the step switch first'
  verify_uploads
}

do_finish() {
  switched || fail 'uploads still go to the disk: run the step switch first'
  local missing
  objects >"$WORK/there"
  missing=$(LC_ALL=C comm -23 <(files) "$WORK/there" | wc -l)
  ((missing == 0)) || fail "$missing files came after the copy: run the step remainder, then verify"
  say "$(files | count) moved, 0 lost; they stay on the disk, too, and $BUCKET has $(count <"$WORK/there")"
}

# Back to the disk, if it has everything. Objects that were copied stay: they harm nobody.
do_abort() {
  if switched; then
    all_here 'this again, or go on with the step remainder'
    put_uploads "$DIRECTORY"
  fi
  all_here 'this again'
  say 'new uploads go to the disk'
}

all_here() {
  local alone
  objects >"$WORK/there"
  alone=$(LC_ALL=C comm -13 <(files | names | LC_ALL=C sort) <(names <"$WORK/there" | LC_ALL=C sort) | wc -l)
  ((alone == 0)) || fail "$alone files are in $BUCKET alone: type aws s3 sync s3://$BUCKET/uploads $DIRECTORY, then $1"
}

do_status() { say "new uploads go to $UPLOADS; on the disk $(files | count); in $BUCKET $(objects | count)"; }

main() {
  begin
  case ${1:-} in
    check | copy | switch | remainder | verify | finish | abort | status)
      look
      "do_$1"
      ;;
    *) fail "step ${1:-} is not known: type check, copy, switch, remainder, verify, finish, abort or status" ;;
  esac
}
