def point(event, _context):
    """Tells the application where the writers are now. Where none has moved nothing changes, unless a failover has stopped the old side."""
    found = databases(event)
    if event["Mode"] == "switchover" and not any(writer_of(one) == event["Target"] for one in found.values()):
        return report(Pointer="unchanged: no writer has moved")
    return report(Pointer=event["Target"], Unreachable=point_everywhere(event))
