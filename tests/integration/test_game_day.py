"""A game day: something breaks on the running stack, and the alarms that must ring do, alone.

The local AWS has no metrics of its own services. What CloudWatch would have is computed from the
executions, the queues' attributes, the API's answers, and what the functions log.
"""

import contextlib
import json
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from lookalike import CONSENT_VERSION
from tests.contract.alarms import Metric, ringing
from tests.crowd import family
from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, RunningStack, wait_for

SERVICES = {
    "api": "ApiFunction",
    "check_face": "CheckFaceFunction",
    "resolve_matches": "ResolveMatchesFunction",
    "count_match": "CountMatchFunction",
}
"""The functions that log what they raise, by the name under which they log."""
MATCHES = 2
"""How many are played in a fault."""


class Fault(NamedTuple):
    """What breaks, and the alarms that must ring and that may."""

    act: Callable[["GameDay"], None]
    must: set[str]
    may: set[str]


class GameDay:
    """The stack, and what it did since the day began."""

    def __init__(self, stack: RunningStack, photo: Callable[[], bytes]) -> None:
        """Begin."""
        self.stack, self.photo = stack, photo
        self._began = time.time()
        self._answers: list[requests.Response] = []

    def call(self, method: str, path: str, **request: Any) -> None:
        """Call the API, and keep its answer."""
        self._answers.append(self.stack.call(method, path, **request))

    def begin(self) -> None:
        """Ask for a match."""
        body = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}
        self.call("POST", "/guest/matches", json=body)

    def play(self, photo: bytes | None = None) -> None:
        """Play a match to its end, whatever that is, and read it once more."""
        match = self.stack.play(photo or self.photo())
        self.call("GET", f"/guest/matches/{match['match_id']}")

    def play_among_no_faces(self, **attributes: str) -> None:
        """Play a match that is searched in a collection without faces; change its attributes."""
        collection = f"empty-{uuid.uuid4().hex}"
        self.stack.rekognition.create_collection(CollectionId=collection)
        created = self.stack.create()
        for name, value in {"collection": collection, **attributes}.items():
            self.stack.dynamodb.update_item(
                TableName=self.stack.outputs.matches_table,
                Key={"match_id": {"S": created["match_id"]}},
                UpdateExpression="SET #name = :value",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues={":value": {"S": value}},
            )
        self.stack.upload(created["upload"], self.photo())
        self.stack.wait(created["match_id"])
        self.stack.rekognition.delete_collection(CollectionId=collection)

    def put_aside(self, queue: str) -> None:
        """Put a message into a dead-letter queue, as EventBridge does."""
        self.stack.sqs.send_message(QueueUrl=self.stack.queues()[queue], MessageBody="{}")

    def fail_in_the_end(self, queue: str, dead_letters: str) -> None:
        """Send a message that no function can read, and wait until it is put aside."""
        queues = self.stack.queues()
        url, kept = queues[queue], {"VisibilityTimeout": "90"}
        self.stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
        try:
            self.stack.sqs.send_message(QueueUrl=url, MessageBody="no JSON")
            wait_for(lambda: self._waiting(queues[dead_letters]), FINISHING)
        finally:
            self.stack.sqs.set_queue_attributes(QueueUrl=url, Attributes=kept)  # type: ignore[arg-type]

    def metrics(self) -> dict[Metric, list[float]]:
        """Return what CloudWatch would have."""
        machine = (("StateMachineArn", "FindLookAlike"),)
        api = (("ApiId", "HttpApi"),)
        found = {
            Metric("AWS/States", "ExecutionsFailed", machine): self._executions("FAILED"),
            Metric("AWS/States", "ExecutionsTimedOut", machine): self._executions("TIMED_OUT"),
            Metric("AWS/ApiGateway", "5xx", api): [
                float(one.status_code >= 500) for one in self._answers
            ],
            Metric("AWS/ApiGateway", "Latency", api): [
                one.elapsed.total_seconds() * 1000 for one in self._answers
            ],
        }
        for name, url in self.stack.queues().items():
            dimensions = (("QueueName", name),)
            waiting = float(self._waiting(url))
            found[Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions)] = [waiting]
        for line in self.stack.log_of('"level":"ERROR"'):
            if line["service"] in SERVICES and self._is_of_today(line["timestamp"]):
                dimensions = (("FunctionName", SERVICES[line["service"]]),)
                found.setdefault(Metric("AWS/Lambda", "Errors", dimensions), []).append(1)
        for line in self.stack.log_of('"_aws"'):
            if line["_aws"]["Timestamp"] >= self._began * 1000:
                for metric, values in _emitted(line):
                    found.setdefault(metric, []).extend(values)
        return found

    def end(self) -> None:
        """Empty the dead-letter queues."""
        for name, url in self.stack.queues().items():
            if name.startswith(("Failed", "Undelivered")):
                self.stack.sqs.purge_queue(QueueUrl=url)

    def _executions(self, status: Any) -> list[float]:
        listed = self.stack.stepfunctions.list_executions(
            stateMachineArn=self.stack.outputs.find_look_alike_arn, statusFilter=status
        )["executions"]
        return [1.0 for one in listed if one["startDate"].timestamp() >= self._began]

    def _waiting(self, url: str) -> int:
        reply = self.stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return int(reply["Attributes"]["ApproximateNumberOfMessages"])

    def _is_of_today(self, timestamp: str) -> bool:
        parsed = time.mktime(time.strptime(timestamp[:19], "%Y-%m-%d %H:%M:%S"))
        return parsed >= int(self._began)


