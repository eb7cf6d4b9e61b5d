from datetime import datetime, timedelta, timezone

# The loss that a failover would make; without it, how far a copy is behind. In milliseconds.
LAGS = ["AuroraGlobalDBRPOLag", "AuroraGlobalDBProgressLag", "AuroraGlobalDBReplicationLag"]


def series_of(cloudwatch, metric, clusters):
    """Series of these clusters, whatever other dimensions they have: CloudWatch finds one by exactly its own."""
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/RDS", MetricName=metric)
    for one in (one for page in pages for one in page["Metrics"]):
        cluster = next((each["Value"] for each in one["Dimensions"] if each["Name"] == "DBClusterIdentifier"), None)
        if cluster in clusters:
            yield clusters[cluster], one["Dimensions"]


def newest(cloudwatch, metric, series):
    """The newest value of each series of the last ten minutes."""
    now = datetime.now(timezone.utc)
    values = {}
    for start in range(0, len(series), 500):
        some = series[start : start + 500]
        queries = [
            {"Id": f"m{index}", "MetricStat": {"Metric": {"Namespace": "AWS/RDS", "MetricName": metric, "Dimensions": dimensions}, "Period": 60, "Stat": "Maximum"}}
            for index, (_, dimensions) in enumerate(some)
        ]
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=now - timedelta(minutes=10), EndTime=now, ScanBy="TimestampDescending"
        )
        for result in (result for page in pages for result in page["MetricDataResults"]):
            name = some[int(result["Id"][1:])][0]
            values[name] = max([values.get(name, 0), *result["Values"][:1]]) if result["Values"] else values.get(name)
    return {name: value for name, value in values.items() if value is not None}


def lags(event, found):
    """Lag in seconds of each database's copy here, from this region or the writer's. Nothing where nobody knows."""
    known, unreachable = {}, {}
    for region in [event["Target"], *sorted({writer_of(one) for one in found.values()} - {event["Target"], None})]:
        for metric in LAGS:
            clusters = {}
            for name, one in found.items():
                # At the writer a series may stand under the writer's own name.
                for member in [member_in(one, event["Target"]), member_in(one, region)]:
                    if member and name not in known:
                        clusters[identifier_of(member["DBClusterArn"])] = name
            try:
                cloudwatch = client("cloudwatch", region)
                values = newest(cloudwatch, metric, list(series_of(cloudwatch, metric, clusters)))
                known.update({name: value / 1000 for name, value in values.items()})
            except Exception as error:
                unreachable[region] = refusal(error)
                break
    return known, unreachable


def check(event, _context):
    """Says what would be lost, and stops what nobody confirmed. A planned switchover loses nothing: there lag only means waiting."""
    if event["Mode"] == "failover" and event["ConfirmDataLoss"] != "confirm":
        raise RuntimeError("a failover loses what was not copied yet: give ConfirmDataLoss=confirm, or Mode=switchover")
    found = databases(event)
    open_moves = {name: one for name, one in found.items() if writer_of(one) != event["Target"]}
    known, unreachable = lags(event, open_moves)
    behind = {name: lag for name, lag in known.items() if lag > float(event["MaxLagSeconds"])}
    if behind and event["Mode"] == "switchover":
        raise RuntimeError(f"copies are more than {event['MaxLagSeconds']} s behind, so writes would wait for as long: {behind}; try later, or give MaxLagSeconds")
    unknown = sorted(set(open_moves) - set(known))
    worst = max(known.items(), key=lambda one: one[1], default=None)
    return report(ToMove=len(open_moves), There=len(found) - len(open_moves), WorstLag=worst, LagUnknown=unknown, Unreachable=unreachable)
