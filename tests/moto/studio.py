"""The portraits' bucket, the functions that work off what changes in it, and what comes of it."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from lookalike.packs import PackStore
from lookalike.portrait_files import Caption
from lookalike.portraits import PortraitRecord, PortraitStore, portrait_id_of
from lookalike.ranking import Attribution
from tests.moto.cloud import Cloud, Context, delivered, load_function
from tests.recogniser import COLLECTION, KnownFace, Recogniser, picture


def s3_event(bucket: str, key: str, kind: str = "Object Created") -> str:
    """An event of S3, as EventBridge hands it to a queue."""
    return json.dumps(
        {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": kind,
            "source": "aws.s3",
            "account": "123456789012",
            "time": "2026-11-22T16:01:33Z",
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {
                "version": "0",
                "bucket": {"name": bucket},
                "object": {"key": key, "size": 5, "etag": "etag", "version-id": "version"},
                "request-id": "N4N7GDK58NMKJ12R",
                "requester": "123456789012",
                "reason": "PutObject",
            },
        }
    )


class Studio:
    """Puts portraits into the bucket, and hands over their events."""

    def __init__(
        self,
        cloud: Cloud,
        packs: PackStore,
        portraits: PortraitStore,
        recogniser: Recogniser,
        patch: pytest.MonkeyPatch,
    ) -> None:
        self.cloud, self.recogniser = cloud, recogniser
        self.packs, self.portraits = packs, portraits
        self.indexing = _load("index_portrait", "IndexPortraitFunction", patch, cloud)
        self.measuring = _load("measure_pack", "MeasurePackFunction", patch, cloud)
        self.bucket = cloud.name("PortraitsBucket")

    # What lies in the bucket

    def put(
        self,
        key: str,
        shade: int = 128,
        person: str | None = None,
        content: bytes | None = None,
        gender: str = "",
        description: str = "",
    ) -> str:
        """Store a portrait and return its version; the person is named as the file is."""
        celebrity = person or key.rsplit("/", 1)[1].split(".")[0].split("-")[0]
        rights = Attribution("A. Photographer")
        caption = Caption(celebrity, celebrity.title(), rights, gender, description)
        reply = self.cloud.s3.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=picture(shade) if content is None else content,
            Metadata=caption.to_metadata() if celebrity != "nobody" else {},
        )
        return reply["VersionId"]

    def delete(self, key: str) -> None:
        self.cloud.s3.delete_object(Bucket=self.bucket, Key=key)

    # Indexing

    def deliver(self, *bodies: str) -> Any:
        """Hand messages to the function that indexes, in one batch."""
        return self.indexing.handler(delivered(*bodies), Context())

    def events(self, *keys: str) -> Any:
        """Hand over an event of each portrait, in one batch."""
        return self.deliver(*(s3_event(self.bucket, key) for key in keys))

    def fail(self, *keys: str) -> None:
        """Hand over events that all fail, as an error or by naming each."""
        try:
            answer = self.events(*keys)
        except BatchProcessingError:
            return
        failed = [item["itemIdentifier"] for item in answer["batchItemFailures"]]
        assert failed == [str(number) for number in range(len(keys))]

    def index(
        self, key: str, shade: int = 128, person: str | None = None, content: bytes | None = None
    ) -> PortraitRecord:
        """Store a portrait and hand over its event."""
        self.put(key, shade, person, content)
        self.events(key)
        return self.known(key)

    def record(self, key: str) -> PortraitRecord | None:
        return self.portraits.record(portrait_id_of(key))

    def known(self, key: str) -> PortraitRecord:
        """The record of a portrait that has one."""
        record = self.record(key)
        assert record is not None
        return record

    def faces(self, collection: str = COLLECTION) -> dict[str, KnownFace]:
        return self.recogniser.collections[collection]

    def shades(self, collection: str = COLLECTION) -> dict[str, int]:
        """Whom the collection knows, by portrait_id; fails where it knows a portrait twice."""
        return self.recogniser.shades(collection)

    def is_searched(self, key: str, collection: str = COLLECTION) -> bool:
        """Return whether the very face that a portrait's record names is in the collection."""
        return self.known(key).indexed_faces[collection].face_id in self.faces(collection)

    # Measuring

    def announced(self) -> list[str]:
        """The messages to the function that measures, which are taken out of its queue."""
        return self.cloud.take_messages("PackChangesQueue")

    def measure(self, context: Any = None) -> None:
        """Hand everything that is announced to the function that measures."""
        messages = self.announced()
        assert messages
        self.measuring.handler(delivered(*messages), context or Context())

    def nearest(self, key: str) -> float | None:
        """The similarity of the nearest portrait of another person."""
        nearest = self.known(key).nearest
        assert nearest is not None
        return nearest.similarity if nearest.other_id else None

    def nearest_key(self, key: str) -> str:
        """The nearest portrait of another person."""
        nearest = self.known(key).nearest
        assert nearest is not None
        other = self.portraits.record(nearest.other_id)
        assert other is not None
        return other.key


def _load(folder: str, function: str, patch: pytest.MonkeyPatch, cloud: Cloud) -> Any:
    return load_function(folder, patch, cloud.environment(function))
