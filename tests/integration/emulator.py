"""ministack with some of the fixes of local/aws/glue.py, or none, and clients for it."""

import contextlib
import io
import json
import os
import subprocess
import urllib.error
import urllib.request
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.stack import AWS_PYTHON
from local.state import ROOT, free_port
from tests.running_stack import wait_for

FIXES = [
    "rekognition",
    "http_api_body",
    "concurrency_of_a_parameter",
    "refresh_token_is_no_jwt",
    "yaml_definition",
    "s3_event_version",
    "lambda_error_type",
    "lambda_log_end",
    "function_logs",
    "loopback_counts_as_tls",
    "queues_outlive_ports",
    "root_key",
    "role_keys",
    "drawn_codes",
    "addresses_without_case",
    "schema_attributes",
    "valid_calls",
    "bounded_workers",
    "old_versions_end",
    "prompt_start",
    "retry_delays",
    "machine_timeout",
    "execution_names",
    "whole_history",
    "journal",
    "prompt_end",
    "sam_parameters",
    "gate",
]
BRIDGE = "bridge.example:9"
"""The host by which containers call."""
SECRET = "a secret of the tests"
IDLE_PROCESS_STAYS = 2
"""Seconds."""


class Recogniser(BaseHTTPRequestHandler):
    """Answers whatever it is asked, but a search; drops the first DescribeCollection."""

    dropped = False

    def do_POST(self) -> None:
        """Answer a call."""
        self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        if operation == "DescribeCollection" and not Recogniser.dropped:
            Recogniser.dropped = True
            return
        status, answer = 200, {"CollectionIds": ["answered"], "StatusCode": 200}
        if operation == "SearchFacesByImage":
            status, answer = 500, {"__type": "InternalServerError"}
        body = json.dumps(answer).encode()
        self.send_response(status)
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


def archive_of(source: str) -> bytes:
    """Return the archive of a function with this source of `app.handler`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("app.py", source)
    return archive.getvalue()


class Aws:
    """ministack with some of the fixes, and clients for it."""

    def __init__(self, url: str, key: str = "test", secret: str = SECRET) -> None:
        self.url = url
        self._session = boto3.Session(key, secret, region_name="us-east-1")

    def client(self, service: str) -> Any:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return self._session.client(  # type: ignore[call-overload]
            service, endpoint_url=self.url, config=config
        )

    def deploy(
        self, resources: Any, *, parameters: dict[str, str] | None = None, **more: Any
    ) -> dict[str, str]:
        """Create a stack; return the physical ids, or raise what CloudFormation says.

        `more` are other sections of the template.
        """
        formation, name = self.client("cloudformation"), f"s{uuid.uuid4().hex[:8]}"
        template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources, **more}
        formation.create_stack(
            StackName=name,
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in (parameters or {}).items()
            ],
        )
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

    def role(self, service: str) -> str:
        """Create a role that a service may take; return its ARN."""
        trust = allow("sts:AssumeRole", principal={"Service": f"{service}.amazonaws.com"})
        arn: str = self.client("iam").create_role(
            RoleName=f"r{uuid.uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(trust)
        )["Role"]["Arn"]
        return arn

    def function(self, source: str, **settings: Any) -> str:
        """Create a function from the source of `app.handler`; return its ARN."""
        arn: str = self.client("lambda").create_function(
            FunctionName=f"f{uuid.uuid4().hex[:8]}",
            Runtime="python3.11",
            Role=self.role("lambda"),
            Handler="app.handler",
            Code={"ZipFile": archive_of(source)},
            **settings,
        )["FunctionArn"]
        return arn


class Emulator:
    """ministack in a process, with a state folder that outlives it."""

    def __init__(self, folder: Path, rekognition: str, without: Iterable[str] = ()) -> None:
        """Start it without some of the fixes."""
        self.folder, self._rekognition, self._without = folder, rekognition, tuple(without)
        self.log = folder / "aws.log"
        self.told, self._telling = os.pipe()
        self.start()

    def start(self, patience: float = 60) -> None:
        """Start it, at a port of its own, with the state that it has; fail where it does not."""
        port = free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_WARM_TTL_SECONDS": str(IDLE_PROCESS_STAYS),
            "LOCAL_REKOGNITION_URL": self._rekognition,
            "LOOKALIKE_BRIDGE": BRIDGE,
            "LOOKALIKE_CODES_PIPE": str(self._telling),
            "PERSIST_STATE": "1",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "S3_PERSIST": "1",
            "STATE_DIR": str(self.folder / "state"),
        }
        left_out = [argument for name in self._without for argument in ("--without", name)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [str(AWS_PYTHON), "-m", "local.aws.launch", *left_out],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[self._telling],
            )
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(f"{url}/_ministack/health"), patience, self.log.read_text)
        self.aws = Aws(url)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> None:
        """End it in order."""
        self.process.communicate()

    def codes(self) -> list[dict[str, str]]:
        """Return the codes that it has sent; there must be at least one."""
        return [json.loads(line) for line in os.read(self.told, 2**16).decode().splitlines()]


@contextlib.contextmanager
def running(folder: Path, rekognition: str, without: tuple[str, ...]) -> Iterator[Aws]:
    """Run it for as long as the block takes."""
    emulator = Emulator(folder, rekognition, without)
    yield emulator.aws
    emulator.stop()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def rekognition() -> Iterator[str]:
    """The address of something that answers as Rekognition does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recogniser)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
