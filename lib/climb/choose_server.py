import boto3


def choose(event, context):
    """A server of the fleet that serves and is healthy: one that starts, stops or stands by would break the runbook off."""
    groups = boto3.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[event["Group"]])["AutoScalingGroups"]
    servers = [server for group in groups for server in group["Instances"]]
    serving = sorted(s["InstanceId"] for s in servers if s["LifecycleState"] == "InService" and s["HealthStatus"] == "Healthy")
    if not serving:
        states = ", ".join(sorted(s["LifecycleState"] for s in servers)) or "none"
        raise Exception(f"no server of {event['Group']} is in service (states: {states}): start again when one is")
    return {"InstanceId": serving[0]}
