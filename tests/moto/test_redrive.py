import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from cli import main as cli
from cli import redrive as module
from cli.redrive import DeadLetters, Played, Upload, start_look_alike
from local.deployment import Outputs
from local.state import ROOT
from tests.moto.cloud import RESOURCES, Cloud, hooked

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

EVENT: dict[str, Any] = json.loads(
    (ROOT / "events" / "find_lookalike_selfie_uploaded.json").read_text()
)
OBJECT = EVENT["detail"]["object"]
ROLE = "arn:aws:iam::123456789012:role/example"
BUCKET = "lookalike-selfies"
DEFINITION = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


class Stage:
    """The template's queues, a state machine, and what `lookalike redrive` makes of them."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.workflow: SFNClient = boto3.client("stepfunctions")
        self.machine = self.workflow.create_state_machine(
            name="FindLookAlike", definition=json.dumps(DEFINITION), roleArn=ROLE
        )["stateMachineArn"]
        self.selfies, self.portraits = cloud.name("SelfiesBucket"), cloud.name("PortraitsBucket")
        self.queues = {
            name: cloud.name(name)
            for name, resource in RESOURCES.items()
            if resource["Type"] == "AWS::SQS::Queue"
        }
        for name, url in self.queues.items():
            policy = RESOURCES[name]["Properties"].get("RedrivePolicy")
            if policy:
                target = policy["deadLetterTargetArn"]["Fn::GetAtt"][0]
                attributes = {"deadLetterTargetArn": self.arn(target), "maxReceiveCount": 8}
                cloud.sqs.set_queue_attributes(
                    QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(attributes)}
                )

    def arn(self, queue: str) -> str:
        url = self.queues[queue]
        attributes = self.cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(attributes["Attributes"]["QueueArn"])

    def put(self, queue: str, body: Any) -> str:
        text = body if isinstance(body, str) else json.dumps(body)
        sent = self.cloud.sqs.send_message(QueueUrl=self.queues[queue], MessageBody=text)
        return str(sent["MessageId"])

    def event(self, bucket: str, **changes: Any) -> dict[str, Any]:
        """What S3 says of an object of a bucket."""
        detail = {"bucket": {"name": bucket}, "object": {**OBJECT, **changes}}
        return {**EVENT, "detail": {**EVENT["detail"], **detail}}

    def outputs(self) -> Outputs:
        given = SimpleNamespace(
            find_look_alike_arn=self.machine,
            selfies_bucket=self.selfies,
            portraits_bucket=self.portraits,
            portrait_changes_queue=self.queues["PortraitChangesQueue"],
        )
        return cast("Outputs", given)

    def play(self) -> dict[str, Played]:
        return {one.queue: one for one in DeadLetters(self.outputs(), self.queues).play()}

    def inputs(self) -> list[dict[str, str]]:
        """What executions were started with."""
        listed = self.workflow.list_executions(stateMachineArn=self.machine)["executions"]
        described = [
            self.workflow.describe_execution(executionArn=one["executionArn"]) for one in listed
        ]
        return [json.loads(one["input"]) for one in described]


class Moves:
    """What SQS is told to move back, which moto cannot do, and how it refuses to."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.refusal: str | None = None

    def answer(self, params: Any, **_: Any) -> Any:
        if self.refusal:
            return SimpleNamespace(status_code=400), {"Error": {"Code": self.refusal}}
        self.told.append(json.loads(params["body"])["SourceArn"])
        return SimpleNamespace(status_code=200), {"TaskHandle": "task"}


@pytest.fixture
def moves(cloud: Cloud) -> Iterator[Moves]:
    made = Moves()
    with hooked(cloud.sqs, "before-call.sqs.StartMessageMoveTask", made.answer):
        yield made


@pytest.fixture
def stage(cloud: Cloud, moves: Moves, monkeypatch: pytest.MonkeyPatch) -> Stage:
    assert moves.told == []
    made = Stage(cloud)
    receive = cloud.sqs.receive_message
    monkeypatch.setattr(
        cloud.sqs, "receive_message", lambda **asked: receive(**{**asked, "WaitTimeSeconds": 0})
    )
    return made


