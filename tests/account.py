"""An AWS account on this machine with nothing in it, for what deploys and destroys."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from local.state import ROOT, StateFolder, free_port
from tests.integration.emulator import SECRET, Emulator
from tests.running_stack import wait_for

STACK = "lookalike"


class Account:
    """The account, and the command with its credentials."""

    def __init__(self, url: str, folder: Path) -> None:
        """Use the account that answers at an address."""
        self._state = StateFolder(folder / "state")
        self._state.prepare()
        self._session = boto3.Session("test", SECRET, region_name="us-east-1")
        self._url = url
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "SAM_CLI_POLL_DELAY": "0.5",
        }

    def client(self, service: str) -> Any:
        """Make a client with every right."""
        return self._session.client(  # type: ignore[call-overload]
            service, endpoint_url=self._url
        )

    def lookalike(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "tests.run_lookalike", *arguments],
            cwd=ROOT,
            env={**self._environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def deploy(
        self, *settings: str, stage: str = "dev", catalog: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Deploy without Amplify and CodeDeploy, which are not here."""
        chosen = ["HostOnAmplify=false", "DeployGradually=false", "Architecture=x86_64", *settings]
        return self.lookalike(
            *("deploy", "--stage", stage, "--state", str(self._state.path)),
            *(("--catalog", catalog) if catalog else ()),
            *(word for setting in chosen for word in ("--set", setting)),
        )

    def stack(self, name: str = STACK) -> dict[str, Any]:
        """What CloudFormation says of a stack and its latest change."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        return {key: found.get(key) for key in ("StackId", "StackStatus", "LastUpdatedTime")}

    def belongings(self) -> dict[str, list[str]]:
        """What is in the account, by kind, but for SAM's own bucket."""
        s3 = self.client("s3")
        buckets = [one["Name"] for one in s3.list_buckets()["Buckets"]]
        shared = [name for name in buckets if "aws-sam-cli" in name]
        functions = self.client("lambda").list_functions()["Functions"]
        groups = self.client("logs").describe_log_groups()["logGroups"]
        pools = self.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        return {
            "buckets": sorted({*buckets} - {*shared}),
            "collections": self.client("rekognition").list_collections()["CollectionIds"],
            "functions": [one["FunctionName"] for one in functions],
            "logs": [one["logGroupName"] for one in groups],
            "pools": [one["Name"] for one in pools],
            "queues": self.client("sqs").list_queues().get("QueueUrls", []),
            "tables": self.client("dynamodb").list_tables()["TableNames"],
            "uploads": [
                one["Key"]
                for name in shared
                for one in s3.list_objects_v2(Bucket=name).get("Contents", [])
            ],
        }


@contextlib.contextmanager
def empty_account(folder: Path) -> Iterator[Account]:
    """Run the local AWS and the local Rekognition for as long as the block takes."""
    port = free_port()
    emulator = Emulator(folder, f"http://127.0.0.1:{port}")
    try:
        with _rekognition(folder, port, emulator.aws.url):
            yield Account(emulator.aws.url, folder)
    finally:
        emulator.stop()


@contextlib.contextmanager
def _rekognition(folder: Path, port: int, aws: str) -> Iterator[None]:
    data, log = folder / "rekognition", folder / "rekognition.log"
    data.mkdir()
    command = [
        *(sys.executable, "-m", "rekognition", "--port", str(port), "--data", str(data)),
        *("--s3-endpoint", aws),
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": SECRET},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(lambda: _listens(port), 60, log.read_text)
        yield
    finally:
        process.terminate()
        process.communicate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
