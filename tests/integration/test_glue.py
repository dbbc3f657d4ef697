"""Each fix of local/aws/glue.py: that it works, and that ministack still needs it.

A test of the second kind that fails is good news: delete the fix.
"""

import contextlib
import io
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.stack import AWS_PYTHON
from local.state import ROOT, free_port
from tests.running_stack import wait_for

FIXES = [
    "rekognition",
    "http_api_body",
    "yaml_definition",
    "s3_event_version",
    "lambda_error_type",
    "lambda_log_wait",
    "loopback_counts_as_tls",
    "any_code_confirms",
    "queues_outlive_ports",
]


class Recogniser(BaseHTTPRequestHandler):
    """Answers whatever it is asked."""

    def do_POST(self) -> None:
        """Answer a call."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"CollectionIds": ["answered"], "StatusCode": 200}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def allow(action: str, **more: Any) -> dict[str, Any]:
    """Write a policy that allows one action."""
    statement = {"Effect": "Allow", "Action": action, **more}
    named = {name[0].upper() + name[1:]: value for name, value in statement.items()}
    return {"Version": "2012-10-17", "Statement": [named]}


class Aws:
    """ministack with some of the fixes, and clients for it."""

    def __init__(self, url: str, key: str = "test", secret: str = "test") -> None:
        self.url = url
        self._session = boto3.Session(key, secret, region_name="us-east-1")

    def client(self, service: str) -> Any:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return self._session.client(  # type: ignore[call-overload]
            service, endpoint_url=self.url, config=config
        )

    def deploy(self, resources: Any) -> dict[str, str]:
        """Create a stack; give the physical ids, or raise what CloudFormation says."""
        formation, name = self.client("cloudformation"), f"s{uuid.uuid4().hex[:8]}"
        template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
        formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
        stack = wait_for(
            lambda: (
                one
                if "PROGRESS"
                not in (one := formation.describe_stacks(StackName=name)["Stacks"][0])[
                    "StackStatus"
                ]
                else None
            ),
            30,
        )
        if stack["StackStatus"] != "CREATE_COMPLETE":
            raise RuntimeError(stack["StackStatus"])
        found = formation.describe_stack_resources(StackName=name)["StackResources"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    def function(self, source: str) -> str:
        """Create a function from the source of `app.handler`; give its ARN."""
        role = self.client("iam").create_role(
            RoleName=f"r{uuid.uuid4().hex[:8]}",
            AssumeRolePolicyDocument=json.dumps(
                allow("sts:AssumeRole", principal={"Service": "lambda.amazonaws.com"})
            ),
        )["Role"]["Arn"]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("app.py", source)
        arn: str = self.client("lambda").create_function(
            FunctionName=f"f{uuid.uuid4().hex[:8]}",
            Runtime="python3.11",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": archive.getvalue()},
        )["FunctionArn"]
        return arn


@contextlib.contextmanager
def running(folder: Path, rekognition: str, without: tuple[str, ...]) -> Iterator[Aws]:
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LOCAL_REKOGNITION_URL": rekognition,
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
    }
    left_out = [argument for name in without for argument in ("--without", name)]
    with (folder / "aws.log").open("w") as log:
        process = subprocess.Popen(
            [str(AWS_PYTHON), "-m", "local.aws.launch", *left_out],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    wait_for(lambda: _answers(f"{url}/_ministack/health"), 60, (folder / "aws.log").read_text)
    yield Aws(url)
    process.communicate()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def rekognition() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recogniser)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def fixed(rekognition: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with running(tmp_path_factory.mktemp("fixed"), rekognition, ()) as aws:
        yield aws


@pytest.fixture(scope="module")
def bare(rekognition: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with running(tmp_path_factory.mktemp("bare"), rekognition, tuple(FIXES)) as aws:
        yield aws


def test_every_fix_is_tested_here() -> None:
    source = (ROOT / "local" / "aws" / "glue.py").read_text()

    named = source[source.index("FIXES:") :]

    assert all(f"        {name},\n" in named for name in FIXES)
    assert named.count("        ") == len(FIXES)


def collections(aws: Aws) -> list[str]:
    listed: list[str] = aws.client("rekognition").list_collections()["CollectionIds"]
    return listed


def test_rekognition_answers(fixed: Aws) -> None:
    made = fixed.deploy(
        {"C": {"Type": "AWS::Rekognition::Collection", "Properties": {"CollectionId": "c"}}}
    )

    assert collections(fixed) == ["answered"]
    assert made == {"C": "c"}


def test_rekognition_does_not_answer_without_it(bare: Aws) -> None:
    with pytest.raises(ClientError):
        collections(bare)


def http_api() -> dict[str, Any]:
    function = "arn:aws:lambda:us-east-1:000000000000:function:f"
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    integration = {"type": "aws_proxy", "uri": uri, "payloadFormatVersion": "2.0"}
    operation = {"x-amazon-apigateway-integration": integration, "responses": {}}
    body = {"openapi": "3.0.1", "info": {}, "paths": {"/status": {"get": operation}}}
    return {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": body}}}


def routes(aws: Aws) -> list[str]:
    api = aws.deploy(http_api())["Api"]
    items = aws.client("apigatewayv2").get_routes(ApiId=api)["Items"]
    return [item["RouteKey"] for item in items]


def test_an_http_api_has_the_routes_of_its_body(fixed: Aws) -> None:
    assert routes(fixed) == ["GET /status"]


def test_an_http_api_has_no_routes_without_it(bare: Aws) -> None:
    assert routes(bare) == []


def run_yaml_machine(aws: Aws) -> str:
    bucket = f"b{uuid.uuid4().hex}"
    aws.client("s3").create_bucket(Bucket=bucket)
    definition = "StartAt: Done\nStates:\n  Done:\n    Type: Succeed\n"
    aws.client("s3").put_object(Bucket=bucket, Key="asl.yaml", Body=definition.encode())
    properties = {
        "RoleArn": "arn:aws:iam::000000000000:role/any",
        "DefinitionS3Location": {"Bucket": bucket, "Key": "asl.yaml"},
    }
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    machine = aws.deploy({"Machine": resource})["Machine"]
    states = aws.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]

    def status() -> str:
        return str(states.describe_execution(executionArn=execution)["status"])

    wait_for(lambda: status() != "RUNNING", 30)
    return status()


def test_a_state_machine_in_yaml_runs(fixed: Aws) -> None:
    assert run_yaml_machine(fixed) == "SUCCEEDED"


def test_a_state_machine_in_yaml_does_not_run_without_it(bare: Aws) -> None:
    try:
        status = run_yaml_machine(bare)
    except RuntimeError as error:
        status = str(error)

    assert status in {"FAILED", "ROLLBACK_COMPLETE", "CREATE_FAILED"}


def event_of_an_upload(aws: Aws) -> dict[str, Any]:
    """Upload to a versioned bucket; give the event that reaches a queue, and the version."""
    s3, sqs, events = aws.client("s3"), aws.client("sqs"), aws.client("events")
    bucket = f"b{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    url = sqs.create_queue(QueueName=bucket)["QueueUrl"]
    events.put_rule(
        Name=bucket, EventPattern=json.dumps({"detail": {"bucket": {"name": [bucket]}}})
    )
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    policy = allow(
        "sqs:SendMessage",
        principal={"Service": "events.amazonaws.com"},
        resource=arn["QueueArn"],
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    events.put_targets(Rule=bucket, Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])

    version = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]

    messages = wait_for(lambda: sqs.receive_message(QueueUrl=url).get("Messages"), 30)
    event: dict[str, Any] = json.loads(messages[0]["Body"])
    return {"version": version, "object": event["detail"]["object"]}


def test_an_upload_event_names_the_version(fixed: Aws) -> None:
    uploaded = event_of_an_upload(fixed)

    assert uploaded["object"]["version-id"] == uploaded["version"]


def test_an_upload_event_names_no_version_without_it(bare: Aws) -> None:
    uploaded = event_of_an_upload(bare)

    assert "version-id" not in uploaded["object"]


RAISES = """
class NoSuchThing(Exception):
    pass

