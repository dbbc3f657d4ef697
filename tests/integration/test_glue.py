"""Each fix of local/aws/glue.py: that it works, and that ministack still needs it.

A test of the second kind that fails is good news: delete the fix. The fixes that guard what people
hand over have files of their own: test_gate.py, test_journal.py.
"""

import base64
import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from botocore.exceptions import ClientError

from local.stack import AWS_PYTHON
from local.state import ROOT
from tests.integration.emulator import (
    FIXES,
    IDLE_PROCESS_STAYS,
    Aws,
    Emulator,
    Recogniser,
    allow,
    archive_of,
    rekognition,
    running,
)
from tests.running_stack import wait_for

__all__ = ["rekognition"]


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


def concurrency_of_a_mapping(aws: Aws) -> Any:
    """The concurrency that a template gives as text, as ministack keeps it: boto3 reads either."""
    queue = {"Type": "AWS::SQS::Queue"}
    mapping = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
            "FunctionName": aws.function("def handler(event, context):\n    pass\n"),
            "ScalingConfig": {"MaximumConcurrency": "3"},
        },
    }
    made = aws.deploy({"Queue": queue, "Mapping": mapping})
    client, bodies = aws.client("lambda"), list[bytes]()
    client.meta.events.register(
        "before-parse.lambda.GetEventSourceMapping",
        lambda response_dict, **_: bodies.append(response_dict["body"]),
    )
    client.get_event_source_mapping(UUID=made["Mapping"])
    client.delete_event_source_mapping(UUID=made["Mapping"])
    return json.loads(bodies[0])["ScalingConfig"]["MaximumConcurrency"]


def test_a_concurrency_that_is_a_parameter_is_a_number(fixed: Aws) -> None:
    assert concurrency_of_a_mapping(fixed) == 3


def test_a_concurrency_that_is_a_parameter_is_text_without_it(bare: Aws) -> None:
    assert concurrency_of_a_mapping(bare) == "3"


