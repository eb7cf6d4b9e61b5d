def forward(event, _context, patience=300, pause=10):
    """Clusters that write no more pass writes on, where the deployment wants that. What a dark region can't hear stays open."""
    if event["Forward"] != "true":
        return report(Forwarding="not wanted")
    end = time.monotonic() + patience
    told, dark, reasons = [], {}, {}
    while True:
        waiting = [
            member["DBClusterArn"]
            for one in databases(event).values()
            for member in one["GlobalClusterMembers"]
            if not member["IsWriter"] and member.get("GlobalWriteForwardingStatus") not in ("enabled", "enabling")
        ]
        left = [arn for arn in waiting if region_of(arn) not in dark]
        if not left or time.monotonic() > end:
            return report(Told=told, Open={identifier_of(arn): dark.get(region_of(arn)) or reasons.get(arn) for arn in waiting})
        for arn in left:
            if region_of(arn) in dark or arn in told:
                continue
            try:
                client("rds", region_of(arn)).modify_db_cluster(DBClusterIdentifier=identifier_of(arn), EnableGlobalWriteForwarding=True)
                told.append(arn)
            except Exception as error:
                reasons[arn] = refusal(error)
                # No answer at all: the next cluster there would cost as long.
                if not answer_of(error):
                    dark[region_of(arn)] = refusal(error)
        time.sleep(pause)
