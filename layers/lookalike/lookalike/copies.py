"""PicturesBucket: the reduced copies of the portraits, which browsers get instead of them.

A copy is the object `pictures/<portrait_id>/<version>/<width>.jpg`. Its address needs no signature,
because the portraits are public. A changed portrait has another version, and so other addresses.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import boto3

from lookalike.portrait_files import PortraitFiles
from lookalike.ranking import Portrait
from lookalike.settings import Settings
from lookalike.storage import Item, s3_client

PREFIX = "pictures/"
WIDTHS = (160, 480, 960)
"""Pixels. A portrait that is narrower than one of these has a copy of its own width instead."""
NO_VERSION = "none"
"""Takes the place of the version in the address of a picture that does not exist."""
CACHING = "public, max-age=86400"
"""A day: for so long a browser may show a picture that is removed. The privacy notice says so."""


class CopiesSettings(Settings):
    """Where the copies are."""

    pictures_bucket: str
    pictures_distribution: str
    """The CloudFront distribution before the bucket; empty where there is none."""


class CopyAddressesSettings(Settings):
    """Where browsers read the copies."""

    pictures_url: str
    """Empty where no distribution is before the bucket: then the copies are at S3's endpoint."""


def copy_key(portrait_id: str, version: str, width: int) -> str:
    """Return the key of a copy, which is also its path at the distribution."""
    return f"{PREFIX}{portrait_id}/{version}/{width}.jpg"


def copy_keys(portrait: Portrait | None) -> list[str]:
    """Return the keys of a portrait's copies."""
    if portrait is None:
        return []
    return [
        copy_key(portrait.portrait_id, portrait.version, width) for width in portrait.copies or ()
    ]


class PortraitCopies:
    """The copies, by portrait and version."""

    def __init__(self, settings: CopiesSettings) -> None:
        """Open the store."""
        self._bucket, self._distribution = settings.pictures_bucket, settings.pictures_distribution

    def write(self, portrait_id: str, version: str, copies: Mapping[int, bytes]) -> None:
        """Store the copies of a portrait, JPEGs by width."""
        for width, content in copies.items():
            s3_client().put_object(
                Bucket=self._bucket,
                Key=copy_key(portrait_id, version, width),
                Body=content,
                ContentType="image/jpeg",
                CacheControl=CACHING,
            )

    def delete(self, portrait_id: str, version: str, widths: Iterable[int]) -> None:
        """Delete the copies of one version of a portrait, also those that CloudFront keeps."""
        keys = [copy_key(portrait_id, version, width) for width in widths]
        if not keys:
            return
        reply = s3_client().delete_objects(
            Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys]}
        )
        if reply.get("Errors"):  # S3 says 200 all the same
            raise RuntimeError(f"S3 does not delete copies: {reply['Errors'][0].get('Code', '')}")
        if self._distribution:
            cloudfront: Any = boto3.client("cloudfront")
            cloudfront.create_invalidation(
                DistributionId=self._distribution,
                InvalidationBatch={
                    # CloudFront takes 3,000 paths at once, but only 15 with a wildcard:
                    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
                    "Paths": {"Quantity": len(keys), "Items": [f"/{key}" for key in keys]},
                    # A retry with the same reference makes no second invalidation.
                    "CallerReference": f"{portrait_id}/{version}",
                },
            )


class PictureAddresses:
    """The addresses at which browsers read the portraits' pictures."""

    def __init__(self, settings: CopyAddressesSettings, files: PortraitFiles) -> None:
        """Make addresses; `files` signs those of portraits without copies."""
        self._files, self._pictures_url = files, settings.pictures_url

    def of(self, portrait: Portrait) -> Item:
        """Return `image_url` and `images` of a portrait: the largest copy, and all of them."""
        root = self._root()
        images = [
            {
                "width": width,
                "url": f"{root}/{copy_key(portrait.portrait_id, portrait.version, width)}",
            }
            for width in sorted(portrait.copies or ())
        ]
        if not images:
            return {"image_url": self._files.url(portrait.key), "images": []}
        return {"image_url": images[-1]["url"], "images": images}

    def of_unindexed(self, portrait_id: str) -> Item:
        """Return `image_url` and `images` of a removed or refused portrait: nothing is there.

        Its file must not be shown: a file that was refused can show another person.
        """
        key = copy_key(portrait_id, NO_VERSION, 1)
        return {"image_url": f"{self._root()}/{key}", "images": []}

    def _root(self) -> str:
        return self._pictures_url or s3_client().meta.endpoint_url
