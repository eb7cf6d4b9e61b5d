"""Sends jobs that no worker can do, and waits until all of them are dead letters.

Runs as the steps of an SSM Automation document, one function a step. The jobs carry the name of the run, so a step that is tried again finds
its own, and nobody else's letters are touched.
"""
import json
import time

import boto3


def region_of(url):
    return url.split(".")[1] if ".amazonaws." in url else None


def sqs_of(event):
    return boto3.client("sqs", region_name=region_of(event["Queue"]))


def send(event, _context):
    """Hands the jobs over."""
    count = int(event["Count"])
    for number in range(count):
        body = json.dumps({"drill": "poison-jobs", "run": event["Run"], "number": number})
        sqs_of(event).send_message(QueueUrl=event["Queue"], MessageBody=body)
    return {"Sent": count}


def number_of(event, message):
    """The number of a job of this run, or nothing for any other letter."""
    try:
        body = json.loads(message["Body"])
        return body["number"] if body["run"] == event["Run"] else None
    except (ValueError, KeyError, TypeError):
        return None


def collect(event, _context, patience=540, pause=5):
    """Waits until every job of this run is a dead letter, then takes them away. Letters of others are shown again at once."""
    sqs, letters, count = sqs_of(event), event["DeadLetters"], int(event["Count"])
    found = {}
    end = time.monotonic() + patience
    while len(found) < count:
        if time.monotonic() > end:
            raise RuntimeError(f"{len(found)} of {count} poison jobs are dead letters after {patience} s")
        received = sqs.receive_message(QueueUrl=letters, MaxNumberOfMessages=10, WaitTimeSeconds=pause, VisibilityTimeout=30)
        others = []
        for message in received.get("Messages", []):
            number = number_of(event, message)
            if number is None:
                others.append(message)
            else:
                found[number] = message["ReceiptHandle"]
        for message in others:
            sqs.change_message_visibility(QueueUrl=letters, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        if others:
            time.sleep(pause)
    for receipt in found.values():
        sqs.delete_message(QueueUrl=letters, ReceiptHandle=receipt)
    return {"DeadLetters": len(found)}
