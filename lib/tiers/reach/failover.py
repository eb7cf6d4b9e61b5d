"""Moves the writers of all global databases of a deployment to one region, and tells the application so.

Runs as the steps of an SSM Automation document, one function a step. Every step looks before it acts, so a run that broke off is simply
started again, and the way back is the same document with the other region.
"""
import re
import time
from datetime import datetime, timedelta, timezone

import boto3


def databases(event):
    """The global databases of the deployment, as the target region knows them."""
    rds = boto3.client("rds", region_name=event["Target"])
    pattern = re.compile(re.escape(event["Name"]) + r"-(products|orders|users-\d+)$")
    pages = rds.get_paginator("describe_global_clusters").paginate()
    found = [one for page in pages for one in page["GlobalClusters"] if pattern.match(one["GlobalClusterIdentifier"])]
    if not found:
        raise RuntimeError(f"no global database of {event['Name']} is known in {event['Target']}")
    return rds, found


def member_in(database, region):
    for member in database["GlobalClusterMembers"]:
        if member["DBClusterArn"].split(":")[3] == region:
            return member
    raise RuntimeError(f"{database['GlobalClusterIdentifier']} has no cluster in {region}")


def lag_seconds(target, arn):
    """The newest replication lag, or nothing where none was reported for ten minutes."""
    now = datetime.now(timezone.utc)
    points = boto3.client("cloudwatch", region_name=target).get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="AuroraGlobalDBReplicationLag",
        Dimensions=[{"Name": "DBClusterIdentifier", "Value": arn.split(":")[-1]}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    return max(points, key=lambda point: point["Timestamp"])["Maximum"] / 1000 if points else None


def check_lag(event, _context):
    """Refuses to go on when more would be lost than was allowed. A planned switchover loses nothing, so there lag only means waiting."""
    _, found = databases(event)
    lags = {}
    for database in found:
        member = member_in(database, event["Target"])
        if not member["IsWriter"]:
            lags[database["GlobalClusterIdentifier"]] = lag_seconds(event["Target"], member["DBClusterArn"])
    behind = {name: lag for name, lag in lags.items() if lag is None or lag > float(event["MaxLagSeconds"])}
    if behind:
        raise RuntimeError(f"lag is unknown or above {event['MaxLagSeconds']} s: {behind}")
    return {"Lags": lags}


def move(event, _context, patience=540, pause=10):
    """Starts every move that is not done or under way, and waits."""
    end = time.monotonic() + patience
    started = set()
    while True:
        rds, found = databases(event)
        open_moves = [one for one in found if not member_in(one, event["Target"])["IsWriter"]]
        if not open_moves:
            return {"Moved": sorted(started)}
        for database in open_moves:
            name = database["GlobalClusterIdentifier"]
            if name not in started and database["Status"] == "available":
                call = {"GlobalClusterIdentifier": name, "TargetDbClusterIdentifier": member_in(database, event["Target"])["DBClusterArn"]}
                if event["Mode"] == "failover":
                    rds.failover_global_cluster(**call, AllowDataLoss=True)
                else:
                    rds.switchover_global_cluster(**call)
                started.add(name)
        if time.monotonic() > end:
            raise RuntimeError(f"still moving after {patience} s: {[one['GlobalClusterIdentifier'] for one in open_moves]}")
        time.sleep(pause)


def point(event, _context):
    """Tells the application in every region where the writers are. A region that is down hears of it when it is back: run this again."""
    unreachable = []
    for region in event["Regions"]:
        try:
            boto3.client("ssm", region_name=region).put_parameter(Name=event["Pointer"], Value=event["Target"], Type="String", Overwrite=True)
        except Exception as error:
            if event["Mode"] != "failover" or region == event["Target"]:
                raise
            unreachable.append(f"{region}: {error}")
    return {"Unreachable": unreachable}


def forward(event, _context):
    """The clusters that write no more pass writes on, where the deployment wants that."""
    if event["Forward"] != "true":
        return {"Forwarding": []}
    _, found = databases(event)
    forwarding, unreachable = [], []
    for member in [one for database in found for one in database["GlobalClusterMembers"] if not one["IsWriter"]]:
        if member.get("GlobalWriteForwardingStatus") in ("enabled", "enabling"):
            continue
        arn = member["DBClusterArn"]
        try:
            rds = boto3.client("rds", region_name=arn.split(":")[3])
            rds.modify_db_cluster(DBClusterIdentifier=arn, EnableGlobalWriteForwarding=True)
            forwarding.append(arn.split(":")[-1])
        except Exception as error:
            if event["Mode"] != "failover":
                raise
            unreachable.append(f"{arn}: {error}")
    return {"Forwarding": forwarding, "Unreachable": unreachable}


def verify(event, _context):
    """Every writer and the pointer of the target region say the same."""
    _, found = databases(event)
    elsewhere = [one["GlobalClusterIdentifier"] for one in found if not member_in(one, event["Target"])["IsWriter"]]
    pointer = boto3.client("ssm", region_name=event["Target"]).get_parameter(Name=event["Pointer"])["Parameter"]["Value"]
    if elsewhere or pointer != event["Target"]:
        raise RuntimeError(f"writers elsewhere: {elsewhere}; pointer: {pointer}")
    return {"Databases": len(found), "Writer": pointer}