# Selfies


@pytest.mark.parametrize("form", ["S3's event", "the rule's input"])
def test_an_upload_that_was_not_delivered_starts_the_workflow(stage: Stage, form: str) -> None:
    upload = {"bucket": stage.selfies, "key": OBJECT["key"], "version": OBJECT["version-id"]}
    body = stage.event(stage.selfies) if form == "S3's event" else upload
    stage.put("UndeliveredSelfiesQueue", body)

    played = stage.play()["UndeliveredSelfiesQueue"]

    assert stage.inputs() == [upload]
    assert stage.cloud.take_messages("UndeliveredSelfiesQueue") == []
    assert played == Played("UndeliveredSelfiesQueue", "1 started", True)


def test_an_upload_that_was_not_delivered_twice_starts_the_workflow_once(stage: Stage) -> None:
    for _ in range(2):
        stage.put("UndeliveredSelfiesQueue", stage.event(stage.selfies))

    played = stage.play()["UndeliveredSelfiesQueue"]

    assert len(stage.inputs()) == 1
    assert played.complete
    assert stage.cloud.take_messages("UndeliveredSelfiesQueue") == []


def test_every_version_of_every_key_is_an_upload_of_its_own(stage: Stage) -> None:
    uploads = [Upload(stage.selfies, key, version) for key in "ab" for version in "12"]

    for upload in uploads * 2:
        start_look_alike(stage.workflow, stage.machine, upload)

    assert sorted(stage.inputs(), key=str) == sorted(map(Upload._asdict, uploads), key=str)


def test_an_upload_whose_execution_has_ended_is_done(stage: Stage) -> None:
    taken = {"Error": {"Code": "ExecutionAlreadyExists"}}
    stage.put("UndeliveredSelfiesQueue", stage.event(stage.selfies))

    def refuse(**_: Any) -> Any:
        return SimpleNamespace(status_code=400), taken

    with hooked(stage.workflow, "before-call.stepfunctions.StartExecution", refuse):
        played = stage.play()["UndeliveredSelfiesQueue"]

    assert played.complete
    assert stage.cloud.take_messages("UndeliveredSelfiesQueue") == []


def test_many_messages_are_all_played(stage: Stage) -> None:
    for number in range(25):
        stage.put("UndeliveredSelfiesQueue", stage.event(stage.selfies, key=f"selfies/{number}"))

    stage.play()

    assert len(stage.inputs()) == 25


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "no JSON",
        lambda _: [1],
        lambda event: {**event, "source": "aws.ec2"},
        lambda event: {**event, "detail-type": "Object Deleted"},
        lambda event: {**event, "detail": {**event["detail"], "bucket": {"name": "another"}}},
        lambda event: {**event, "detail": {**event["detail"], "object": {"key": "selfies/a"}}},
        lambda _: {"bucket": BUCKET, "key": "other/a", "version": "1"},
        lambda _: {"bucket": BUCKET, "key": "selfies/a"},
    ],
)
def test_what_is_no_upload_of_this_stack_is_left_and_named(
    stage: Stage, spoil: Callable[[Any], Any]
) -> None:
    assert stage.selfies == BUCKET
    message = stage.put("UndeliveredSelfiesQueue", spoil(stage.event(stage.selfies)))

    played = stage.play()["UndeliveredSelfiesQueue"]

    assert stage.inputs() == []
    assert not played.complete
    assert played.words.endswith(message)
    assert len(stage.cloud.take_messages("UndeliveredSelfiesQueue")) == 1


def test_output_names_no_person(stage: Stage) -> None:
    stage.put("UndeliveredSelfiesQueue", stage.event(stage.selfies))
    stage.put("UndeliveredSelfiesQueue", stage.event("another"))

    said = str(stage.play())

    assert EVENT["detail"]["source-ip-address"] not in said
    assert OBJECT["key"].removeprefix("selfies/") not in said


