"""A local stack of the tests' own, and what they ask it."""

import contextlib
import functools
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin

import boto3
import requests
from botocore.config import Config

from cli.logs import words_of
from local.codes import masked
from local.deployment import STACK_NAME, Outputs, read_outputs
from local.state import ROOT, free_port
from lookalike import CONSENT_VERSION
from rekognition.signatures import sign

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

STARTING = 240.0
"""Seconds that building, deploying and indexing may take."""
FINISHING = 60.0
"""Seconds that a match may take."""

ALWAYS = 10**9
"""As often as a fault on the wire may be wanted."""

Match = dict[str, Any]
Value = TypeVar("Value")


class RunningStack:
    """`lookalike up` in a process, and clients for what it runs."""

    def __init__(self, state: Path, catalog: Path | None = None, **parameters: str) -> None:
        """Start it, with the starter portraits or a catalog's, and wait until it is ready.

        What else is named are parameters of the template.
        """
        self._parameters = [f"{name}={value}" for name, value in parameters.items()]
        self.state, self.catalog, self.port = state, catalog, free_port()
        self.origin = f"http://localhost:{self.port}"
        self.api = f"{self.origin}/api"
        self.faults = state / "faults"
        self.faults.mkdir(parents=True, exist_ok=True)
        self.output = state / "up.log"
        self._inputs: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        """Start it with the state it has."""
        environment = {**os.environ, "LOOKALIKE_FAULTS": str(self.faults)}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.run_stack"),
                    *(str(self.port), str(self.state), str(self.catalog or "")),
                    *self._parameters,
                ],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(lambda: self._ready(), STARTING, self.output.read_text)
        except BaseException:
            self.process.kill()  # its services end with it
            self.process.wait()
            raise
        self.addresses: dict[str, str] = json.loads((self.state / "running.json").read_text())
        secret = (self.state / "secret").read_text()
        self._session = boto3.Session("test", secret, region_name="us-east-1")
        for client in ("cognito", "dynamodb", "rekognition", "s3", "sqs", "stepfunctions"):
            self.__dict__.pop(client, None)  # those of an earlier start lead to its port
        outputs = read_outputs(client=self._client("cloudformation"))
        assert outputs is not None
        self.outputs: Outputs = outputs

    def stop(self) -> int:
        """End it as Ctrl-C does; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def _ready(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        return f"Ready: {self.origin}" in self.output.read_text()

    def _client(self, service: str) -> Any:
        # A prefix of the host, which TestState has, leads nowhere here.
        return self._session.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.addresses["aws_url"],
            config=Config(inject_host_prefix=False),
        )

    @functools.cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """A client with every right."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @functools.cached_property
    def s3(self) -> "S3Client":
        """A client with every right."""
        client: S3Client = self._client("s3")
        return client

    @functools.cached_property
    def sqs(self) -> "SQSClient":
        """A client with every right."""
        client: SQSClient = self._client("sqs")
        return client

    @functools.cached_property
    def stepfunctions(self) -> "SFNClient":
        """A client with every right."""
        client: SFNClient = self._client("stepfunctions")
        return client

    @functools.cached_property
    def cognito(self) -> "CognitoIdentityProviderClient":
        """A client with every right."""
        client: CognitoIdentityProviderClient = self._client("cognito-idp")
        return client

    @functools.cached_property
    def rekognition(self) -> "RekognitionClient":
        """A client of the local Rekognition itself."""
        client: RekognitionClient = self._session.client(
            "rekognition", endpoint_url=self.addresses["rekognition_url"]
        )
        return client

    def faces(self, collection: str) -> list[str]:
        """List the portrait ids of a collection's faces."""
        pages = self.rekognition.get_paginator("list_faces").paginate(CollectionId=collection)
        return sorted(face["ExternalImageId"] for page in pages for face in page["Faces"])

    # As a client of the API

    def create(self, token: str | None = None, **body: Any) -> Any:
        """Begin a match; return the answer's JSON."""
        wanted = {"content_type": "image/jpeg", "consent": CONSENT_VERSION, **body}
        answer = self.call("POST", path_of_matches(token), token, json=wanted)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def call(
        self, method: str, path: str, token: str | None = None, **request: Any
    ) -> requests.Response:
        """Call the API, as a token's bearer where one is given."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.request(method, self.api + path, headers=headers, timeout=30, **request)

    def upload(
        self, form: Any, photo: bytes, content_type: str = "image/jpeg"
    ) -> requests.Response:
        """Send a photograph with a presigned form."""
        return requests.post(
            urljoin(self.origin, form["url"]),
            data=form["fields"],
            files={"file": ("selfie", photo, content_type)},
            timeout=30,
        )

    def read(self, match_id: str, token: str | None = None) -> Match:
        """Read a match that must be there."""
        answer = self.call("GET", f"{path_of_matches(token)}/{match_id}", token)
        assert answer.status_code == 200, answer.text
        match: Match = answer.json()
        return match

    def wait(self, match_id: str, token: str | None = None) -> Match:
        """Wait until a match is done."""
        done = {"succeeded", "failed", "expired"}
        return wait_for(
            lambda: match if (match := self.read(match_id, token))["status"] in done else None,
            FINISHING,
            lambda: str(self.read(match_id, token)),
        )

    def play(
        self, photo: bytes, token: str | None = None, content_type: str = "image/jpeg"
    ) -> Match:
        """Send one photograph and wait for its match."""
        created = self.create(token, content_type=content_type)
        sent = self.upload(created["upload"], photo, content_type)
        assert sent.status_code == 204, sent.text
        return self.wait(created["match_id"], token)

    def sign_up(
        self,
        client_id: str | None = None,
        email: str | None = None,
        password: str | None = None,
    ) -> str:
        """Add an account; return its id token, from the page's client or another of the pool."""
        email = email or f"{uuid.uuid4().hex}@example.org"
        password = password or uuid.uuid4().hex
        client_id = client_id or self.outputs.user_pool_client_id
        self.cognito.sign_up(
            ClientId=client_id,
            Username=email,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        self.cognito.admin_confirm_sign_up(UserPoolId=self.outputs.user_pool_id, Username=email)
        return self.sign_in(email, password, client_id)["IdToken"]

    def sign_in(
        self, email: str, password: str, client_id: str | None = None
    ) -> "AuthenticationResultTypeTypeDef":
        """Sign in to an account; give all of its tokens."""
        return self.cognito.initiate_auth(
            ClientId=client_id or self.outputs.user_pool_client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )["AuthenticationResult"]

    def code_for(self, email: str, number: int = 1) -> str:
        """Wait for a code that was sent to an address, by number; give it as the terminal has it.

        The terminal shows of an address the first letter and the domain, see `new_address`.
        """
        shown = re.compile(rf"^Code for {re.escape(masked(email))}: (\d{{6}})$", re.MULTILINE)

        def look() -> str | None:
            found: list[str] = shown.findall(self.output.read_text())
            return found[number - 1] if len(found) >= number else None

        return wait_for(look, FINISHING)

    def sign_up_curator(self) -> tuple[str, str]:
        """Make the account of a person who may change packs; return address and password."""
        email, password = f"{uuid.uuid4().hex}@example.org", "a short sentence"
        self.sign_up(email=email, password=password)
        pool = self.outputs.user_pool_id
        self.cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName="curators")
        return email, password

    def create_client(self) -> str:
        """Return a new client of the user pool, whose tokens are not for the API."""
        return self.cognito.create_user_pool_client(
            UserPoolId=self.outputs.user_pool_id,
            ClientName=uuid.uuid4().hex,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        )["UserPoolClient"]["ClientId"]

    def fetch(self, url: str) -> bytes:
        """Read what a signed address leads to."""
        answer = requests.get(urljoin(self.origin, url), timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.content

    # Behind the API

    def item(self, match_id: str) -> dict[str, Any] | None:
        """Read a match's item as it is stored."""
        key: Any = {"match_id": {"S": match_id}}
        return self.dynamodb.get_item(
            TableName=self.outputs.matches_table, Key=key, ConsistentRead=True
        ).get("Item")

    def selfie_versions(self, match_id: str) -> list[str]:
        """List the versions, and delete markers, of a match's selfie."""
        found = self.s3.list_object_versions(
            Bucket=self.outputs.selfies_bucket, Prefix=f"selfies/{match_id}"
        )
        entries = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
        return [entry["VersionId"] for entry in entries]

    def executions(self, match_id: str) -> list[str]:
        """List the finished workflow executions that were about a match."""
        machine = self.outputs.find_look_alike_arn
        listed = self.stepfunctions.list_executions(stateMachineArn=machine)["executions"]
        return [
            one["executionArn"]
            for one in listed
            if one["status"] != "RUNNING" and match_id in self.input_of(one["executionArn"])
        ]

    def input_of(self, execution: str) -> str:
        """Read the event that an execution was started with."""
        if execution not in self._inputs:
            described = self.stepfunctions.describe_execution(executionArn=execution)
            self._inputs[execution] = described["input"]
        return self._inputs[execution]

    def history(self, execution: str) -> list[str]:
        """List the states that an execution entered, in order."""
        events = self.stepfunctions.get_execution_history(executionArn=execution, maxResults=1000)[
            "events"
        ]
        entered = [event.get("stateEnteredEventDetails", {}).get("name") for event in events]
        return [name for name in entered if name]

    def status(self, execution: str) -> str:
        """Read an execution's status."""
        return self.stepfunctions.describe_execution(executionArn=execution)["status"]

    def start_again(self, event: str) -> str:
        """Start an execution with an event, as EventBridge does, and wait for its end."""
        execution = self.stepfunctions.start_execution(
            stateMachineArn=self.outputs.find_look_alike_arn, input=event
        )["executionArn"]
        wait_for(lambda: self.status(execution) != "RUNNING", FINISHING)
        return execution

    def logged(self, since: float) -> list[str]:
        """List what the functions have logged since a time, without the platform's own lines."""
        logs = self._client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        lines = [
            (event["timestamp"], event["logStreamName"], words)
            for group in groups
            for page in logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=int(since * 1000)
            )
            for event in page["events"]
            if (words := words_of(event["message"])) is not None
        ]
        return [f"{at} {stream}  {words}" for at, stream, words in sorted(lines)]

    def invoke(self, function: str, event: Any) -> None:
        """Call a function, by its name in the template, and wait for its end."""
        name = self.functions()[function]["FunctionName"]
        reply = self._client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        assert "FunctionError" not in reply, reply["Payload"].read()

    def functions(self) -> dict[str, Any]:
        """Describe the functions, by the template's names."""
        listed = self._client("lambda").list_functions()["Functions"]
        return {one["FunctionName"].split("-")[-2]: one for one in listed}

    def queues(self) -> dict[str, str]:
        """List the addresses of the queues, by the template's names."""
        found = self._client("cloudformation").describe_stack_resources(StackName=STACK_NAME)
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in found["StackResources"]
            if one["ResourceType"] == "AWS::SQS::Queue"
        }

    def log_of(self, text: str) -> list[Any]:
        """Read the JSON lines of the functions' log that hold a text."""
        client = self._client("logs")
        found = []
        for group in client.describe_log_groups()["logGroups"]:
            pages = client.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"]
            )
            lines = (event["message"] for page in pages for event in page["events"])
            found += [json.loads(line) for line in lines if text in line]
        return found

    def recogniser_calls(self) -> dict[str, int]:
        """Count the calls of the recogniser, by operation."""
        url = f"{self.addresses['rekognition_url']}/counters"
        credentials = self._session.get_credentials()
        assert credentials is not None
        headers = sign(url, b"", {}, credentials, self._session.region_name)
        calls: dict[str, int] = requests.post(url, headers=headers, timeout=10).json()["calls"]
        return calls

    # Faults

    @contextlib.contextmanager
    def fault(
        self, resource: str, error: str, *, text: str = "", times: int = 1, kind: str = "error"
    ) -> Iterator[None]:
        """Make the workflow's calls of a resource fail; assert that all those faults were taken."""
        path = self._request_fault(
            resource=resource, error=error, text=text, times=times, kind=kind
        )
        yield
        assert not path.exists(), "the fault was not taken as often as asked for"

    @contextlib.contextmanager
    def wire_fault(
        self, *texts: str, status: int, code: str, times: int = ALWAYS, kind: str = "error"
    ) -> Iterator[None]:
        """Make requests to the local AWS with these texts fail; assert that as many came.

        They are the method, the address, `X-Amz-Target`, `a range` where one is asked for, and the
        body.
        """
        fault = {"texts": texts, "status": status, "code": code, "times": times, "kind": kind}
        path = self._request_fault(".wire", **fault)
        try:
            yield
            left = json.loads(path.read_text())["times"]
            assert left == 0 if times != ALWAYS else left < ALWAYS, "it was not taken so often"
        finally:
            path.unlink()

    @contextlib.contextmanager
    def delay(self, *texts: str, seconds: float) -> Iterator[Callable[[], bool]]:
        """Delay requests to the local AWS that hold these texts; tell whether one has come.

        The texts are as `wire_fault` has them.
        """
        path = self._request_fault(
            ".wire", texts=texts, seconds=seconds, times=ALWAYS, kind="delay"
        )

        def has_come() -> bool:
            return f'"times": {ALWAYS}' not in path.read_text()

        try:
            yield has_come
            assert has_come(), "nothing was delayed"
        finally:
            path.unlink()

    @contextlib.contextmanager
    def hold(self, resource: str, text: str) -> Iterator[Callable[[], bool]]:
        """Hold the workflow's call of a resource until the block ends; yield if it has come."""
        gate = self.faults / f"{uuid.uuid4()}.gate"
        gate.touch()
        path = self._request_fault(
            resource=resource, text=text, times=1, kind="hold", until_gone=str(gate)
        )

        def has_come() -> bool:
            return not path.exists()

        try:
            yield has_come
            wait_for(has_come, FINISHING)
        finally:
            gate.unlink()

    @contextlib.contextmanager
    def gateway_clock_ahead(self, seconds: float) -> Iterator[None]:
        """Put the gateway's clock ahead until the block ends, so that tokens expire."""
        ahead = self.faults / "ahead"
        ahead.write_text(str(seconds))
        try:
            yield
        finally:
            ahead.unlink()

    def _request_fault(self, suffix: str = ".json", /, **fault: Any) -> Path:
        path = self.faults / f"{uuid.uuid4()}{suffix}"
        path.with_suffix(".new").write_text(json.dumps(fault))
        path.with_suffix(".new").rename(path)
        return path


def new_address() -> str:
    """Return a new e-mail address, which the terminal's lines about codes tell from others."""
    return f"someone@{uuid.uuid4().hex}.example.org"


def path_of_matches(token: str | None) -> str:
    """Return the route of the matches of a member, or without a token of guests."""
    return "/matches" if token else "/guest/matches"


def wait_for(
    look: Callable[[], Value | None], seconds: float, explain: Callable[[], str] = lambda: ""
) -> Value:
    """Look until there is something to see; fail, with an explanation, where it takes too long."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"nothing after {seconds:.0f} s: {explain()}"
        time.sleep(0.05)
    return seen