def allowed_origins(aws: Aws) -> list[str]:
    """Whose pages may call an API of SAM's, where a parameter that is given says so."""
    rules = {"AllowOrigins": [{"Ref": "Origin"}]}
    api = {"Type": "AWS::Serverless::HttpApi", "Properties": {"CorsConfiguration": rules}}
    made = aws.deploy(
        {"Api": api},
        parameters={"Origin": "https://given.example"},
        Transform=["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
        Parameters={"Origin": {"Type": "String", "Default": "https://default.example"}},
    )
    found = aws.client("apigatewayv2").get_api(ApiId=made["Api"])
    origins: list[str] = found["CorsConfiguration"]["AllowOrigins"]
    return origins


def test_sam_gets_the_parameters_that_a_deployment_is_given(fixed: Aws) -> None:
    assert allowed_origins(fixed) == ["https://given.example"]


def test_sam_gets_the_defaults_alone_without_it(
    rekognition: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("defaults")
    with running(folder, rekognition, ("sam_parameters",)) as aws:
        assert allowed_origins(aws) == ["https://default.example"]


def statuses_by_token(aws: Aws) -> dict[str, int]:
    """What an API that only says hello answers to each of an account's tokens."""
    cognito, gateway = aws.client("cognito-idp"), aws.client("apigatewayv2")
    pool = Pool(aws)
    email = f"{uuid.uuid4().hex}@example.org"
    pool.sign_up(email)
    cognito.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username=email)
    api = gateway.create_api(Name="hello", ProtocolType="HTTP")["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
    authorizer = gateway.create_authorizer(
        ApiId=api,
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": [pool.client_id]},
        Name="members",
    )["AuthorizerId"]
    function = aws.function("def handler(event, context):\n    return {'hello': 'you'}\n")
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=function,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(
        ApiId=api,
        RouteKey="GET /hello",
        Target=f"integrations/{integration}",
        AuthorizationType="JWT",
        AuthorizerId=authorizer,
    )
    address = f"{aws.url}/_aws/execute-api/{api}/$default/hello"
    return {
        name: requests.get(
            address, headers={"Authorization": f"Bearer {token}"}, timeout=30
        ).status_code
        for name, token in pool.sign_in(email).items()
        if name.endswith("Token")
    }


def test_a_refresh_token_opens_no_api(fixed: Aws) -> None:
    statuses = statuses_by_token(fixed)

    assert statuses == {"IdToken": 200, "AccessToken": 200, "RefreshToken": 401}


def test_a_refresh_token_opens_an_api_without_it(bare: Aws) -> None:
    assert statuses_by_token(bare)["RefreshToken"] == 200


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
    """Upload to a versioned bucket; return the event that reaches a queue, and the version."""
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


def logged(aws: Aws, source: str) -> list[str]:
    """Call a function that logs to a shared group; return what is logged in its name."""
    group = f"g{uuid.uuid4().hex[:8]}"
    aws.client("logs").create_log_group(logGroupName=group)
    name = aws.function(source, LoggingConfig={"LogGroup": group}).rsplit(":", 1)[1]
    aws.client("lambda").invoke(FunctionName=name)
    events = aws.client("logs").filter_log_events(logGroupName=group)["events"]
    of_it = [one for one in events if f"/{name}[$LATEST]" in one["logStreamName"]]
    return [one["message"] for one in of_it]


def test_a_functions_lines_are_in_a_stream_of_its_name(fixed: Aws) -> None:
    lines = logged(fixed, RAISES)

    assert "    raise NoSuchThing(" in "\n".join(lines)
    assert [line.split()[0] for line in (lines[0], *lines[-2:])] == ["START", "END", "REPORT"]


def test_a_functions_lines_are_in_a_stream_of_no_name_without_it(bare: Aws) -> None:
    lines = logged(bare, RAISES)

    assert lines == []


def test_why_a_function_cannot_start_is_logged(fixed: Aws) -> None:
    lines = logged(fixed, "import no_such_module\n")

    assert "no_such_module" in "\n".join(lines)


def fastest_call(aws: Aws) -> float:
    """Return the seconds that the fastest of several warm calls takes."""
    name = aws.function("def handler(event, context):\n    return 1\n")
    client = aws.client("lambda")
    client.invoke(FunctionName=name)

    def seconds() -> float:
        started = time.perf_counter()
        client.invoke(FunctionName=name)
        return time.perf_counter() - started

    return min(seconds() for _ in range(20))


def test_a_warm_call_waits_for_no_log_line_only_with_the_fix(fixed: Aws, bare: Aws) -> None:
    # A comparison within one run, of a wait of 50 ms with none: no matter how slow the machine.
    assert fastest_call(bare) - fastest_call(fixed) > 0.025


PRINTS = """
def handler(event, context):
    for number in range(500):
        print("line", number, "of", event)
"""


def test_all_that_a_call_logs_is_logged_as_its_own(fixed: Aws) -> None:
    logs, group = fixed.client("logs"), f"g{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=group)
    name = fixed.function(PRINTS, LoggingConfig={"LogGroup": group})

    for call in range(3):
        fixed.client("lambda").invoke(FunctionName=name, Payload=json.dumps(call))

    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    found = [
        logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
        for stream in streams
    ]
    own = [[e["message"] for e in one if e["message"].startswith("line ")] for one in found]
    assert sorted(own) == [[f"line {n} of {call}" for n in range(500)] for call in range(3)]


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


SLEEPS = """
import os, time
def handler(event, context):
    time.sleep(0.3)
    return os.getpid()
"""

# It returns once so many processes run it, and with its own alone after 60 seconds.
MEETS = """
import os, time
def handler(event, context):
    open(os.path.join({folder!r}, str(os.getpid())), "w").close()
    until = time.monotonic() + 60
    while len(os.listdir({folder!r})) < {count} and time.monotonic() < until:
        time.sleep(0.05)
    return os.getpid()
"""


def pids_of_concurrent_calls(aws: Aws, source: str, count: int) -> set[int]:
    """Call a function so many times at once; return the processes that ran it."""
    name = aws.function(source, Timeout=90)
    with ThreadPoolExecutor(count) as pool:
        replies = pool.map(
            lambda _: aws.client("lambda").invoke(FunctionName=name)["Payload"].read(),
            range(count),
        )
        return {int(reply) for reply in replies}


def test_calls_wait_for_one_of_a_functions_few_processes(fixed: Aws) -> None:
    assert len(pids_of_concurrent_calls(fixed, SLEEPS, 6)) <= (os.cpu_count() or 1)


def test_each_call_at_once_has_a_process_of_its_own_without_it(bare: Aws, tmp_path: Path) -> None:
    meets = MEETS.format(folder=str(tmp_path), count=6)

    assert len(pids_of_concurrent_calls(bare, meets, 6)) == 6


def replaced_process(aws: Aws) -> int:
    """Call a function by an alias, and again after the alias names a new version.

    Return the process of the version before.
    """
    lambdas, name = aws.client("lambda"), aws.function(PROCESS.format(1))
    first = lambdas.publish_version(FunctionName=name)["Version"]
    lambdas.create_alias(FunctionName=name, Name="live", FunctionVersion=first)

    def pid() -> int:
        return int(lambdas.invoke(FunctionName=name, Qualifier="live")["Payload"].read())

    before = pid()
    lambdas.update_function_code(FunctionName=name, ZipFile=archive_of(PROCESS.format(2)))
    second = lambdas.publish_version(FunctionName=name)["Version"]
    lambdas.update_alias(FunctionName=name, Name="live", FunctionVersion=second)
    assert pid() != before
    return before


PROCESS = "import os\ndef handler(event, context):\n    return os.getpid()  # {}\n"


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_process_of_a_version_that_was_replaced_ends(fixed: Aws) -> None:
    replaced = replaced_process(fixed)

    wait_for(lambda: not runs(replaced), 60)


def test_the_process_of_a_version_that_was_replaced_stays_without_it(bare: Aws) -> None:
    replaced = replaced_process(bare)

    time.sleep(2 * IDLE_PROCESS_STAYS)

    assert runs(replaced)


def start_machine(aws: Aws, state: Any, **machine: Any) -> str:
    """Start a state machine of one state that is followed by success; return the execution."""
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "One",
        "States": {"One": {**state, "Next": "Done"}, "Done": {"Type": "Succeed"}},
        **machine,
    }
    states = aws.client("stepfunctions")
    arn = states.create_state_machine(
        name=uuid.uuid4().hex,
        definition=json.dumps(definition),
        roleArn=aws.role("states"),
    )["stateMachineArn"]
    execution: str = states.start_execution(stateMachineArn=arn)["executionArn"]
    return execution


def status_of(aws: Aws, execution: str) -> str:
    described = aws.client("stepfunctions").describe_execution(executionArn=execution)
    return str(described["status"])


def shortest_start(aws: Aws) -> float:
    """Return the least seconds that one of several executions takes to enter its first state."""
    states = aws.client("stepfunctions")

    def seconds() -> float:
        execution = start_machine(aws, {"Type": "Pass"})
        wait_for(lambda: status_of(aws, execution) == "SUCCEEDED", 30)
        history = states.get_execution_history(executionArn=execution)["events"]
        started, entered = (event["timestamp"] for event in history[:2])
        return float((entered - started).total_seconds())

    return min(seconds() for _ in range(5))


def test_an_execution_starts_at_once_only_with_the_fix(fixed: Aws, bare: Aws) -> None:
    # A comparison within one run, of a pause of 150 ms with none: no matter how slow the machine.
    assert shortest_start(bare) - shortest_start(fixed) > 0.075


ALWAYS_FAILS = {
    "Type": "Task",
    "Resource": "arn:aws:states:::dynamodb:getItem",
    "TimeoutSeconds": 10,
    "Arguments": {"TableName": "none", "Key": {"id": {"S": "x"}}},
    "Retry": [
        {
            "ErrorEquals": ["States.ALL"],
            "IntervalSeconds": 600,
            "MaxAttempts": 2,
            "MaxDelaySeconds": 1,
        }
    ],
}


def test_a_retry_waits_no_longer_than_its_longest_delay(fixed: Aws, bare: Aws) -> None:
    without, execution = start_machine(bare, ALWAYS_FAILS), start_machine(fixed, ALWAYS_FAILS)

    wait_for(lambda: status_of(fixed, execution) == "FAILED", 30)

    assert status_of(bare, without) == "RUNNING"  # it waits for a minute


def in_ministack(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in ministack's own environment."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "STATE_DIR": str(folder),
    }
    return subprocess.run(
        [str(AWS_PYTHON), "-c", script],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_full_jitter_draws_each_delay_up_to_the_longest(tmp_path: Path) -> None:
    done = in_ministack(
        "from local.aws import glue; glue.install()\n"
        "from ministack.services import stepfunctions as s\n"
        "retrier = {'ErrorEquals': ['States.ALL'], 'IntervalSeconds': 4, 'MaxAttempts': 9,\n"
        "           'BackoffRate': 2, 'MaxDelaySeconds': 8, 'JitterStrategy': 'FULL'}\n"
        "draw = lambda: s._find_matching_retrier([retrier], 'x', {0: 3})[0]['IntervalSeconds']\n"
        "drawn = [draw() for _ in range(500)]\n"
        "print(min(drawn) >= 0, min(drawn) < 2, max(drawn) > 6, max(drawn) <= 8)\n",
        tmp_path,
    )

    assert done.stdout == "True True True True\n", done.stderr


def test_a_machine_ends_after_its_time_limit(fixed: Aws, bare: Aws) -> None:
    wait = {"Type": "Wait", "Seconds": 60}
    without = start_machine(bare, wait, TimeoutSeconds=1)
    execution = start_machine(fixed, wait, TimeoutSeconds=1)

    wait_for(lambda: status_of(fixed, execution) != "RUNNING", 30)

    assert status_of(fixed, execution) == "TIMED_OUT"
    assert status_of(bare, without) == "RUNNING"


SETS_A_VARIABLE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables",
    "Arguments": {"Limit": "{% 3 + 4 %}"},
    "Assign": {"answer": "{% {'is': 6 * 7} %}"},
    "Output": {},
    "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"answer": "none"}, "Next": "Done"}],
}


def event_of(aws: Aws, execution: str, kind: str) -> Any:
    """Wait for an execution's end; return what its history notes of the first event of a kind."""
    wait_for(lambda: status_of(aws, execution) != "RUNNING", 30)
    states = aws.client("stepfunctions")
    events = states.get_execution_history(executionArn=execution, maxResults=100)["events"]
    event = next(one for one in events if one["type"].endswith(kind))
    return next(value for name, value in event.items() if name.endswith("EventDetails"))


def task(call: str, **arguments: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:rekognition:{call}",
        "Arguments": arguments,
    }


def test_the_workflow_names_rekognitions_own_failure_as_it_does_on_aws(fixed: Aws) -> None:
    execution = start_machine(fixed, task("searchFacesByImage", CollectionId="c"))

    failed = event_of(fixed, execution, "TaskFailed")

    assert failed["error"] == "Rekognition.InternalServerErrorException"


def test_a_call_of_rekognition_whose_connection_breaks_is_sent_again(fixed: Aws) -> None:
    execution = start_machine(fixed, task("describeCollection", CollectionId="c"))

    wait_for(lambda: status_of(fixed, execution) != "RUNNING", 30)

    assert status_of(fixed, execution) == "SUCCEEDED"
    assert Recogniser.dropped


def test_a_history_has_a_tasks_parameters_and_the_variables_that_a_state_set(fixed: Aws) -> None:
    execution = start_machine(fixed, SETS_A_VARIABLE)

    scheduled = event_of(fixed, execution, "TaskScheduled")
    exited = event_of(fixed, execution, "TaskStateExited")

    assert json.loads(scheduled["parameters"]) == {"Limit": 7}
    assert (scheduled["resourceType"], scheduled["resource"]) == ("aws-sdk:dynamodb", "listTables")
    assert json.loads(exited["assignedVariables"]["answer"]) in ({"is": 42}, "none")


def test_a_history_has_neither_without_it(bare: Aws) -> None:
    execution = start_machine(bare, SETS_A_VARIABLE)

    assert "parameters" not in event_of(bare, execution, "TaskScheduled")
    assert "assignedVariables" not in event_of(bare, execution, "TaskStateExited")


def test_a_tasks_time_limit_is_noted_as_one(fixed: Aws) -> None:
    slow = fixed.function("import time\ndef handler(event, context):\n    time.sleep(5)\n")
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": slow, "Payload": {}},
        "TimeoutSeconds": 1,
        "Catch": [{"ErrorEquals": ["States.Timeout"], "Output": {}, "Next": "Done"}],
    }

    execution = start_machine(fixed, state)

    assert event_of(fixed, execution, "TaskTimedOut")["error"] == "States.Timeout"


