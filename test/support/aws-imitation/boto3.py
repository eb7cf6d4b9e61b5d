"""
AWS as far as the failover talks to it, answering as its documentation says: moves take time and have states in between, calls in the wrong region and
too many calls are refused, a dark region lets callers wait, metrics are found by exactly their dimensions. Time is its own and passes only in calls.
"""
import atexit
import json
import os
import threading
import time
from datetime import datetime, timezone

lock = threading.RLock()
state = json.load(open(os.environ["STATE"]))
time.monotonic = lambda: state["now"]


def save():
    json.dump(state, open(os.environ["STATE"], "w"))


atexit.register(save)

def sleep(seconds):
    with lock:
        state["now"] += seconds
        save()


time.sleep = sleep


class ClientError(Exception):
    def __init__(self, code, message):
        self.response = {"Error": {"Code": code, "Message": message}}
        super().__init__(f"{code}: {message}")


class ConnectTimeoutError(Exception):
    pass


class ReadTimeoutError(Exception):
    """As botocore's: it has the field of an answer, and none in it."""

    response = None


def settle():
    for one in state["databases"]:
        moving = one.get("moving")
        if moving and state["now"] >= moving["until"]:
            del one["moving"]
            one["Status"] = "available"
            one["settled_at"] = state["now"]
            one["writer"] = moving["target"]
    for one in state["databases"]:
        # AWS takes a region that is back in again, as a copy.
        for region in state["regions"]:
            if region not in one["members"] and region not in state["dark"] and state["now"] >= one.get("rebuilt_at", 0):
                one["members"].append(region)


def arn(region, name):
    return f"arn:aws:rds:{region}:123456789012:cluster:{name}-{region}"


def described(one):
    members = [
        {
            "DBClusterArn": arn(region, one["name"]),
            "IsWriter": region == one["writer"],
            **({"GlobalWriteForwardingStatus": "enabled" if region in one["forwarding"] else "disabled"} if region != one["writer"] else {}),
        }
        for region in one["members"]
    ]
    return {"GlobalClusterIdentifier": one["name"], "Status": one["Status"], "GlobalClusterMembers": members}


class Pages:
    def __init__(self, ask):
        self.paginate = ask


