def fence(event, _context):
    """
    Before a failover: an application that follows the pointer stops writing on the old side, which may still live; AWS stops it by its best effort only.
    A planned switchover needs none: there AWS itself ends the writes.
    """
    if event["Mode"] != "failover":
        return report(Fence="not needed")
    return report(Fence=event["Target"], Unreachable=point_everywhere(event))