def name_of_what_an_event_starts(aws: Aws, match_id: str) -> str:
    """Have a rule start a machine about a match's selfie; return the execution's name."""
    states, events, name = aws.client("stepfunctions"), aws.client("events"), uuid.uuid4().hex
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = states.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=aws.role("states")
    )["stateMachineArn"]
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    targets = [{"Id": "1", "Arn": machine, "RoleArn": aws.role("events"), "InputPath": "$.detail"}]
    events.put_targets(Rule=name, Targets=targets)
    detail = json.dumps({"bucket": "b", "key": f"selfies/{match_id}", "version": "v"})
    events.put_events(Entries=[{"Source": name, "DetailType": "d", "Detail": detail}])

    def started() -> str | None:
        found = states.list_executions(stateMachineArn=machine)["executions"]
        return str(found[0]["name"]) if found else None

    return wait_for(started, 30)


def test_an_execution_that_an_event_starts_is_named_after_its_match(fixed: Aws) -> None:
    match_id = str(uuid.uuid4())

    assert name_of_what_an_event_starts(fixed, match_id).startswith(f"{match_id}_")


def test_an_execution_is_named_after_no_match_without_it(bare: Aws) -> None:
    match_id = str(uuid.uuid4())

    assert match_id not in name_of_what_an_event_starts(bare, match_id)