class Client:
    def __init__(self, service, region, config):
        self.region, self.config = region, config

    def arrive(self, name, writes=False):
        """What happens to every call: a dark region, the clock, a kill, the rate."""
        if self.region in state["dark"]:
            sleep(self.config.connect_timeout * self.config.attempts)
            raise ConnectTimeoutError(f'Connect timeout on endpoint URL: "https://{self.region}.amazonaws.com/"')
        if self.region in state["hanging"]:
            sleep(self.config.read_timeout * self.config.attempts)
            raise ReadTimeoutError(f'Read timeout on endpoint URL: "https://{self.region}.amazonaws.com/"')
        sleep(0.2)
        settle()
        if writes:
            state["calls"].append(name)
            tokens = min(10, state["tokens"] + (state["now"] - state["tokens_at"]) * 2)
            state["tokens_at"], state["tokens"] = state["now"], max(0, tokens - 1)
            if tokens < 1:
                raise ClientError("Throttling", "Rate exceeded")
            if state["kill_at"] == len(state["calls"]):
                state["kill_at"] = 0
                save()
                os._exit(137)

    def get_paginator(self, name):
        return Pages(getattr(self, name))

    def describe_global_clusters(self):
        with lock:
            self.arrive("describe")
            for start in range(0, len(state["databases"]), 100):
                yield {"GlobalClusters": [described(one) for one in state["databases"][start : start + 100]]}

    def list_metrics(self, Namespace, MetricName):
        with lock:
            self.arrive("list")
            found = [one for one in state["metrics"] if one["region"] == self.region and one["name"] == MetricName]
            yield {"Metrics": [{"Namespace": Namespace, "MetricName": MetricName, "Dimensions": one["dimensions"]} for one in found]}

    def get_metric_data(self, MetricDataQueries, **_):
        with lock:
            self.arrive("data")
            results = []
            for query in MetricDataQueries:
                asked = query["MetricStat"]["Metric"]
                values = [
                    one["value"]
                    for one in state["metrics"]
                    if (one["region"], one["name"]) == (self.region, asked["MetricName"]) and sorted(map(str, one["dimensions"])) == sorted(map(str, asked["Dimensions"]))
                ]
                results.append({"Id": query["Id"], "Values": values})
            yield {"MetricDataResults": results}

    def begin(self, how, name, target, home, seconds):
        with lock:
            self.arrive(f"{how} {name}", writes=True)
            one = next((each for each in state["databases"] if each["name"] == name), None)
            if one is None:
                raise ClientError("GlobalClusterNotFoundFault", f"{name} not found")
            if self.region != home(one):
                raise ClientError("DBClusterNotFoundFault", f"call it in {home(one)}, not in {self.region}")
            if one.get("moving"):
                raise ClientError("InvalidGlobalClusterStateFault", f"global cluster {name} is {one['Status']}")
            if state["now"] < one.get("unready_until", 0):
                raise ClientError("InvalidDBClusterStateFault", "replication setup is still in progress")
            if one.get("refused"):
                raise ClientError(one["refused"], "not possible")
            wanted = next(region for region in state["regions"] if arn(region, name) == target)
            if how == "switchover" and any(region in state["dark"] for region in one["members"]):
                raise ClientError("InvalidGlobalClusterStateFault", "all clusters have to be healthy")
            one["Status"] = "switching-over" if how == "switchover" else "failing-over"
            one["moving"] = {"target": wanted, "until": state["now"] + seconds}
            if how == "failover":
                # The old writer, and copies elsewhere, are left out until they are rebuilt.
                one["members"] = [wanted, one["writer"]]
                if one["writer"] in state["dark"] or len(state["regions"]) > 2:
                    one["members"], one["rebuilt_at"] = [wanted], state["now"] + 1800
                    one["moving"]["lost"] = one["writer"]
                one["forwarding"] = [region for region in one["forwarding"] if region != wanted]
            save()
            if state["kill_after"] == len(state["calls"]):
                state["kill_after"] = 0
                save()
                os._exit(137)

    def switchover_global_cluster(self, GlobalClusterIdentifier, TargetDbClusterIdentifier):
        self.begin("switchover", GlobalClusterIdentifier, TargetDbClusterIdentifier, lambda one: one["writer"], 90)

    def failover_global_cluster(self, GlobalClusterIdentifier, TargetDbClusterIdentifier, AllowDataLoss):
        assert AllowDataLoss
        self.begin("failover", GlobalClusterIdentifier, TargetDbClusterIdentifier, lambda _: TargetDbClusterIdentifier.split(":")[3], 150)

    def modify_db_cluster(self, DBClusterIdentifier, EnableGlobalWriteForwarding):
        with lock:
            assert EnableGlobalWriteForwarding and not DBClusterIdentifier.startswith("arn:")
            self.arrive(f"forward {DBClusterIdentifier}", writes=True)
            one = next(each for each in state["databases"] if f"{each['name']}-{self.region}" == DBClusterIdentifier)
            if one.get("moving"):
                raise ClientError("InvalidDBClusterStateFault", "it is moved")
            one["forwarding"].append(self.region)
            save()

    def put_parameter(self, Name, Value, Type, Overwrite):
        with lock:
            self.arrive(f"pointer {self.region}", writes=True)
            state["pointer"][self.region] = {"value": Value, "at": state["now"]}
            save()

    def get_parameter(self, Name):
        with lock:
            self.arrive("pointer")
            if self.region not in state["pointer"]:
                raise ClientError("ParameterNotFound", Name)
            return {"Parameter": {"Value": state["pointer"][self.region]["value"], "LastModifiedDate": datetime.now(timezone.utc)}}


def client(service, region_name, config=None):
    from botocore.config import Config

    return Client(service, region_name, config or Config())
