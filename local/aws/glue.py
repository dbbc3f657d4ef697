"""The fixes that ministack needs for this project's template, each as small as possible.

ministack is pinned exactly (requirements.txt beside this file). These fixes replace parts of it, so
`install` first checks that each of these parts exists. tests/integration/test_glue.py
shows for each fix that it works, and that ministack still needs it.

This runs in ministack's own environment, which has none of the project's other dependencies.
"""

import asyncio
import contextvars
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import urllib3
import yaml
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from ministack import app
from ministack.core import iam_evaluator, lambda_runtime, persistence, router, sigv4
from ministack.services import (
    apigateway,
    cloudwatch_logs,
    cognito,
    dynamodb,
    eventbridge,
    lambda_svc,
    s3,
    sqs,
    stepfunctions,
    sts,
)
from ministack.services.cloudformation import engine, provisioners

from local.aws import settings
from local.aws.attributes import schema_attributes
from local.aws.calls import valid_calls
from local.aws.codes import addresses_without_case, drawn_codes
from local.aws.credentials import role_keys, root_key
from local.aws.gate import gate
from local.aws.history import MACHINES
from local.aws.journal import OPERATIONS, journal, prompt_end
from local.aws.logs import function_logs, lambda_log_end
from local.aws.template import sam_parameters
from local.aws.workers import bounded_workers, old_versions_end
from local.aws.workflow import (
    execution_names,
    machine_timeout,
    prompt_start,
    retry_delays,
    whole_history,
)

JSON_1_1 = "application/x-amz-json-1.1"

TOUCHED: dict[Any, tuple[str, ...]] = {
    app: (
        "SERVICE_HANDLERS",
        "_build_persistence_save_dict",
        "_load_persisted_state",
        "app",
        "load_state",
        "pin_request_origin",
    ),
    persistence: (
        "STATE_DIR",
        "_json_default",
        "_json_object_hook",
        "_state_format_version",
        "save_all",
    ),
    iam_evaluator: (
        "_anonymous",
        "_is_root_key",
        "_served_unsigned",
        "enforce",
        "is_root_access_key",
        "resolve_credential",
    ),
    sigv4: ("header_signature_failure", "parse_header_signature", "request_time_failure"),
    sts: ("_sessions", "is_root_access_key", "register_session"),
    dynamodb: ("_remove_item", "_set_item", "_tables", *OPERATIONS),
    lambda_runtime: (
        "_LOCAL_WORKER_TTL",
        "_account_region_from_function_config",
        "_lock",
        "_workers",
        "execution_credentials",
        "invalidate_worker",
    ),
    router: ("SERVICE_PATTERNS",),
    apigateway: (
        "_apis",
        "_authorizers",
        "_integrations",
        "_jwt_unauthorized",
        "_routes",
        "_validate_jwt_authorizer",
        "find_api_scope",
    ),
    cognito: (
        "_STANDARD_ATTRIBUTES_BY_NAME",
        "_UNSIGNED_IDP_ACTIONS",
        "_confirmation_code_error",
        "_fake_token",
        "_run_idp_handler",
        "_send_verification_email",
        "_user_pools",
    ),
    lambda_runtime.Worker: ("_drain_stderr_bounded",),
    eventbridge: ("_dispatch_event", "_dispatch_to_sqs"),
    cloudwatch_logs: ("_append_log_events", "_log_groups"),
    lambda_svc: (
        "_emit_lambda_logs",
        "_execute_function_warm",
        "_functions",
        "_update_alias",
        "execution_credentials",
    ),
    s3: (
        "_bucket_notifications",
        "_bucket_owner_account",
        "_fire_s3_event",
        "_fire_s3_event_async",
        "_persist_object",
    ),
    sqs: ("DEFAULT_HOST", "DEFAULT_PORT", "_CANONICAL_NETLOC", "_HANDLERS"),
    stepfunctions: (
        "_AWS_SDK_SERVICE_MAP",
        "_AWS_SDK_ERROR_CODE_OVERRIDES",
        "_AWS_SDK_ERROR_PREFIX",
        *(f"_{name}" for name in MACHINES),
        "_add_event",
        "_apply_jsonata_arguments",
        "_apply_state_assign",
        "_executions",
        "_find_matching_retrier",
        "_invoke_resource_with_timeout",
        "_run_execution",
        "_scaled_sleep",
        "_start_execution",
        "time",
    ),
    engine: ("_transform_parameters",),
    provisioners: (
        "_RESOURCE_HANDLERS",
        "_apigw_v2_authorizer_create",
        "_apigw_v2_integration_create",
        "_apigw_v2_route_create",
        "_sfn_definition",
    ),
}


def install(without: Iterable[str] = ()) -> None:
    """Apply every fix but those named; raise RuntimeError where ministack is not as expected."""
    missing = [
        f"{module.__name__}.{name}"
        for module, names in TOUCHED.items()
        for name in names
        if not hasattr(module, name)
    ]
    if missing:
        raise RuntimeError(f"this ministack lacks {', '.join(missing)}: pin another version")
    for name, fix in FIXES.items():
        if name not in without:
            fix()