POOL = {
    "PoolName": "pool",
    "UsernameAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": False},
}


class Pool:
    """A user pool, as a page speaks to it: without a signature."""

    def __init__(self, aws: Aws) -> None:
        """Make the pool and its client."""
        cognito = aws.client("cognito-idp")
        self.pool_id = cognito.create_user_pool(**POOL)["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="client",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        self.client_id = client["UserPoolClient"]["ClientId"]
        self.public = aws.client("cognito-idp")

    def sign_up(self, email: str, attributes: Sequence[dict[str, str]] = ()) -> None:
        """Make an account."""
        self.public.sign_up(
            ClientId=self.client_id,
            Username=email,
            Password="Long-enough-1",
            UserAttributes=list(attributes),
        )

    def confirm(self, email: str, code: str) -> None:
        """Type a code."""
        self.public.confirm_sign_up(ClientId=self.client_id, Username=email, ConfirmationCode=code)

    def sign_in(self, email: str) -> dict[str, Any]:
        """Type the password; return the tokens."""
        reply = self.public.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": "Long-enough-1"},
        )
        tokens: dict[str, Any] = reply["AuthenticationResult"]
        return tokens

    def refusal(self, call: str, *words: str) -> str:
        """Return the name of the error of a call that must fail."""
        with pytest.raises(ClientError) as caught:
            getattr(self, call)(*words)
        return str(caught.value.response["Error"]["Code"])


