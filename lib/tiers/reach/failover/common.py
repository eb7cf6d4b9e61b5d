import json
import re
import time

import boto3
from botocore.config import Config

# Towards a region that is dark a call has to end soon: left alone, boto3 waits a minute, five times.
SHORT = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2, "mode": "standard"})
clients = {}


def client(service, region):
    if (service, region) not in clients:
        clients[service, region] = boto3.client(service, region_name=region, config=SHORT)
    return clients[service, region]


def databases(event):
    """The global databases of the deployment, as the target region knows them."""
    pattern = re.compile(re.escape(event["Name"]) + "-" + event["Databases"])
    pages = client("rds", event["Target"]).get_paginator("describe_global_clusters").paginate()
    found = [one for page in pages for one in page["GlobalClusters"] if pattern.match(one["GlobalClusterIdentifier"])]
    if not found:
        raise RuntimeError(f"no global database of {event['Name']} is known in {event['Target']}")
    return {one["GlobalClusterIdentifier"]: one for one in found}


def region_of(arn):
    return arn.split(":")[3]


def identifier_of(arn):
    return arn.split(":")[-1]


def member_in(database, region):
    return next((one for one in database["GlobalClusterMembers"] if region_of(one["DBClusterArn"]) == region), None)


def writer_of(database):
    return next((region_of(one["DBClusterArn"]) for one in database["GlobalClusterMembers"] if one["IsWriter"]), None)


def answer_of(error):
    """What AWS answered; nothing where it did not. An error of a lost connection may have the field, and nothing in it."""
    return (getattr(error, "response", None) or {}).get("Error", {})


def refusal(error):
    """What AWS said, in a line."""
    answer = answer_of(error)
    return f"{answer.get('Code', type(error).__name__)}: {answer.get('Message', error)}"


def standing(event, found, reasons=None):
    """Where each database stands: those that aren't in the target region by name."""
    away = {name: one for name, one in found.items() if writer_of(one) != event["Target"]}
    rest = {name: f"writer {writer_of(one)}, {one.get('Status')}, {(reasons or {}).get(name, 'no refusal')}" for name, one in away.items()}
    return {"Databases": len(found), "There": len(found) - len(away), "Open": rest}


def report(**fields):
    return {"Report": json.dumps(fields, sort_keys=True)}


def point_everywhere(event):
    """Writes the pointer in each region, the target first, and says which regions didn't answer. They ask the others for it."""
    unreachable = {}
    for region in sorted(event["Regions"], key=lambda one: one != event["Target"]):
        try:
            client("ssm", region).put_parameter(Name=event["Pointer"], Value=event["Target"], Type="String", Overwrite=True)
        except Exception as error:
            if region == event["Target"]:
                raise
            unreachable[region] = refusal(error)
    return unreachable
