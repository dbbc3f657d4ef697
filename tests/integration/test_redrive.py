"""`lookalike redrive` on the running stack.

The local AWS never fills a dead-letter queue of EventBridge, so the tests put messages there.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli.redrive import UNDELIVERED_PORTRAITS, UNDELIVERED_SELFIES
from local.state import ROOT
from tests.pictures import encode, open_face
from tests.running_stack import FINISHING, RunningStack, wait_for

EVENTS = ROOT / "events"


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


class Queues:
    """The running stack's queues, by the template's names."""

    def __init__(self, stack: RunningStack) -> None:
        secret = (stack.state / "secret").read_text()
        session = boto3.Session("test", secret, region_name="us-east-1")
        url = stack.addresses["aws_url"]
        self._sqs = session.client("sqs", endpoint_url=url)
        listed = session.client("cloudformation", endpoint_url=url).list_stack_resources(
            StackName="lookalike"
        )
        self._urls = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in listed["StackResourceSummaries"]
        }
        self.events = session.client("events", endpoint_url=url)
        self.rule = self._urls["FindLookAlikeSelfieUploaded"]

    def put(self, name: str, body: Any) -> None:
        self._sqs.send_message(QueueUrl=self._urls[name], MessageBody=json.dumps(body))

    def waiting(self, name: str) -> int:
        """How many messages a queue holds, taken ones included."""
        names: Any = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        reply = self._sqs.get_queue_attributes(QueueUrl=self._urls[name], AttributeNames=names)
        return sum(map(int, reply["Attributes"].values()))

    @contextmanager
    def nothing_delivered(self) -> Iterator[None]:
        """Keep uploads from the workflow until the block ends."""
        self.events.disable_rule(Name=self.rule)
        try:
            yield
        finally:
            self.events.enable_rule(Name=self.rule)


@pytest.fixture
def queues(stack: RunningStack) -> Queues:
    return Queues(stack)


def redrive(stack: RunningStack) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "redrive", "--state", str(stack.state)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_upload_that_was_not_delivered_becomes_a_match(
    stack: RunningStack, queues: Queues, photo: bytes
) -> None:
    created = stack.create()
    with queues.nothing_delivered():
        stack.upload(created["upload"], photo)
    [version] = stack.selfie_versions(created["match_id"])
    event = json.loads((EVENTS / "find_lookalike_selfie_uploaded.json").read_text())
    event["detail"]["bucket"]["name"] = stack.outputs.selfies_bucket
    event["detail"]["object"] |= {"key": f"selfies/{created['match_id']}", "version-id": version}
    before = stack.recogniser_calls().get("SearchFacesByImage", 0)
    assert stack.read(created["match_id"])["status"] == "awaiting_upload"

    for _ in range(2):
        queues.put(UNDELIVERED_SELFIES, event)
        said = redrive(stack)
    match = stack.wait(created["match_id"])

    assert f"{UNDELIVERED_SELFIES}: 1 started." in said
    assert match["status"] == "succeeded"
    assert stack.recogniser_calls()["SearchFacesByImage"] - before == 1
    assert len(stack.executions(created["match_id"])) == 1
    assert queues.waiting(UNDELIVERED_SELFIES) == 0


def test_what_failed_is_worked_off_again(stack: RunningStack, queues: Queues) -> None:
    event = json.loads(
        json.loads((EVENTS / "index_portrait_deleted.json").read_text())["Records"][0]["body"]
    )
    event["detail"]["bucket"]["name"] = stack.outputs.portraits_bucket
    event["detail"]["object"]["key"] = "celebrities/there_is_no_such_portrait.jpg"
    queues.put(UNDELIVERED_PORTRAITS, event)
    queues.put("FailedPortraitChangesQueue", event)

    said = redrive(stack)

    assert f"{UNDELIVERED_PORTRAITS}: 1 sent to PortraitChangesQueue." in said
    assert "FailedPortraitChangesQueue: 1 sent back to PortraitChangesQueue." in said
    assert queues.waiting(UNDELIVERED_PORTRAITS) == 0
    assert queues.waiting("FailedPortraitChangesQueue") == 0
    wait_for(lambda: queues.waiting("PortraitChangesQueue") == 0, FINISHING)