def rekognition() -> None:
    """Pass calls on to the local Rekognition, also the workflow's and CloudFormation's."""

    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes | str, query: Any
    ) -> tuple[int, dict[str, str], bytes]:
        del method, path, query
        data = body.encode() if isinstance(body, str) else body  # the workflow sends text
        return await asyncio.to_thread(_call_rekognition, headers["x-amz-target"], data)

    def create(logical_id: str, properties: Any, stack: str) -> tuple[str, dict[str, str]]:
        del logical_id, stack
        name = properties["CollectionId"]
        status, _, reply = _call_rekognition(
            "RekognitionService.CreateCollection", json.dumps({"CollectionId": name}).encode()
        )
        answer = json.loads(reply)
        if status >= 400 and answer["__type"] != "ResourceAlreadyExistsException":
            raise ValueError(answer)
        return name, {"Arn": f"arn:aws:rekognition:us-east-1:000000000000:collection/{name}"}

    def delete(physical_id: str, properties: Any) -> None:
        del properties
        _call_rekognition(
            "RekognitionService.DeleteCollection",
            json.dumps({"CollectionId": physical_id}).encode(),
        )

    app.SERVICE_HANDLERS["rekognition"] = handle
    router.SERVICE_PATTERNS["rekognition"] = {
        "target_prefixes": ["RekognitionService"],
        "host_patterns": [r"rekognition\."],
        "credential_scopes": ["rekognition"],
    }
    stepfunctions._AWS_SDK_SERVICE_MAP["rekognition"] = {
        "target_prefix": "RekognitionService",
        "protocol": "json",
    }
    stepfunctions._AWS_SDK_ERROR_PREFIX["rekognition"] = "Rekognition"
    # Step Functions names an error after the class of the SDK for Java.
    stepfunctions._AWS_SDK_ERROR_CODE_OVERRIDES["rekognition"] = {
        "InternalServerError": "InternalServerErrorException"
    }
    provisioners._RESOURCE_HANDLERS["AWS::Rekognition::Collection"] = {
        "create": create,
        "delete": delete,
    }


_CONNECTIONS = urllib3.PoolManager(
    maxsize=32, timeout=60, retries=urllib3.Retry(1, redirect=0, allowed_methods=None)
)
"""To the local Rekognition. It closes an idle connection after a while: a call that was sent at
that moment is sent again. No operation does harm the second time."""


def _call_rekognition(target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Sign a call with the root key and pass it on; the caller's right to it was checked before."""
    url = settings.rekognition_url()
    key = Credentials(*settings.root_key())
    headers = {"Content-Type": JSON_1_1, "X-Amz-Target": target}
    signed = AWSRequest("POST", url, headers=headers, data=body)
    SigV4Auth(key, "rekognition", settings.region()).add_auth(signed)
    try:
        reply = _CONNECTIONS.request("POST", url, body=body, headers=dict(signed.headers.items()))
        status, answer = reply.status, reply.data
    except urllib3.exceptions.HTTPError as error:
        failure = {"__type": "InternalServerError", "Message": str(error)}
        status, answer = 500, json.dumps(failure).encode()
    return status, {"Content-Type": JSON_1_1}, answer  # ministack adds to the headers it gets


def http_api_body() -> None:
    """Build the routes, authorizers and CORS rules of an HTTP API that SAM describes in Body."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handlers["create"], handlers["update"]

    def create_with_body(logical_id: str, properties: Any, stack: str) -> Any:
        created = create(logical_id, properties, stack)
        _import_body(created[0], properties.get("Body"), stack)
        return created

    def update_with_body(physical_id: str, old: Any, new: Any, stack: str, *more: Any) -> Any:
        updated = update(physical_id, old, new, stack, *more)
        _import_body(updated[0], new.get("Body"), stack)
        return updated

    provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"] = {
        **handlers,
        "create": create_with_body,
        "update": update_with_body,
    }


def _import_body(api_id: str, body: Any, stack: str) -> None:
    if not body:
        return
    for store in (apigateway._routes, apigateway._integrations, apigateway._authorizers):
        store[api_id] = {}
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = {
        name: _create_authorizer(api_id, name, scheme["x-amazon-apigateway-authorizer"], stack)
        for name, scheme in schemes.items()
    }
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            _create_route(api_id, f"{method.upper()} {path}", operation, authorizers, stack)
    if cors := body.get("x-amazon-apigateway-cors"):
        apigateway._apis[api_id]["corsConfiguration"] = cors


def _create_authorizer(api_id: str, name: str, authorizer: Any, stack: str) -> str:
    jwt = authorizer["jwtConfiguration"]
    properties = {
        "ApiId": api_id,
        "Name": name,
        "AuthorizerType": "JWT",
        "IdentitySource": [authorizer["identitySource"]],
        "JwtConfiguration": {"Issuer": jwt["issuer"], "Audience": jwt["audience"]},
    }
    authorizer_id, _ = provisioners._apigw_v2_authorizer_create(name, properties, stack)
    return str(authorizer_id)


def _create_route(
    api_id: str, route_key: str, operation: Any, authorizers: dict[str, str], stack: str
) -> None:
    integration = operation["x-amazon-apigateway-integration"]
    function = re.search(r"functions/(.+)/invocations", integration["uri"])
    if function is None:
        raise ValueError(f"{route_key}: {integration['uri']} is no function")
    properties = {
        "ApiId": api_id,
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": function.group(1),
        "PayloadFormatVersion": integration["payloadFormatVersion"],
    }
    integration_id, _ = provisioners._apigw_v2_integration_create(route_key, properties, stack)
    route = {"ApiId": api_id, "RouteKey": route_key, "Target": f"integrations/{integration_id}"}
    required = [name for entry in operation.get("security") or [] for name in entry]
    if any(name in authorizers for name in required):
        route |= {"AuthorizationType": "JWT", "AuthorizerId": authorizers[required[0]]}
    provisioners._apigw_v2_route_create(route_key, route, stack)


def concurrency_of_a_parameter() -> None:
    """Take the concurrency of an event source mapping for a number: a parameter's value is text."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    create, update = handlers["create"], handlers["update"]

    def numbered(properties: Any) -> Any:
        scaling = properties.get("ScalingConfig")
        if not scaling:
            return properties
        whole = {name: int(value) for name, value in scaling.items()}
        return {**properties, "ScalingConfig": whole}

    def create_numbered(logical_id: str, properties: Any, stack: str) -> Any:
        return create(logical_id, numbered(properties), stack)

    def update_numbered(physical_id: str, old: Any, new: Any, *more: Any, **named: Any) -> Any:
        return update(physical_id, old, numbered(new), *more, **named)

    provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"] = {
        **handlers,
        "create": create_numbered,
        "update": update_numbered,
    }


