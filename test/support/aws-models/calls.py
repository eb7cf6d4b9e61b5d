"""Holds calls of AWS to botocore's models: standard input is {"documents": [call…], "scripts": [path…], "programs": [path…]}; prints a line a fault."""

import ast
import json
import re
import sys

import botocore.session
from awscli.clidriver import create_clidriver
from botocore import xform_name

SESSION = botocore.session.get_session()
COMMAND = re.compile(r"""(?:^|[\s(`!])aws +([a-z0-9-]+) +([a-z0-9-]+)([^|;&\n`]*)""", re.MULTILINE)
# Version 2 of the AWS CLI has these and version 1, whose tables are read here, has not.
LATER = {("configure", "sso"), ("logs", "tail")}
# Added to the command when it is run (AWS CLI, s3/syncstrategy).
ADDED = {("s3", "sync"): {"--size-only", "--exact-timestamps", "--delete"}}
OURS = ("Service", "Api", "PropertySelector", "DesiredValues")
counted = 0


def model_of(service):
    return SESSION.get_service_model(service) if service in SESSION.get_available_services() else None


def is_open(value):
    """Known only when it runs: a parameter of the document, a reference of the template."""
    return (isinstance(value, str) and ("{{" in value or "${" in value)) or (isinstance(value, dict) and any(key == "Ref" or key.startswith("Fn::") for key in value))


def faults_of_value(value, shape, at):
    if value is None or is_open(value):
        return
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            yield f"{at} is no structure"
            return
        for name in shape.required_members:
            if name not in value:
                yield f"{at}.{name} is missing"
        for name, item in value.items():
            if name not in shape.members:
                yield f"{at}.{name} is not known"
            else:
                yield from faults_of_value(item, shape.members[name], f"{at}.{name}")
    elif kind == "list":
        for item in value if isinstance(value, list) else []:
            yield from faults_of_value(item, shape.member, f"{at}[]")
        if not isinstance(value, list):
            yield f"{at} is no list"
    elif kind == "string":
        if not isinstance(value, str):
            yield f"{at} is no string"
        elif shape.enum and value not in shape.enum:
            yield f"{at} is {value}, not one of {', '.join(shape.enum)}"
    elif kind in ("integer", "long", "float", "double"):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{at} is no number"
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{at} is no boolean"


def faults_of_document(call):
    service, api = call["Service"], call["Api"]
    model = model_of(service)
    names = {name.lower(): name for name in model.operation_names} if model else {}
    name = api if api in names.values() else names.get(api.lower()) if call.get("anyCase") else next((one for one in names.values() if xform_name(one) == api), None)
    if name is None:
        yield f"{service} {api}: no such operation"
        return
    shape = model.operation_model(name).input_shape
    inputs = {key: value for key, value in call.items() if key not in (*OURS, "anyCase")}
    if shape is not None:
        yield from faults_of_value(inputs, shape, f"{service} {api}")
    elif inputs:
        yield f"{service} {api} takes nothing"


def faults_of_script(text, driver):
    global counted
    text = re.sub(r"\\\n\s*", " ", text)
    services = driver._get_command_table()
    for service, operation, rest in COMMAND.findall(text):
        counted += 1
        said = f"aws {service} {operation}"
        if service not in services:
            yield f"{said}: no such service"
            continue
        command = services[service]
        table = command._get_command_table() if hasattr(command, "_get_command_table") else command.subcommand_table
        if operation == "wait":
            name = rest.split()[0]
            if name not in [xform_name(waiter, "-") for waiter in SESSION.get_waiter_model(service).waiter_names]:
                yield f"{said} {name}: no such waiter"
            continue
        if (service, operation) in LATER:
            continue
        if operation not in table:
            yield f"{said}: no such operation"
            continue
        known = {f"--{name}" for name in table[operation].arg_table} | {f"--{name}" for name in driver._get_argument_table()}
        known |= ADDED.get((service, operation), set())
        for option in re.findall(r"(?<=[\s+])--[a-z][a-z0-9-]*", rest):
            if option not in known:
                yield f"{said}: no option {option}"


def service_of(node, variables):
    """The service of a client: `client("rds", …)`, `boto3.client("rds")` or a variable that holds one."""
    if isinstance(node, ast.Name):
        return variables.get(node.id)
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
    return node.args[0].value if name == "client" else None


def faults_of_program(text):
    global counted
    tree = ast.parse(text)
    variables = {}
    functions = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and service_of(node.value, {}):
            variables[node.targets[0].id] = service_of(node.value, {})
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                if isinstance(statement, ast.Return) and service_of(statement.value, {}):
                    functions[node.name] = service_of(statement.value, {})
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        service = service_of(owner, variables)
        if service is None and isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name):
            service = functions.get(owner.func.id)
        if service is None:
            continue
        counted += 1
        model = model_of(service)
        operations = {xform_name(name): name for name in model.operation_names} if model else {}
        method = node.func.attr
        asked = node.args[0].value if method == "get_paginator" else method
        if asked not in operations:
            yield f"{service} {asked}: no such operation"
            continue
        if method == "get_paginator":
            continue
        shape = model.operation_model(operations[asked]).input_shape
        given = [keyword.arg for keyword in node.keywords]
        for name in given:
            if name is not None and name not in shape.members:
                yield f"{service} {asked}: no parameter {name}"
        if None not in given:
            for name in shape.required_members:
                if name not in given:
                    yield f"{service} {asked}: {name} is missing"


def main():
    asked = json.load(sys.stdin)
    driver = create_clidriver()
    for call in asked["documents"]:
        for fault in faults_of_document(call):
            print(fault)
    for path in asked["scripts"]:
        with open(path, encoding="utf-8") as script:
            for fault in faults_of_script(script.read(), driver):
                print(f"{path}: {fault}")
    for path in asked["programs"]:
        with open(path, encoding="utf-8") as program:
            for fault in faults_of_program(program.read()):
                print(f"{path}: {fault}")
    print(f"{len(asked['documents'])} {counted}", file=sys.stderr)


main()