def claims_of(token: str) -> dict[str, Any]:
    """Read what a token says."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims


@pytest.fixture(scope="module")
def telling(rekognition: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A ministack whose codes can be read."""
    emulator = Emulator(tmp_path_factory.mktemp("telling"), rekognition)
    yield emulator
    emulator.stop()


def test_a_code_goes_only_to_the_terminal_and_is_valid_once(telling: Emulator) -> None:
    pool, email = Pool(telling.aws), f"{uuid.uuid4().hex}@example.org"

    pool.sign_up(email)
    [told] = telling.codes()
    constant = pool.refusal("confirm", email, "123456")
    pool.confirm(email, told["code"])

    assert told["email"] == email
    assert constant == "CodeMismatchException"
    assert pool.refusal("confirm", email, told["code"]) == "NotAuthorizedException"
    kept = [path for path in telling.folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if told["code"] in path.read_text(errors="replace")]


def test_a_code_is_good_for_nothing_after_five_wrong_ones(telling: Emulator) -> None:
    pool, email = Pool(telling.aws), f"{uuid.uuid4().hex}@example.org"
    pool.sign_up(email)
    [told] = telling.codes()

    wrong = [pool.refusal("confirm", email, "x") for _ in range(5)]

    assert wrong == ["CodeMismatchException"] * 5
    assert pool.refusal("confirm", email, told["code"]) == "LimitExceededException"