def refresh_token_is_no_jwt() -> None:
    """Refuse a refresh token as a bearer token.

    AWS encrypts its refresh tokens, so no authorizer can read them. ministack signs them like id
    tokens, and they are valid for a month, also after their account is deleted.
    """
    validate = apigateway._validate_jwt_authorizer

    async def validate_jwt(*args: Any) -> Any:
        claims, scopes, refusal = await validate(*args)
        if claims and claims.get("token_use") == "refresh":
            return None, None, apigateway._jwt_unauthorized()
        return claims, scopes, refusal

    apigateway._validate_jwt_authorizer = validate_jwt


def yaml_definition() -> None:
    """Read a state machine's definition that is written in YAML."""
    read: Callable[[Any], str] = provisioners._sfn_definition

    def read_yaml(properties: Any) -> str:
        return json.dumps(yaml.safe_load(read(properties)))

    provisioners._sfn_definition = read_yaml


def s3_event_version() -> None:
    """Add the object's version to its event, as S3 does for a versioned bucket."""
    version: contextvars.ContextVar[str | None] = contextvars.ContextVar("version", default=None)
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fire_with_version(*args: Any, **kwargs: Any) -> None:
        version.set(kwargs.get("version_id"))
        fire(*args, **kwargs)

    def dispatch_with_version(event: Any, *args: Any) -> Any:
        if event.get("Source") == "aws.s3" and version.get():
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version.get()
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *args)

    s3._fire_s3_event = fire_with_version
    eventbridge._dispatch_event = dispatch_with_version


def lambda_error_type() -> None:
    """Name the class that a handler raised: the workflow's Retry and Catch read it."""
    execute: Callable[..., Any] = lambda_svc._execute_function_warm

    def execute_with_error_type(*args: Any) -> Any:
        result = execute(*args)
        body = result.get("body")
        if result.get("error") and body.get("errorType") == "Runtime.HandlerError":
            raised = re.findall(r"^([\w.]+)(?:: .*)?$", result.get("log", ""), re.MULTILINE)
            if raised:
                body["errorType"] = raised[-1].rsplit(".", 1)[-1]
        return result

    lambda_svc._execute_function_warm = execute_with_error_type


def loopback_counts_as_tls() -> None:
    """Treat the loopback interface as TLS, so that the buckets' TLS-only policies accept it."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda address, _secure: pin(address, True)


def queues_outlive_ports() -> None:
    """Keep one port in the queues' addresses, so that a restart finds the messages in them."""
    sqs.DEFAULT_PORT = "4566"
    sqs._CANONICAL_NETLOC = f"{sqs.DEFAULT_HOST}:{sqs.DEFAULT_PORT}"


FIXES: dict[str, Callable[[], None]] = {
    fix.__name__: fix
    for fix in (
        rekognition,
        http_api_body,
        concurrency_of_a_parameter,
        refresh_token_is_no_jwt,
        yaml_definition,
        s3_event_version,
        lambda_error_type,
        lambda_log_end,
        function_logs,
        loopback_counts_as_tls,
        queues_outlive_ports,
        root_key,
        role_keys,
        drawn_codes,
        addresses_without_case,
        schema_attributes,
        valid_calls,
        bounded_workers,
        old_versions_end,
        prompt_start,
        retry_delays,
        machine_timeout,
        execution_names,
        whole_history,
        journal,
        prompt_end,
        sam_parameters,
        gate,
    )
}
