"""`lookalike redrive`: delivers again the messages in the dead-letter queues."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.deployment import Outputs, reach, resources_of
from local.state import StateFolder
from lookalike.selfies import SELFIE_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef
    from mypy_boto3_stepfunctions import SFNClient

UNDELIVERED_SELFIES = "UndeliveredSelfiesQueue"
UNDELIVERED_PORTRAITS = "UndeliveredPortraitChangesQueue"
"""The template's dead-letter queues of EventBridge. SQS itself cannot move their messages back."""

NAME = re.compile(r"[0-9A-Za-z-]{1,36}")
"""What of a key can be a part of an execution's name."""

TAKEN = 60
"""Seconds for which SQS hides a received message from other readers."""


class Upload(NamedTuple):
    """One version of a selfie: the input of the workflow."""

    bucket: str
    key: str
    version: str


class Played(NamedTuple):
    """The outcome for the messages of one queue, in words, and whether none is left."""

    queue: str
    words: str
    complete: bool


def redrive(stack: str | None, state: StateFolder) -> list[Played]:
    """Deliver a stack's dead letters again; return the outcome of each queue. Raise LocalError."""
    outputs, _ = reach(stack, state)
    return DeadLetters(outputs, resources_of(stack, "AWS::SQS::Queue")).play()


def start_look_alike(client: "SFNClient", machine: str, upload: Upload, attempt: str = "") -> None:
    """Start the workflow for an upload, unless the same attempt has started it.

    The execution is named after the match and the upload. While the first execution runs, Step
    Functions answers as if it started another; it refuses the name for 90 days afterwards.
    """
    digest = hashlib.sha256(f"{upload.key}\n{upload.version}\n{attempt}".encode()).hexdigest()
    match_id = upload.key.removeprefix(SELFIE_PREFIX)
    # A name has at most 80 characters, and an object that was not uploaded by a form any key.
    name = f"{match_id}_{digest[:32]}" if NAME.fullmatch(match_id) else digest
    with suppress(client.exceptions.ExecutionAlreadyExists):
        client.start_execution(
            stateMachineArn=machine, name=name, input=json.dumps(upload._asdict())
        )


class DeadLetters:
    """The dead-letter queues of one stack."""

    def __init__(self, outputs: Outputs, queues: Mapping[str, str]) -> None:
        """Take a stack's outputs, and its queues' addresses by the template's names."""
        self._outputs, self._queues = outputs, queues
        self._sqs: SQSClient = boto3.client("sqs")
        self._workflow: SFNClient = boto3.client("stepfunctions")

    def play(self) -> list[Played]:
        """Deliver each queue's messages again; a failure of one queue does not stop the others."""
        plays: dict[str, Callable[[str], Played]] = {
            UNDELIVERED_SELFIES: self._start_workflows,
            UNDELIVERED_PORTRAITS: self._send_portraits,
            **self._failed_queues(),
        }
        done = []
        for name, play in plays.items():
            try:
                done.append(play(name))
            except ClientError as error:
                # The error's message can quote what was sent, so show only its code.
                code = error.response["Error"]["Code"]
                done.append(Played(name, f"stopped by {code}, the rest is still there", False))
            except BotoCoreError as error:
                code = type(error).__name__
                done.append(Played(name, f"stopped by {code}, the rest is still there", False))
        return done

    def _start_workflows(self, queue: str) -> Played:
        def start(body: str) -> bool:
            upload = _upload(body, self._outputs.selfies_bucket)
            if upload is not None:
                start_look_alike(self._workflow, self._outputs.find_look_alike_arn, upload)
            return upload is not None

        return self._play_each(queue, start, "started")

    def _send_portraits(self, queue: str) -> Played:
        def send(body: str) -> bool:
            is_ours = _bucket(body) == self._outputs.portraits_bucket
            if is_ours:
                self._send(self._outputs.portrait_changes_queue, body)
            return is_ours

        return self._play_each(queue, send, "sent to PortraitChangesQueue")

    def _failed_queues(self) -> dict[str, Callable[[str], Played]]:
        """Return the dead-letter queues of other queues, each with the function that empties it."""
        attributes = {
            name: self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            for name, url in self._queues.items()
        }
        names = {values["QueueArn"]: name for name, values in attributes.items()}
        found: dict[str, Callable[[str], Played]] = {}
        for source, values in attributes.items():
            if "RedrivePolicy" in values:
                arn = json.loads(values["RedrivePolicy"])["deadLetterTargetArn"]
                found[names[arn]] = self._way_back(arn, source)
        return found

    def _way_back(self, arn: str, source: str) -> Callable[[str], Played]:
        def move(queue: str) -> Played:
            try:
                self._sqs.start_message_move_task(SourceArn=arn)
            except ClientError as error:
                if error.response["Error"]["Code"] != "InvalidAction":
                    raise
                return move_each(queue)  # the local AWS has no message move tasks
            return Played(queue, f"SQS moves what there is back to {source}", True)

        def move_each(queue: str) -> Played:
            def send(body: str) -> bool:
                self._send(self._queues[source], body)
                return True

            return self._play_each(queue, send, f"sent back to {source}")

        return move

    def _send(self, url: str, body: str) -> None:
        self._sqs.send_message(QueueUrl=url, MessageBody=body)

    def _play_each(self, queue: str, play: Callable[[str], bool], done: str) -> Played:
        """Call `play` with each message of a queue, and delete those for which it returns True."""
        url, played, left = self._queues[queue], 0, []
        for message in self._messages(url):
            if play(message["Body"]):
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                played += 1
            else:
                left.append(message)
        for message in left:
            self._sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        words = f"{played} {done}"
        if left:
            ids = ", ".join(message["MessageId"] for message in left)
            words += f"; {len(left)} left, because this stack cannot process them: {ids}"
        return Played(queue, words, not left)

    def _messages(self, url: str) -> Iterator["MessageTypeDef"]:
        """Yield each message of a queue once."""
        seen: set[str] = set()
        while True:
            # With a wait of a second SQS asks all its servers; without one, only some.
            received = self._sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=TAKEN, WaitTimeSeconds=1
            ).get("Messages", [])
            fresh = [message for message in received if message["MessageId"] not in seen]
            if not fresh:
                return
            seen.update(message["MessageId"] for message in fresh)
            yield from fresh


def _upload(body: str, bucket: str) -> Upload | None:
    """Return the upload in S3's event, or in the rule's input for the workflow; None in others."""
    match _parsed(body):
        case {
            "source": "aws.s3",
            "detail-type": "Object Created",
            "detail": {
                "bucket": {"name": str(name)},
                "object": {"key": str(key), "version-id": str(version)},
            },
        }:
            upload = Upload(name, key, version)
        case {"bucket": str(name), "key": str(key), "version": str(version)}:
            upload = Upload(name, key, version)
        case _:
            return None
    is_ours = upload.bucket == bucket and upload.key.startswith(SELFIE_PREFIX)
    return upload if is_ours else None


def _bucket(body: str) -> str | None:
    """Return the bucket in S3's event of an object; None in others."""
    match _parsed(body):
        case {
            "source": "aws.s3",
            "detail": {"bucket": {"name": str(name)}, "object": {"key": str()}},
        }:
            return name
    return None


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
