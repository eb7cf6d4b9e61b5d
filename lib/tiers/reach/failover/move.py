from concurrent.futures import ThreadPoolExecutor

# It goes on by itself; the outcome shows in who has the writer.
BUSY = {"failing-over", "switching-over", "modifying", "upgrading"}
# Trying again changes nothing.
FINAL = {"AccessDenied", "AccessDeniedException", "GlobalClusterNotFoundFault", "DBClusterNotFoundFault", "ValidationError", "InvalidParameterValue"}


def start(event, database):
    """A planned switchover is asked for in the region that has the writer, a failover in the one that shall have it (RDS API reference)."""
    member = member_in(database, event["Target"])
    if not member:
        raise RuntimeError(f"it has no cluster in {event['Target']} now")
    call = {"GlobalClusterIdentifier": database["GlobalClusterIdentifier"], "TargetDbClusterIdentifier": member["DBClusterArn"]}
    if event["Mode"] == "failover":
        client("rds", event["Target"]).failover_global_cluster(**call, AllowDataLoss=True)
    else:
        client("rds", writer_of(database) or event["Target"]).switchover_global_cluster(**call)


def attempt(event, database):
    try:
        start(event, database)
        return None
    except Exception as error:
        return error


def move(event, _context, patience=520, pause=5):
    """Starts every move that is not done or under way, again and again with growing pauses, and waits. No database holds up another."""
    end = time.monotonic() + patience
    tries, next_try, reasons, given_up = {}, {}, {}, set()
    while True:
        now = time.monotonic()
        try:
            found = databases(event)
        except Exception:
            if now > end:
                raise
            time.sleep(pause)
            continue
        away = {name: one for name, one in found.items() if writer_of(one) != event["Target"]}
        if not away:
            return report(**standing(event, found), Moved=sorted(tries))
        if now > end or set(away) <= given_up:
            raise RuntimeError(json.dumps(standing(event, found, reasons)))
        due = [
            name for name, one in away.items() if name not in given_up and one.get("Status") not in BUSY and now >= next_try.get(name, 0)
        ]
        with ThreadPoolExecutor(8) as pool:
            answers = dict(zip(due, pool.map(lambda name: attempt(event, away[name]), due)))
        for name, error in answers.items():
            tries[name] = tries.get(name, 0) + 1
            reasons[name] = refusal(error) if error else "started"
            # A move that was begun is left alone for longer than AWS takes to show it.
            next_try[name] = time.monotonic() + (60 if error is None else min(60, pause * 2 ** tries[name]))
            if error is not None and answer_of(error).get("Code") in FINAL:
                given_up.add(name)
        time.sleep(pause)