def handler(event, context):
    raise NoSuchThing("a message: with a colon\\nand a second line")
"""


def error_type(aws: Aws) -> str:
    reply = aws.client("lambda").invoke(FunctionName=aws.function(RAISES))
    raised: str = json.loads(reply["Payload"].read())["errorType"]
    return raised


def test_a_functions_error_has_its_class(fixed: Aws) -> None:
    assert error_type(fixed) == "NoSuchThing"


def test_a_functions_error_has_no_class_without_it(bare: Aws) -> None:
    assert error_type(bare) == "Runtime.HandlerError"


def fastest_call(aws: Aws) -> float:
    """Give the seconds that the fastest of several warm calls takes."""
    name = aws.function("def handler(event, context):\n    return 1\n")
    client = aws.client("lambda")
    client.invoke(FunctionName=name)

    def seconds() -> float:
        started = time.perf_counter()
        client.invoke(FunctionName=name)
        return time.perf_counter() - started

    return min(seconds() for _ in range(20))


def test_a_warm_call_waits_for_no_log_line_only_with_the_fix(fixed: Aws, bare: Aws) -> None:
    # A comparison within one run, of a wait of 50 ms with one of 2: no matter how slow the machine.
    assert fastest_call(bare) - fastest_call(fixed) > 0.025


def put_under_a_tls_only_policy(aws: Aws) -> None:
    s3, iam, name = aws.client("s3"), aws.client("iam"), f"b{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name)
    policy = allow("s3:PutObject", principal="*", resource=f"arn:aws:s3:::{name}/*")
    policy["Statement"][0] |= {
        "Effect": "Deny",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    iam.create_user(UserName=name)
    iam.put_user_policy(
        UserName=name,
        PolicyName="p",
        PolicyDocument=json.dumps(allow("s3:PutObject", resource="*")),
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]

    mortal = Aws(aws.url, key["AccessKeyId"], key["SecretAccessKey"])
    mortal.client("s3").put_object(Bucket=name, Key="k", Body=b"1")


def test_a_tls_only_bucket_can_be_used_on_loopback(fixed: Aws) -> None:
    put_under_a_tls_only_policy(fixed)


def test_a_tls_only_bucket_cannot_be_used_without_it(bare: Aws) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        put_under_a_tls_only_policy(bare)


def confirm_sign_up(aws: Aws, code: str) -> None:
    cognito, email = aws.client("cognito-idp"), f"{uuid.uuid4().hex}@example.org"
    pool = cognito.create_user_pool(PoolName="pool", UsernameAttributes=["email"])["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="client")
    client_id = client["UserPoolClient"]["ClientId"]
    cognito.sign_up(ClientId=client_id, Username=email, Password="Long-enough-1")
    cognito.confirm_sign_up(ClientId=client_id, Username=email, ConfirmationCode=code)


def test_any_code_confirms_an_account(fixed: Aws) -> None:
    confirm_sign_up(fixed, "777")


def test_only_the_code_that_was_mailed_confirms_without_it(bare: Aws) -> None:
    with pytest.raises(ClientError, match="CodeMismatchException"):
        confirm_sign_up(bare, "777")


def queue_address(aws: Aws) -> str:
    return aws.deploy({"Queue": {"Type": "AWS::SQS::Queue"}})["Queue"]


def test_a_queue_has_an_address_that_no_other_port_changes(fixed: Aws) -> None:
    address = queue_address(fixed)

    fixed.client("sqs").send_message(QueueUrl=address, MessageBody="still found")
    assert address.startswith("http://localhost:4566/")


def test_a_queue_has_the_address_of_its_port_without_it(bare: Aws) -> None:
    assert urlsplit(queue_address(bare)).netloc == f"localhost:{urlsplit(bare.url).port}"


def test_an_unknown_ministack_is_refused(tmp_path: Path) -> None:
    script = (
        "from ministack.services import s3; del s3._fire_s3_event; "
        "from local.aws import glue; glue.install()"
    )

    done = subprocess.run(
        [str(AWS_PYTHON), "-c", script],
        cwd=ROOT,
        env={**os.environ, "STATE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert "this ministack lacks ministack.services.s3._fire_s3_event" in done.stderr