def test_a_second_code_brings_no_further_tries(telling: Emulator) -> None:
    pool, email = Pool(telling.aws), f"{uuid.uuid4().hex}@example.org"
    pool.sign_up(email)

    def ask_again() -> None:
        pool.public.resend_confirmation_code(ClientId=pool.client_id, Username=email)

    wrong = []
    for _ in range(5):
        ask_again()
        wrong.append(pool.refusal("confirm", email, "x"))
    last = telling.codes()[-1]["code"]
    ask_again()

    assert wrong == ["CodeMismatchException"] * 5
    assert pool.refusal("confirm", email, last) == "LimitExceededException"


def test_a_reset_needs_its_own_code(telling: Emulator) -> None:
    pool, email = Pool(telling.aws), f"{uuid.uuid4().hex}@example.org"
    pool.sign_up(email)
    [first] = telling.codes()
    pool.confirm(email, first["code"])

    pool.public.forgot_password(ClientId=pool.client_id, Username=email)
    [told] = telling.codes()

    def reset(code: str) -> None:
        pool.public.confirm_forgot_password(
            ClientId=pool.client_id,
            Username=email,
            ConfirmationCode=code,
            Password="Another-enough-2",
        )

    for wrong in ("654321", first["code"]):
        with pytest.raises(ClientError, match="CodeMismatchException"):
            reset(wrong)
    reset(told["code"])


def test_codes_are_constants_without_it(bare: Aws) -> None:
    pool, email = Pool(bare), f"{uuid.uuid4().hex}@example.org"

    pool.sign_up(email)

    pool.confirm(email, "123456")


def test_an_address_is_the_same_in_capitals(telling: Emulator) -> None:
    pool, name = Pool(telling.aws), uuid.uuid4().hex
    pool.sign_up(f"{name}@example.org")
    pool.confirm(f"{name.upper()}@example.org", telling.codes()[0]["code"])

    pool.sign_in(f"{name}@EXAMPLE.org")

    assert pool.refusal("sign_up", f"{name.upper()}@Example.org") == "UsernameExistsException"


def test_an_address_in_capitals_is_another_without_it(bare: Aws) -> None:
    pool, name = Pool(bare), uuid.uuid4().hex
    pool.sign_up(f"{name}@example.org")

    pool.sign_up(f"{name.upper()}@example.org")


