"""PortraitsBucket: the portraits' files, and the captions in their metadata.

A portrait is the object `<pack>/<file>`. Its metadata holds the name, the labels and the rights,
percent-encoded.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote

from botocore.exceptions import ClientError

from lookalike import clock
from lookalike.faces import Size
from lookalike.pictures import FIRST_BYTES, LARGEST_PICTURE, StoredPicture, size_in
from lookalike.portraits import portrait_id_of
from lookalike.ranking import Attribution, Portrait
from lookalike.settings import Settings
from lookalike.storage import URL_LIFETIME, UploadForm, s3_client, upload_form

MOST_METADATA = 2048
"""The most bytes of metadata that S3 takes with an object."""
UPLOAD_WINDOW = timedelta(minutes=10)
"""How long a portrait's presigned form works."""
CURATED = "curated"
"""The folder of a pack for the portraits that curators send."""
LONGEST_DESCRIPTION = 160
"""The most characters of a celebrity's description."""

Gender = Literal["female", "male", "other", ""]
"""What a catalog may say of a celebrity's gender; empty if it says nothing."""


class PortraitFilesSettings(Settings):
    """Where the portraits' files are."""

    portraits_bucket: str


@dataclass(frozen=True)
class Caption:
    """What the metadata of a portrait says: the celebrity, the labels and the rights."""

    celebrity_id: str
    name: str
    attribution: Attribution
    gender: str = ""
    description: str = ""

    def to_metadata(self) -> dict[str, str]:
        """Write the caption as S3 metadata, which holds at most 2 KB of ASCII."""
        values = {
            "celebrity-id": self.celebrity_id,
            "name": self.name,
            "author": self.attribution.author,
            "license": self.attribution.license,
            "license-url": self.attribution.license_url,
            "source-url": self.attribution.source_url,
            "gender": self.gender,
            "description": self.description,
        }
        return {name: quote(value, safe=" /:") for name, value in values.items() if value}

    def fits(self) -> bool:
        """Return whether the caption fits into an object's metadata."""
        metadata = self.to_metadata().items()
        return sum(len(name) + len(value) for name, value in metadata) <= MOST_METADATA

    @classmethod
    def from_metadata(cls, metadata: dict[str, str]) -> "Caption | None":
        """Read what `to_metadata` wrote; None without a name or a celebrity_id."""
        values = {name: unquote(value) for name, value in metadata.items()}
        if not (values.get("name") and values.get("celebrity-id")):
            return None
        return cls(
            celebrity_id=values["celebrity-id"],
            name=values["name"],
            attribution=Attribution(
                author=values.get("author", ""),
                license=values.get("license", ""),
                license_url=values.get("license-url", ""),
                source_url=values.get("source-url", ""),
            ),
            gender=values.get("gender", ""),
            description=values.get("description", ""),
        )

    @classmethod
    def of(cls, portrait: Portrait) -> "Caption":
        """Return the caption that an indexed portrait came with."""
        return cls(
            celebrity_id=portrait.celebrity_id,
            name=portrait.name,
            attribution=portrait.attribution,
            gender=portrait.gender,
            description=portrait.description,
        )


class StoredPortrait(NamedTuple):
    """A portrait's object in the bucket, in its current version."""

    picture: StoredPicture
    caption: Caption | None
    """None if it has no name."""
    size: Size | None
    """None if it is neither JPEG nor PNG, or its header is broken."""


class PortraitFiles:
    """The portraits' files, by key."""

    def __init__(self, settings: PortraitFilesSettings) -> None:
        """Open the store."""
        self._bucket = settings.portraits_bucket

    def url(self, key: str) -> str:
        """Sign an address of a portrait."""
        return s3_client().generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=int(URL_LIFETIME.total_seconds()),
        )

    def upload_form(self, pack: str, content_type: str, caption: Caption) -> tuple[str, UploadForm]:
        """Return the portrait_id that a new portrait will have, and the form that uploads it."""
        suffix = ".png" if content_type == "image/png" else ".jpg"
        key = f"{pack}/{CURATED}/{uuid.uuid4()}{suffix}"
        expires_at = clock.now() + UPLOAD_WINDOW
        metadata = {f"x-amz-meta-{k}": v for k, v in caption.to_metadata().items()}
        fields = {"Content-Type": content_type, **metadata}
        form = upload_form(self._bucket, key, fields, LARGEST_PICTURE, expires_at)
        return portrait_id_of(key), form

    def delete(self, key: str) -> None:
        """Delete a portrait's object. Index Portrait then deletes its face and its record."""
        s3_client().delete_object(Bucket=self._bucket, Key=key)

    def content(self, picture: StoredPicture) -> bytes:
        """Read one version of a portrait's file."""
        reply = s3_client().get_object(
            Bucket=picture.bucket, Key=picture.key, VersionId=picture.version
        )
        return reply["Body"].read()

    def read(self, key: str) -> StoredPortrait | None:
        """Read a portrait's object in the bucket; None if there is none."""
        try:
            reply = s3_client().get_object(Bucket=self._bucket, Key=key, Range=FIRST_BYTES)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in {"404", "NoSuchKey"}:
                return None
            if code != "InvalidRange":
                raise
            # An empty file has no first byte.
            head = s3_client().head_object(Bucket=self._bucket, Key=key)
            return self._stored(key, head["VersionId"], head["Metadata"], None)
        version = reply["VersionId"]
        size = size_in(
            reply,
            lambda: s3_client().get_object(Bucket=self._bucket, Key=key, VersionId=version),
        )
        return self._stored(key, version, reply["Metadata"], size)

    def _stored(
        self, key: str, version: str, metadata: dict[str, str], size: Size | None
    ) -> StoredPortrait:
        picture = StoredPicture(self._bucket, key, version)
        return StoredPortrait(picture, Caption.from_metadata(metadata), size)
