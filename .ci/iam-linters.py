"""Asks parliament and cloudsplaining of every IAM policy in the templates below a directory: `iam-linters.py DIRECTORY`.

What they find and we accept stands in iam-linters.json, each with its reason. Anything else fails, and so does a reason that nothing needs any more.
"""

import json
import pathlib
import sys

import parliament
from cloudsplaining.scan.policy_document import PolicyDocument

ACCOUNT = "123456789012"
PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "AWS::Region": "us-east-1", "AWS::URLSuffix": "amazonaws.com"}
# What the attribute Arn of a type looks like; linters read services and kinds of resources from it.
ARNS = {
    "AWS::DynamoDB::GlobalTable": "dynamodb:us-east-1:{account}:table/{id}",
    "AWS::IAM::Role": "iam::{account}:role/{id}",
    "AWS::KMS::Key": "kms:us-east-1:{account}:key/00000000-0000-0000-0000-000000000000",
    "AWS::Lambda::Function": "lambda:us-east-1:{account}:function:{id}",
    "AWS::Logs::LogGroup": "logs:us-east-1:{account}:log-group:{id}:*",
    "AWS::S3::Bucket": "s3:::{id}",
    "AWS::SNS::Topic": "sns:us-east-1:{account}:{id}",
    "AWS::SQS::Queue": "sqs:us-east-1:{account}:{id}",
    "AWS::SecretsManager::Secret": "secretsmanager:us-east-1:{account}:secret:{id}-abcdef",
    "AWS::SecretsManager::SecretTargetAttachment": "secretsmanager:us-east-1:{account}:secret:{id}-abcdef",
    "AWS::Backup::BackupVault": "backup:us-east-1:{account}:backup-vault:{id}",
}


def arn(resources, name):
    kind = resources[name]["Type"]
    if kind not in ARNS:
        raise SystemExit(f"{name} is of the type {kind}, which iam-linters.py has no ARN for: add one to ARNS")
    return "arn:aws:" + ARNS[kind].format(account=ACCOUNT, id=name.lower())


def said(value, resources):
    """A value with references as what AWS would make of them."""
    if isinstance(value, list):
        return [said(one, resources) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(operator, operand)] = value.items()
        if operator == "Ref":
            if operand in PSEUDO:
                return PSEUDO[operand]
            kind = resources.get(operand, {}).get("Type", "")
            return arn(resources, operand) if kind.startswith(("AWS::SNS::", "AWS::SecretsManager::")) else operand.lower()
        if operator == "Fn::GetAtt":
            return arn(resources, operand[0]) if operand[1] == "Arn" else operand[0].lower()
        if operator == "Fn::Join":
            return operand[0].join(map(str, said(operand[1], resources)))
        if operator == "Fn::Sub":
            for name, text in PSEUDO.items():
                operand = operand.replace("${" + name + "}", text)
            return operand
        if operator.startswith("Fn::"):
            return "elsewhere"
    return {key: said(one, resources) for key, one in value.items()}


def policies(directory):
    for path in sorted(pathlib.Path(directory).rglob("*.template.json")):
        resources = json.loads(path.read_text())["Resources"]
        for name, resource in resources.items():
            if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                yield f"{path.name} {name}", said(resource["Properties"]["PolicyDocument"], resources)


def asked_of_parliament(statement):
    one = lambda it: parliament.analyze_policy_string(json.dumps({"Version": "2012-10-17", "Statement": [it]})).findings
    try:
        return one(statement)
    except Exception as error:
        # It is of 2023 and stops at kinds of conditions that are newer.
        if "Unknown data format" not in str(error):
            raise
        return one({key: value for key, value in statement.items() if key != "Condition"})


def findings(document):
    for statement in document["Statement"]:
        for finding in asked_of_parliament(statement):
            yield "parliament", finding.issue, json.dumps(finding.detail, sort_keys=True, default=str)
    scanned = PolicyDocument(document)
    for kind in ("allows_privilege_escalation", "credentials_exposure", "permissions_management_without_constraints",
                 "allows_data_exfiltration_actions", "write_actions_without_constraints"):
        for found in getattr(scanned, kind):
            yield "cloudsplaining", kind, json.dumps(found, sort_keys=True)


def main(directory):
    accepted = json.loads((pathlib.Path(__file__).parent / "iam-linters.json").read_text())
    needed, new, count = set(), {}, 0
    for where, document in policies(directory):
        count += 1
        for linter, issue, detail in findings(document):
            fits = [n for n, one in enumerate(accepted) if one["linter"] == linter and one["issue"] == issue and one["detail"] in detail]
            needed.update(fits)
            if not fits:
                new.setdefault((linter, issue, detail), where)
    for (linter, issue, detail), where in sorted(new.items()):
        print(f"{where}: {linter} {issue} {detail}")
    for n, one in enumerate(accepted):
        if n not in needed:
            print(f"nothing needs this reason any more: {one['linter']} {one['issue']} {one['detail']}")
    print(f"{count} policies, {len(needed)} kinds of findings accepted with a reason, {len(new)} others")
    return 1 if new or len(needed) < len(accepted) or count == 0 else 0


sys.exit(main(sys.argv[1]))