def test_an_address_that_was_kept_in_capitals_is_the_same_after_a_start(
    rekognition: str, tmp_path: Path
) -> None:
    older = Emulator(tmp_path, rekognition, ["addresses_without_case", "drawn_codes"])
    pool = Pool(older.aws)
    pool.sign_up("Ada@Example.org")
    pool.confirm("Ada@Example.org", "123456")
    older.stop()

    newer = Emulator(tmp_path, rekognition)
    pool.public = newer.aws.client("cognito-idp")
    tokens = pool.sign_in("ada@example.org")
    newer.stop()

    assert claims_of(tokens["IdToken"])["email"] == "ada@example.org"


GROUP = [{"Name": "cognito:groups", "Value": "curators"}]


@pytest.mark.parametrize(
    "name", ["cognito:groups", "exp", "aud", "token_use", "custom:any", "email_verified", "sub"]
)
def test_no_caller_signs_up_with_an_attribute_that_is_not_theirs_to_write(
    telling: Emulator, name: str
) -> None:
    pool, email = Pool(telling.aws), f"{uuid.uuid4().hex}@example.org"

    with pytest.raises(ClientError, match="InvalidParameterException"):
        pool.sign_up(email, [{"Name": name, "Value": "true"}])


def test_an_account_cannot_be_given_a_group_by_its_owner(telling: Emulator) -> None:
    pool, email = Pool(telling.aws), f"{uuid.uuid4().hex}@example.org"
    pool.sign_up(email)
    pool.confirm(email, telling.codes()[0]["code"])
    token = pool.sign_in(email)["AccessToken"]

    with pytest.raises(ClientError, match="InvalidParameterException"):
        pool.public.update_user_attributes(AccessToken=token, UserAttributes=GROUP)


def test_a_group_that_an_account_was_given_before_is_not_in_its_token(telling: Emulator) -> None:
    pool, email = Pool(telling.aws), f"{uuid.uuid4().hex}@example.org"
    telling.aws.client("cognito-idp").admin_create_user(
        UserPoolId=pool.pool_id, Username=email, UserAttributes=GROUP
    )
    telling.aws.client("cognito-idp").admin_set_user_password(
        UserPoolId=pool.pool_id, Username=email, Password="Long-enough-1", Permanent=True
    )

    claims = claims_of(pool.sign_in(email)["IdToken"])

    assert claims["email"] == email
    assert "cognito:groups" not in claims


def test_a_caller_makes_itself_a_curator_without_it(bare: Aws) -> None:
    pool, email = Pool(bare), f"{uuid.uuid4().hex}@example.org"

    pool.sign_up(email, GROUP)
    pool.confirm(email, "123456")

    assert claims_of(pool.sign_in(email)["IdToken"])["cognito:groups"] == "curators"


ODD_CALLS = [
    b'{"ClientId": "x", "Username": 1, "Password": "p"}',
    b'{"ClientId": "x"}',
    b"[]",
    b"null",
    b'"SignUp"',
    b"{",
    b"[" * 8000,
    b'{"ClientId": ["x"], "Username": "a", "Password": "p", "UserAttributes": "x"}',
]


def status_of_public_call(aws: Aws, body: bytes) -> int:
    headers = {
        "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp",
        "Content-Type": "application/x-amz-json-1.1",
    }
    return requests.post(aws.url, data=body, headers=headers, timeout=30).status_code


@pytest.mark.parametrize("body", ODD_CALLS, ids=range(len(ODD_CALLS)))
def test_a_public_call_that_is_not_well_formed_is_the_callers_fault(
    fixed: Aws, body: bytes
) -> None:
    assert status_of_public_call(fixed, body) == 400


def test_a_public_call_that_is_not_well_formed_is_a_fault_without_it(bare: Aws) -> None:
    assert status_of_public_call(bare, b"[]") == 500
