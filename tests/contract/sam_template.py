"""template.yaml, as it is written and as SAM's own translator hands it to CloudFormation."""

import copy
import functools
import json
from typing import Any

import boto3
from cfnlint.api import ManualArgs, lint  # type: ignore[import-untyped]
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from local.state import ROOT

REGION = "eu-west-1"
MANAGED_POLICIES = {
    "AWSXrayWriteOnlyAccess": "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
}
"""What the translator would ask IAM for."""
UPLOADED = {"CodeUri", "ContentUri", "DefinitionUri"}
"""The properties that name a local file, which `sam deploy` uploads first."""

Template = dict[str, Any]


@functools.cache
def written() -> Template:
    """Return the template as it is written; read only."""
    parsed: Template = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


@functools.cache
def transformed(**parameters: str) -> Template:
    """Return the template as CloudFormation gets it; read only.

    In what it expands, the translator itself puts the values in the place of some parameters.
    """
    template = copy.deepcopy(written())
    for resource in template["Resources"].values():
        for name in UPLOADED & resource.get("Properties", {}).keys():
            resource["Properties"][name] = "s3://uploaded-files/file"
    translator = Translator(
        MANAGED_POLICIES, Parser(), boto_session=boto3.Session(region_name=REGION)
    )
    translated: Template = translator.translate(template, parameters)
    return translated


def errors(template: Template) -> list[str]:
    """Return what cfn-lint takes for an error in a template."""
    found = lint(json.dumps(template), config=ManualArgs(regions=[REGION]))
    return [f"{match.rule.id} {match.message}" for match in found if match.rule.id.startswith("E")]


def of_type(kind: str, template: Template) -> dict[str, Any]:
    """Return the properties of each resource of a type, by name."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, Any]:
    """Return what the template says of each function itself, by name, without the globals."""
    return of_type("AWS::Serverless::Function", written())


def substituted(placeholder: str) -> str:
    """Return the name of the resource whose ARN takes the place of `${…}` in the workflow."""
    (machine,) = of_type("AWS::Serverless::StateMachine", written()).values()
    name, given = placeholder.strip("${}"), machine["DefinitionSubstitutions"]
    assert name in given, (
        f"{name} is not in DefinitionSubstitutions of FindLookAlike, template.yaml"
    )
    resource = label(given[name])
    assert resource in written()["Resources"], (
        f"{name} names {resource}, which is not in template.yaml: add the resource"
    )
    return resource


def routes() -> dict[str, Any]:
    """Return the HTTP API's operations in OpenAPI's terms, by route key (`GET /matches`)."""
    (api,) = of_type("AWS::ApiGatewayV2::Api", transformed()).values()
    return {
        f"{method.upper()} {path}": operation
        for path, operations in api["Body"]["paths"].items()
        for method, operation in operations.items()
    }


def event_names() -> dict[str, str]:
    """Return the route key of each of the API's events, by the event's name."""
    return {
        name: f"{event['Properties']['Method'].upper()} {event['Properties']['Path']}"
        for name, event in functions()["ApiFunction"]["Events"].items()
    }


def rules() -> dict[str, Any]:
    """Return the EventBridge rules, by name."""
    return of_type("AWS::Events::Rule", transformed())


def label(resource: Any) -> str:
    """Write a policy's resource shortly: `MatchesTable`, `SelfiesBucket/selfies/*`, an ARN."""
    match resource:
        case str():
            return resource
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
        case {"Fn::Sub": str(text)}:
            return text.replace(".Arn}", "").removeprefix("${") if ".Arn}" in text else text
    raise AssertionError(f"no label for {resource}")


def as_list(value: Any) -> list[Any]:
    """Return a policy's one or many as many."""
    return value if isinstance(value, list) else [value]


def statements(role: str) -> list[Any]:
    """Return every statement of a role's own policies."""
    properties = of_type("AWS::IAM::Role", transformed())[role]
    return [
        # A statement under a condition counts: a deployment on AWS has it.
        statement["Fn::If"][1] if "Fn::If" in statement else statement
        for policy in properties.get("Policies", [])
        for statement in as_list(policy["PolicyDocument"]["Statement"])
    ]


def allowed(role: str) -> set[tuple[str, str]]:
    """Return every action that a role's own policies allow, with the resource."""
    return {
        (action, label(resource))
        for statement in statements(role)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
