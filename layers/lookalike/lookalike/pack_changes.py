"""PackChangesQueue: a message says that a pack has changed, so Measure Pack measures it again."""

import json
from dataclasses import asdict, dataclass

import boto3

_sqs = boto3.client("sqs")


@dataclass(frozen=True)
class PackChange:
    """One change of a pack. The pack's item in PacksTable names the latest."""

    pack: str
    change: str


def announce(queue_url: str, change: PackChange) -> None:
    """Send a change. The queue delays it, so that the pack can settle first."""
    _sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(asdict(change)))
