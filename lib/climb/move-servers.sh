# Climb from the single server to a fleet. It runs on the single server, and follows move-uploads.sh, whose copy and verify it uses.
# Nothing is switched here: the deployment after the bridge turns CloudFront, and CloudFormation deletes the server when that is done.
: "${GROUP:?the fleet}" "${TARGETS:?the target group of the load balancer}"

# Servers that the fleet must have at the least, and how many the load balancer sends requests to.
wanted() {
  aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$GROUP" --query 'AutoScalingGroups[0].MinSize' --output text
}
healthy() {
  aws elbv2 describe-target-health --target-group-arn "$TARGETS" \
    --query "length(TargetHealthDescriptions[?TargetHealth.State=='healthy'])" --output text
}

fleet() {
  local want
  want=$(wanted) || true
  [[ $want =~ ^[0-9]+$ ]] || fail "how many servers the fleet $GROUP needs can't be asked: $(why)"
  for _ in $(seq "${TRIES:-90}"); do
    if [[ $(healthy) -ge $want ]]; then
      say "$(healthy) servers of the fleet are healthy, $want are needed"
      return 0
    fi
    sleep "${PAUSE:-10}"
  done
  fail "$(healthy) servers of the fleet are healthy and $want are needed: look at their log /$NAME/application, then run this again"
}

# A setting that has to be there. Parameter Store that can't be asked is not the same as no value.
needed() {
  local value
  value=$(parameter "$1") || fail "the setting $1 can't be asked: $(why)"
  [[ -n $value ]] || fail "${2:-deploy the bridge first}: the setting ${1#config/} is missing"
  echo "$value"
}

server_settings() {
  local writer uploads
  writer=$(needed config/database/writer) || exit
  uploads=$(needed config/storage/uploads) || exit
  [[ $writer != /* ]] || fail 'the database is still on this server: run the runbook move-database of the bridge before this one'
  [[ $uploads != /* ]] || fail 'uploads still go to this server: run the runbook move-uploads of the bridge before this one'
  [[ -n $(parameter config/sessions/table) ]] || needed config/sessions/endpoint 'sessions are still on this server' >/dev/null || exit
}

main() {
  begin
  case ${1:-} in
    check) server_settings && say 'nothing that users need is written to this server any more' ;;
    leftovers)
      [[ ! -d $DIRECTORY ]] || one_hand "$DIRECTORY"
      copy_remainder
      verify_uploads
      ;;
    fleet) fleet ;;
    finish) server_settings && verify_uploads && fleet && say 'the fleet can take over: deploy without from' ;;
    abort) say 'nothing was switched: the single server serves, and the fleet waits' ;;
    status) server_settings && say "$(healthy) of at least $(wanted) servers of the fleet are healthy" ;;
    *) fail "step ${1:-} is not known: type check, leftovers, fleet, finish, abort or status" ;;
  esac
}
