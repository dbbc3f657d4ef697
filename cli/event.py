"""`lookalike event`: an event of events/ that names what a stack really has."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import boto3

from cli.catalog import open_catalog
from cli.examples import (
    CHANGE,
    EVENTS,
    FACES,
    GUESTS_MATCH,
    MEMBER,
    MEMBERS_MATCH,
    PORTRAIT_ID,
    PORTRAIT_KEY,
    PORTRAIT_VERSION,
    PORTRAITS_BUCKET,
    SELFIE_VERSION,
    SELFIES_BUCKET,
)
from local.deployment import Outputs, reach
from local.errors import LocalError
from local.state import StateFolder
from lookalike.packs import DEFAULT_PACK
from lookalike.storage import from_attributes

OF_MATCHES = (MEMBER, MEMBERS_MATCH, GUESTS_MATCH, SELFIE_VERSION)
OF_PORTRAITS = (PORTRAIT_KEY, PORTRAIT_VERSION, PORTRAIT_ID, *FACES)


def make_event(name: str, stack: str | None, state: StateFolder) -> int:
    """Print an event with a stack's own buckets, newest match and portraits."""
    path = EVENTS / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in EVENTS.glob("*.json")))
        raise LocalError(f"there is no event {name}; there are {known}")
    text = path.read_text()
    outputs, _ = reach(stack, state)
    event = _replaced(json.loads(text), places(text, outputs))
    for record in event.get("Records", []):
        digest = hashlib.md5(record["body"].encode(), usedforsecurity=False)
        record["md5OfBody"] = digest.hexdigest()
    print(json.dumps(event, indent=2, ensure_ascii=False))  # noqa: T201 - what the command is for
    return 0


def places(text: str, outputs: Outputs) -> dict[str, str]:
    """Return what is to stand for each example in an event's text.

    Raise LocalError where the stack has no match, or no portrait, and the event names one.
    """
    found = {SELFIES_BUCKET: outputs.selfies_bucket, PORTRAITS_BUCKET: outputs.portraits_bucket}
    if any(place in text for place in OF_MATCHES):
        found |= _matches(text, outputs.matches_table)
    if any(place in text for place in OF_PORTRAITS):
        found |= _portraits(outputs)
    if CHANGE in text:
        found[CHANGE] = open_catalog(outputs).packs.read(DEFAULT_PACK).change or CHANGE
    return found


def _matches(text: str, table: str) -> dict[str, str]:
    """Return the newest match of a guest, and of a member; a guest's where there is no member's."""
    newest = sorted(_uploaded(table), key=lambda item: str(item["created_at"]), reverse=True)
    guests = [item for item in newest if "user_id" not in item]
    members = [item for item in newest if "user_id" in item]
    found = {}
    if guests:
        found[GUESTS_MATCH] = guests[0]["match_id"]
    if members or guests:
        match = (members or guests)[0]
        found |= {MEMBERS_MATCH: match["match_id"], SELFIE_VERSION: match["version"]}
        found |= {MEMBER: match["user_id"]} if members else {}
    if any(place in text and place not in found for place in (GUESTS_MATCH, MEMBERS_MATCH)):
        raise LocalError("there is no match for the event; `lookalike match PHOTO` makes one")
    return found


def _uploaded(table: str) -> Iterator[dict[str, Any]]:
    """Return the matches that have claimed a photograph, as far as one page holds any."""
    pages = (
        boto3.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=table,
            FilterExpression="attribute_exists(version)",
            ProjectionExpression="match_id, user_id, created_at, version",
        )
    )
    for page in pages:
        yield from map(from_attributes, page["Items"])
        if page["Items"]:
            return


def _portraits(outputs: Outputs) -> dict[str, str]:
    """Return a portrait, and the ids of three people's."""
    portraits = open_catalog(outputs).portraits
    people = {
        record.portrait.celebrity_id: record
        for record in portraits.records(DEFAULT_PACK)
        if record.portrait
    }
    if not people:
        raise LocalError(
            "there is no portrait for the event; `lookalike catalog import` brings some"
        )
    some = [*islice(people.values(), len(FACES))]
    return {
        PORTRAIT_KEY: some[0].key,
        PORTRAIT_VERSION: some[0].version,
        PORTRAIT_ID: some[0].portrait_id,
        **dict(zip(FACES, [record.portrait_id for record in some], strict=False)),
    }


def _replaced(value: Any, found: Mapping[str, str]) -> Any:
    """Put what was found in the place of each example, in JSON within JSON, too."""
    if isinstance(value, dict):
        return {key: _replaced(one, found) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, found) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith("{"):
        return json.dumps(_replaced(json.loads(value), found), ensure_ascii=False)
    for place, real in found.items():
        value = value.replace(place, real)
    return value
