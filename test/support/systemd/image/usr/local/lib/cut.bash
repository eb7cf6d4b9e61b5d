# Every bash of the guest reads this: one stops, for a power cut, before the command whose beginning the machine outside has written.
if [[ -s /cut/at && ! -e /cut/reached ]]; then
  CUT_AT=$(</cut/at)
  set -o functrace
  trap '[[ $BASH_COMMAND != "$CUT_AT"* || -e /cut/reached ]] || { echo "$BASH_COMMAND" >/cut/reached; exec sleep infinity; }' DEBUG
fi