def _emitted(line: Any) -> Iterator[tuple[Metric, list[float]]]:
    """Return the metrics of a line in the embedded metric format, and their values."""
    for declared in line["_aws"]["CloudWatchMetrics"]:
        for names in declared["Dimensions"]:
            dimensions = tuple((name, line[name]) for name in names)
            for metric in declared["Metrics"]:
                values = line[metric["Name"]]
                yield Metric(declared["Namespace"], metric["Name"], dimensions), values


OF_A_BUSY_MACHINE = {"ApiSlowAlarm"}
"""What may ring with any fault: how fast this machine answers fails no test."""


def nothing(day: GameDay) -> None:
    for _ in range(MATCHES):
        day.play()
    day.play(encode(scenery()))


def throttled_for_a_moment(day: GameDay) -> None:
    with day.stack.fault("searchFacesByImage", "Rekognition.ThrottlingException", times=3):
        day.play()


def throttled_for_good(day: GameDay) -> None:
    with day.stack.fault("searchFacesByImage", "Rekognition.ThrottlingException", times=11):
        day.play()


def recogniser_failing(day: GameDay) -> None:
    with day.stack.wire_fault(
        "RekognitionService.DetectFaces", status=500, code="InternalServerError"
    ):
        for _ in range(MATCHES):
            day.play()


def recogniser_failing_once(day: GameDay) -> None:
    with day.stack.wire_fault(
        "RekognitionService.DetectFaces", status=500, code="InternalServerError", times=1
    ):
        day.play()


def table_closed_to_the_api(day: GameDay) -> None:
    texts = ("DynamoDB_20120810.TransactWriteItems", "awaiting_upload")
    with day.stack.wire_fault(*texts, status=400, code="AccessDeniedException"):
        for _ in range(5):
            day.begin()


def table_slow_for_the_api(day: GameDay) -> None:
    with day.stack.delay("DynamoDB_20120810.GetItem", "PacksTable", seconds=3.5):
        for _ in range(2):
            day.begin()


def result_not_published(day: GameDay) -> None:
    with day.stack.fault("putEvents", "EventBridge.AccessDenied", text="Match Succeeded"):
        day.play()


def search_without_faces(day: GameDay) -> None:
    day.play_among_no_faces()


def pack_without_portraits(day: GameDay) -> None:
    for _ in range(5):
        day.play_among_no_faces(pack="empty")


def function_killed(day: GameDay) -> None:
    created = day.stack.create()
    with day.stack.delay("RekognitionService.DetectFaces", seconds=3) as has_come:
        day.stack.upload(created["upload"], day.photo())
        wait_for(has_come, FINISHING)
        for pid in family(day.stack.process.pid):
            if "CheckFaceFunction" in Path(f"/proc/{pid}/environ").read_text():
                os.kill(pid, signal.SIGKILL)
        day.stack.wait(created["match_id"])


def workflow_not_started(day: GameDay) -> None:
    day.put_aside("UndeliveredSelfiesQueue")


def portrait_not_delivered(day: GameDay) -> None:
    day.put_aside("UndeliveredPortraitChangesQueue")


def poison_for_index_portrait(day: GameDay) -> None:
    day.fail_in_the_end("PortraitChangesQueue", "FailedPortraitChangesQueue")


FAULTS = [
    Fault(nothing, must=set(), may=set()),
    Fault(throttled_for_a_moment, must=set(), may=set()),
    Fault(throttled_for_good, must={"ExecutionsFailedAlarm"}, may=set()),
    Fault(recogniser_failing_once, must=set(), may=set()),
    Fault(recogniser_failing, must={"ExecutionsFailedAlarm", "CheckFaceErrorsAlarm"}, may=set()),
    Fault(table_closed_to_the_api, must={"ApiErrorsAlarm", "ApiFunctionErrorsAlarm"}, may=set()),
    Fault(table_slow_for_the_api, must={"ApiSlowAlarm"}, may=set()),
    Fault(result_not_published, must=set(), may=set()),
    Fault(search_without_faces, must={"LandmarkShareAlarm"}, may=set()),
    Fault(pack_without_portraits, must={"ResolveMatchesErrorsAlarm"}, may=set()),
    Fault(function_killed, must={"ExecutionsFailedAlarm"}, may=set()),
    Fault(workflow_not_started, must={"UndeliveredSelfiesAlarm"}, may=set()),
    Fault(portrait_not_delivered, must={"UndeliveredPortraitChangesAlarm"}, may=set()),
    Fault(
        poison_for_index_portrait,
        must={"FailedPortraitChangesAlarm"},
        may={"IndexPortraitErrorsAlarm"},
    ),
]


@pytest.fixture(scope="module")
def photo(selfie: Path) -> Callable[[], bytes]:
    """Makes photographs that the recogniser has not seen yet."""
    face = open_face(selfie)
    return lambda: encode(face, comment=uuid.uuid4().bytes)


@pytest.fixture
def day(stack: RunningStack, photo: Callable[[], bytes]) -> Iterator[GameDay]:
    time.sleep(1 - time.time() % 1)  # the log has whole seconds
    begun = GameDay(stack, photo)
    with contextlib.ExitStack() as after:
        after.callback(begun.end)
        yield begun


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.act.__name__)
def test_the_alarms_that_must_ring_do_and_no_others_but_those_that_may(
    day: GameDay, fault: Fault
) -> None:
    fault.act(day)
    time.sleep(1)  # what the functions log comes after their answer

    metrics = day.metrics()

    said = json.dumps({str(metric): values for metric, values in metrics.items()})
    assert fault.must <= ringing(metrics) <= fault.must | fault.may | OF_A_BUSY_MACHINE, said
