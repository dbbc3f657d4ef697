"""PackChangesQueue: a message says that a pack has changed, so Measure Pack measures it again."""

import boto3
from pydantic import BaseModel

_sqs = boto3.client("sqs")


class PackChange(BaseModel):
    """One change of a pack. The pack's item in PacksTable names the latest."""

    pack: str
    change: str


def announce(queue_url: str, change: PackChange) -> None:
    """Send a change. The queue delays it, so that the pack can settle first."""
    _sqs.send_message(QueueUrl=queue_url, MessageBody=change.model_dump_json())