def test_an_upload_whose_workflow_does_not_start_is_kept(stage: Stage) -> None:
    stage.put("UndeliveredSelfiesQueue", stage.event(stage.selfies))
    stage.put("UndeliveredPortraitChangesQueue", stage.event(stage.portraits))
    stage.workflow.delete_state_machine(stateMachineArn=stage.machine)

    played = stage.play()

    url = stage.queues["UndeliveredSelfiesQueue"]
    attributes = stage.cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert not played["UndeliveredSelfiesQueue"].complete
    assert "StateMachineDoesNotExist" in played["UndeliveredSelfiesQueue"].words
    assert attributes["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert played["UndeliveredPortraitChangesQueue"].words.startswith("1 sent")


# Portraits, and what failed in a queue


def test_a_portrait_that_was_not_delivered_goes_to_its_queue(stage: Stage) -> None:
    event = stage.event(stage.portraits, key="celebrities/Ada.jpg")
    stage.put("UndeliveredPortraitChangesQueue", event)

    stage.play()

    (sent,) = stage.cloud.take_messages("PortraitChangesQueue")
    assert json.loads(sent) == event
    assert stage.cloud.take_messages("UndeliveredPortraitChangesQueue") == []


def test_what_is_about_no_portrait_of_this_stack_is_left(stage: Stage) -> None:
    stage.put("UndeliveredPortraitChangesQueue", stage.event("another"))

    played = stage.play()["UndeliveredPortraitChangesQueue"]

    assert not played.complete
    assert stage.cloud.take_messages("PortraitChangesQueue") == []


def test_what_failed_in_a_queue_is_moved_back_by_sqs(stage: Stage, moves: Moves) -> None:
    failing = [
        resource["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for resource in RESOURCES.values()
        if "RedrivePolicy" in resource.get("Properties", {})
    ]

    played = stage.play()

    assert {"FailedPortraitChangesQueue", "FailedPackChangesQueue"} <= set(failing)
    assert moves.told == [stage.arn(name) for name in failing]
    assert set(played) == {
        "UndeliveredSelfiesQueue",
        "UndeliveredPortraitChangesQueue",
        *failing,
    }


def test_what_failed_in_a_queue_is_moved_one_by_one_where_sqs_cannot(
    stage: Stage, moves: Moves
) -> None:
    moves.refusal = "InvalidAction"
    stage.put("FailedPackChangesQueue", '{"pack": "celebrities"}')

    played = stage.play()["FailedPackChangesQueue"]

    assert stage.cloud.take_messages("PackChangesQueue") == ['{"pack": "celebrities"}']
    assert stage.cloud.take_messages("FailedPackChangesQueue") == []
    assert played.words == "1 sent back to PackChangesQueue"


def test_a_move_that_sqs_refuses_is_reported(stage: Stage, moves: Moves) -> None:
    moves.refusal = "AWS.SimpleQueueService.UnsupportedOperation"

    played = stage.play()["FailedPackChangesQueue"]

    assert not played.complete
    assert "UnsupportedOperation" in played.words


# The command


@pytest.mark.parametrize(("bucket", "code"), [(None, "0"), ("another", "1")])
def test_the_command_prints_what_it_did_for_each_queue(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    bucket: str | None,
    code: str,
) -> None:
    stage.put("UndeliveredSelfiesQueue", stage.event(bucket or stage.selfies))
    monkeypatch.setattr(module, "reach", lambda _stack, _state: (stage.outputs(), None))
    monkeypatch.setattr(module, "resources_of", lambda _stack, _kind: stage.queues)
    monkeypatch.setattr("sys.argv", ["lookalike", "redrive", "--state", str(tmp_path)])

    with pytest.raises(SystemExit, match=code):
        cli.main()

    printed = capsys.readouterr().out
    assert all(f"{name}: " in printed for name in stage.play())
