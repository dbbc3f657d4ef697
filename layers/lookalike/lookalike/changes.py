"""PackChangesQueue: tells that a pack's portraits have changed, so that it is measured anew."""

import boto3
from pydantic import BaseModel

_sqs = boto3.client("sqs")


class PackChange(BaseModel):
    """One change of a pack; the pack's record names the latest."""

    pack: str
    change: str


def announce(queue_url: str, change: PackChange) -> None:
    """Send a change; it arrives once the pack has had a moment to settle."""
    _sqs.send_message(QueueUrl=queue_url, MessageBody=change.model_dump_json())
