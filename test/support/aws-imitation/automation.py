"""Runs an Automation document of aws:executeScript steps as Systems Manager does: attempts, onFailure, ten minutes a step, outputs."""
import json
import os
import sys

import boto3

document, inputs = json.load(open(sys.argv[1])), json.loads(sys.argv[2])
values = {name: inputs.get(name, spec.get("default")) for name, spec in document["parameters"].items()}
failures, outputs, began = [], {}, boto3.state["now"]
for step in document["mainSteps"]:
    payload = {key: values[value[3:-3]] if isinstance(value, str) and value.startswith("{{") else value for key, value in step["inputs"]["InputPayload"].items()}
    failed = None
    for _ in range(step.get("maxAttempts", 1)):
        failed, start, names = None, boto3.state["now"], {}
        try:
            exec(step["inputs"]["Script"], names)
            outputs[step["name"]] = json.loads(names[step["inputs"]["Handler"]](payload, None)["Report"])
        except Exception as error:
            failed = str(error) or type(error).__name__
        if boto3.state["now"] - start > step["timeoutSeconds"]:
            failed = f"timed out after {boto3.state['now'] - start:.0f} s"
        if not failed:
            break
    if failed:
        failures.append(f"{step['name']}: {failed}")
        if step.get("onFailure") != "Continue":
            break
boto3.save()
print(json.dumps({"failures": failures, "outputs": outputs, "seconds": round(boto3.state["now"] - began)}))
