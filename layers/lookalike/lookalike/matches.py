"""MatchesTable: how the functions create, read and delete matches, and their selfies with them.

The workflow claims a match and stores its end, by service integrations
(statemachine/find_lookalike.asl.yaml). This module reads what the workflow writes.
"""

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from lookalike import clock
from lookalike.errors import (
    InvalidRequest,
    NotFound,
    SignedOut,
    UnknownMatch,
)
from lookalike.failures import FailureCode
from lookalike.ranking import EVERYONE, Group
from lookalike.scores import scores_key
from lookalike.selfies import SelfieFiles, SelfiesSettings, days_of_copy
from lookalike.storage import (
    Item,
    UploadForm,
    dynamodb_client,
    from_attributes,
    is_kept,
    patiently,
    reasons_of,
    to_attributes,
)
from lookalike.tombstones import not_forgotten

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

UPLOAD_WINDOW = timedelta(minutes=10)
"""How long a presigned form works."""
LATE_EVENTS = timedelta(minutes=15)
"""How long after the form has expired the event of an upload may still arrive."""
WORKFLOW_LIMIT = timedelta(seconds=300)
"""How long after `claimed_at`, the start of its execution, a match may still end. The state machine
stops earlier, and the gap is longer than a write takes. So no match succeeds after a caller has
read it as timed out."""
MEMBER_RETENTION = timedelta(days=365)
"""How long a member's match is kept. A guest's match is deleted with its selfie."""

REUSED = "This Idempotency-Key has been used for another match."
FORM_EXPIRED = "The form of this match has expired. Begin a new one."

DELETED_AT_ONCE = 250
"""How many matches `delete_all` reads and deletes at once."""
CALLS_AT_ONCE = 10
"""A boto3 client keeps this many connections."""
RECORDS_AT_ONCE = 25
"""The most records that DynamoDB deletes in one call."""
UNPROCESSED_PAUSE = 0.2
"""Seconds to wait before DynamoDB is asked again for the records that it had no capacity for."""


class MatchesSettings(SelfiesSettings):
    """Where the matches and their selfies are, and how long a selfie is kept."""

    matches_table: str
    selfie_retention_days: int


class Status(StrEnum):
    """The state of a match. `expired`, and the failure `timed_out`, are derived when it is read."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Wanted:
    """What a caller asks for in a new match."""

    pack: str
    collection: str
    consent: str
    content_type: str = ""
    """Of the photograph to upload; empty with `photo_of`."""
    among: Group = EVERYONE
    together_with: tuple[str, ...] = ()
    """The match_ids of earlier photographs of the same person."""
    photo_of: str | None = None
    """The match_id of the photograph to play again."""


@dataclass(frozen=True)
class Match:
    """A match as it stands now."""

    match_id: str
    status: Status
    pack: str
    created_at: str
    updated_at: str
    consent: str
    content_type: str
    user_id: str | None = None
    version: str | None = None
    """The version of the selfie that the workflow claimed. It is the one judged and shown."""
    method: str | None = None
    celebrities: list[Item] = field(default_factory=list)
    """As functions/resolve_matches returned them, best first."""
    support: Item = field(default_factory=dict)
    """What speaks for the result, as functions/resolve_matches returned it."""
    selfie_face: Item | None = None
    """Where the face is in the selfie, as functions/check_face returned it."""
    other_faces: list[Item] = field(default_factory=list)
    """The boxes of the other faces in the selfie, as functions/check_face returned them."""
    failure: FailureCode | None = None
    faces: list[Item] = field(default_factory=list)
    """The boxes of the faces to choose from, if the failure is `several_faces`."""
    among: Group = EVERYONE
    together_with: tuple[str, ...] = ()
    photo_of: str | None = None
    photo_until: int = 0
    """Until when its photograph is kept, in seconds since 1970."""


class Page(NamedTuple):
    """Some of a caller's matches, newest first, and the cursor of the next ones."""

    matches: list[Match]
    next_cursor: str | None


class CreatedMatch(NamedTuple):
    """A match that waits for its selfie, and the form that uploads the selfie."""

    match_id: str
    form: UploadForm | None
    """None if the selfie is that of an earlier match."""
    is_new: bool
    """False if an earlier request with the same id began this match."""


class MatchStore:
    """The matches of all members and guests. Only its owner reads or deletes a match.

    A `user_id` of None means a guest: a caller who knows the match_id, which is unguessable.
    """

    def __init__(self, settings: MatchesSettings) -> None:
        """Open the store."""
        self._table, self._dynamodb = settings.matches_table, dynamodb_client()
        self._retention = timedelta(days=settings.selfie_retention_days)
        self._selfies = SelfieFiles(settings)

    def create(
        self, user_id: str | None, wanted: Wanted, match_id: str | None = None
    ) -> CreatedMatch:
        """Record a match that waits for its selfie, and make the form that uploads the selfie.

        A client whose answer was lost repeats the request with the same `match_id`, and gets the
        form of the same match. Raise InvalidRequest if another match has that id, or if the form
        has expired; UnknownMatch if the caller may not use a match that they name; and SignedOut
        if the member has been forgotten.
        """
        begun = self._begun(match_id, user_id, wanted) if match_id else None
        match_id = match_id or str(uuid.uuid4())
        _check_match_id(match_id)
        created = clock.now()
        photo = None
        if begun is None:  # a repeated request gets its answer even if a match it names is gone
            photo = self._photo_of(wanted, user_id, created)
            self._check_together(wanted, user_id)
        item = self._new_item(match_id, user_id, wanted, created, photo)
        put: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": to_attributes(item),
                "ConditionExpression": "attribute_not_exists(match_id)",
            }
        }
        if self._write(put, user_id):
            self._copy_to_new(photo, match_id, user_id, created)
            return self._created(match_id, wanted, created, is_new=True)
        begun = begun or self._begun(match_id, user_id, wanted)
        if begun is None:
            raise InvalidRequest(REUSED)
        if begun.status is Status.AWAITING_UPLOAD:
            with suppress(UnknownMatch):  # the first request may have ended before its copy
                self._copy(self._photo_of(wanted, user_id, created), match_id, created)
        return self._created(match_id, wanted, clock.from_text(begun.created_at), is_new=False)

    def _created(
        self, match_id: str, wanted: Wanted, created: datetime, *, is_new: bool
    ) -> CreatedMatch:
        if wanted.photo_of is not None:
            return CreatedMatch(match_id, None, is_new)
        expires_at = created + UPLOAD_WINDOW
        if expires_at <= clock.now():
            raise InvalidRequest(FORM_EXPIRED)
        form = self._selfies.upload_form(match_id, wanted.content_type, expires_at)
        return CreatedMatch(match_id, form, is_new)

    def _copy_to_new(
        self, photo: Match | None, match_id: str, user_id: str | None, created: datetime
    ) -> None:
        """Copy a photograph to a new match; delete the match if the photograph is gone."""
        try:
            self._copy(photo, match_id, created)
        except UnknownMatch:  # the caller deleted it while this request began the match
            self.delete(match_id, user_id)
            raise

    def _copy(self, photo: Match | None, match_id: str, created: datetime) -> None:
        if photo is not None:
            days = days_of_copy(_time_left(photo, created))
            self._selfies.copy(photo.match_id, photo.version or "", match_id, days)

    def _new_item(
        self,
        match_id: str,
        user_id: str | None,
        wanted: Wanted,
        created: datetime,
        photo: Match | None,
    ) -> Item:
        claim_until = created + UPLOAD_WINDOW + LATE_EVENTS
        photo_until = int((created + self._retention).timestamp())
        if photo is not None:
            kept_for = timedelta(days=days_of_copy(_time_left(photo, created)))
            photo_until = min(photo.photo_until, int((created + kept_for).timestamp()))
        return {
            "match_id": match_id,
            "user_id": user_id,
            "status": Status.AWAITING_UPLOAD,
            "pack": wanted.pack,
            "collection": wanted.collection,
            "content_type": photo.content_type if photo else wanted.content_type,
            "consent": wanted.consent,
            "among": wanted.among,
            "together_with": [*wanted.together_with] or None,
            "photo_of": wanted.photo_of,
            "photo_until": photo_until,
            "created_at": clock.to_text(created),
            "updated_at": clock.to_text(created),
            "claim_until": int(claim_until.timestamp()),
            # A match without a selfie is deleted soon. The claim sets delete_at to kept_until.
            "delete_at": int((claim_until + timedelta(days=1)).timestamp()),
            "kept_until": photo_until
            if user_id is None
            else int((created + MEMBER_RETENTION).timestamp()),
        }

    def _check_together(self, wanted: Wanted, user_id: str | None) -> None:
        """Raise UnknownMatch if a match to be taken together with is not one of that kind."""
        for match_id in wanted.together_with:
            match = self._named(match_id, user_id)
            alike = (match.pack, match.among) == (wanted.pack, wanted.among)
            if match.status is not Status.SUCCEEDED or not alike:
                raise UnknownMatch

    def _photo_of(self, wanted: Wanted, user_id: str | None, now: datetime) -> Match | None:
        """Return the match whose photograph is to be played again, if one is named.

        Raise UnknownMatch if the caller has no such match, or its photograph is not kept until
        the new match has ended.
        """
        if wanted.photo_of is None:
            return None
        match = self._named(wanted.photo_of, user_id)
        if not _is_photo_kept(match) or _time_left(match, now) < LATE_EVENTS + WORKFLOW_LIMIT:
            raise UnknownMatch
        return match

    def _named(self, match_id: str, user_id: str | None) -> Match:
        try:
            return self.read(match_id, user_id)
        except NotFound as error:
            raise UnknownMatch from error

    def _begun(self, match_id: str, user_id: str | None, wanted: Wanted) -> Match | None:
        """Return the caller's match that an earlier request with this id began, if there is one.

        Raise InvalidRequest if that request had other wishes.
        """
        try:
            match = self.read(match_id, user_id)
        except NotFound:
            return None
        begun = (match.pack, match.among, match.together_with, match.photo_of)
        if begun != (wanted.pack, wanted.among, wanted.together_with, wanted.photo_of):
            raise InvalidRequest(REUSED)
        if wanted.photo_of is None and match.content_type != wanted.content_type:
            raise InvalidRequest(REUSED)
        return match

    def is_begun(self, match_id: str, user_id: str | None) -> bool:
        """Return whether this caller has such a match."""
        try:
            self.read(match_id, user_id)
        except NotFound:
            return False
        return True

    def read(self, match_id: str, user_id: str | None) -> Match:
        """Read one match; raise NotFound if there is none, or another caller owns it."""
        _check_match_id(match_id)
        item = self._dynamodb.get_item(
            TableName=self._table, Key={"match_id": {"S": match_id}}, ConsistentRead=True
        ).get("Item")
        if item is None or not is_kept(item):
            raise NotFound(match_id)
        match = self._match(item)
        if match.user_id != user_id:
            raise NotFound(match_id)
        return match

    def page(self, user_id: str, limit: int, cursor: str | None) -> Page:
        """Read a caller's matches, newest first; raise InvalidRequest for a broken cursor."""
        query: dict[str, Any] = {"Limit": limit}
        if cursor is not None:
            query["ExclusiveStartKey"] = to_attributes(_start_key(cursor, user_id))
        reply = self._query(user_id, **query)
        last = reply.get("LastEvaluatedKey")
        return Page(
            [self._match(item) for item in reply["Items"] if is_kept(item)],
            _cursor(from_attributes(last)) if last else None,
        )

    def latest(self, user_id: str) -> Match:
        """Read a caller's newest match that succeeded; raise NotFound if there is none."""
        for match in self._all(user_id):
            if match.status is Status.SUCCEEDED:
                return match
        raise NotFound(user_id)

    def delete(self, match_id: str, user_id: str | None) -> None:
        """Delete a match and every version of its selfie; raise NotFound as `read` does."""
        self._delete({match_id: self.read(match_id, user_id).version})

    def delete_all(self, user_id: str, has_time: Callable[[], bool] = lambda: True) -> int | None:
        """Delete every match of a user with its selfie, the newest first.

        Return how many there were, or None if there was no time for all of them.
        """
        deleted = 0
        start: dict[str, Any] = {}
        while True:
            reply = self._query(user_id, Limit=DELETED_AT_ONCE, **start)
            if reply["Items"] and not has_time():
                return None
            items = [from_attributes(item) for item in reply["Items"]]
            self._delete({item["match_id"]: item.get("version") for item in items})
            deleted += len(items)
            if "LastEvaluatedKey" not in reply:
                return deleted
            start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}

    def adopt(self, match_id: str, user_id: str) -> Match:
        """Make a guest's match the caller's own; raise NotFound if there is no such match.

        Raise SignedOut if the caller has been forgotten.
        """
        _check_match_id(match_id)
        claimed = "SET user_id = :user, kept_until = :kept, delete_at = :kept", "attribute_exists"
        # A match that no selfie has come for is still deleted soon; its claim sets delete_at.
        unclaimed = "SET user_id = :user, kept_until = :kept", "attribute_not_exists"
        # The workflow may claim the match between the first two attempts.
        for update, condition in (claimed, unclaimed, claimed):
            adoption: TransactWriteItemTypeDef = {
                "Update": {
                    "TableName": self._table,
                    "Key": to_attributes({"match_id": match_id}),
                    "UpdateExpression": update,
                    "ConditionExpression": (
                        "attribute_exists(match_id) AND attribute_not_exists(user_id)"
                        f" AND delete_at > :now AND {condition}(claimed_at)"
                    ),
                    "ExpressionAttributeValues": to_attributes(
                        {
                            ":user": user_id,
                            ":kept": int((clock.now() + MEMBER_RETENTION).timestamp()),
                            ":now": int(clock.now().timestamp()),
                        }
                    ),
                }
            }
            if self._write(adoption, user_id):
                return self.read(match_id, user_id)
        raise NotFound(match_id)

    def selfie_url(self, match: Match) -> str | None:
        """Sign an address of the selfie that was judged; None if it is not there."""
        if match.version is None or not _is_photo_kept(match):
            return None
        return self._selfies.url(match.match_id, match.version)

    def _match(self, attributes: Mapping[str, Any]) -> Match:
        """Read a match's item. An item of an older build lacks what is read with a default."""
        item = from_attributes(attributes)
        status, failure = Status(item["status"]), _from_json(item.get("failure", {}))
        code = FailureCode(failure["code"]) if failure else None
        now, created = clock.now(), clock.from_text(item["created_at"])
        retained = int((created + self._retention).timestamp())  # as the deployment says today
        if status is Status.AWAITING_UPLOAD and now.timestamp() > item["claim_until"]:
            status = Status.EXPIRED
        if (
            status is Status.PROCESSING
            and now > clock.from_text(item["claimed_at"]) + WORKFLOW_LIMIT
        ):
            status, code = Status.FAILED, FailureCode.TIMED_OUT
        return Match(
            match_id=item["match_id"],
            status=status,
            pack=item["pack"],
            created_at=item["created_at"],
            updated_at=item["updated_at"],
            consent=item["consent"],
            content_type=item["content_type"],
            user_id=item.get("user_id"),
            version=item.get("version"),
            method=item.get("method"),
            celebrities=_from_json(item.get("celebrities", [])),
            support=_from_json(item.get("support", {})),
            selfie_face=_from_json(item.get("selfie_face", "null")),
            other_faces=_from_json(item.get("other_faces", "[]")),
            failure=code,
            faces=failure.get("faces", []),
            among=item.get("among", EVERYONE),
            together_with=tuple(item.get("together_with", [])),
            photo_of=item.get("photo_of"),
            photo_until=min(retained, int(item.get("photo_until", retained))),
        )

    def _query(self, user_id: str, **query: Any) -> Any:
        return self._dynamodb.query(
            TableName=self._table,
            IndexName="by_user",
            KeyConditionExpression="user_id = :user",
            ExpressionAttributeValues={":user": {"S": user_id}},
            ScanIndexForward=False,
            **query,
        )

    def _all(self, user_id: str) -> Iterator[Match]:
        start: dict[str, Any] = {}
        while True:
            reply = self._query(user_id, **start)
            yield from (self._match(item) for item in reply["Items"] if is_kept(item))
            if "LastEvaluatedKey" not in reply:
                return
            start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}

    def _write(self, write: "TransactWriteItemTypeDef", user_id: str | None) -> bool:
        """Write a match of a user; return whether the write's own condition held.

        Raise SignedOut if the user has been forgotten.
        """
        writes = [write]
        if user_id is not None:
            writes.append({"ConditionCheck": not_forgotten(self._table, user_id)})
        try:
            patiently(lambda: self._dynamodb.transact_write_items(TransactItems=writes))
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            failed = reasons_of(error)
            if failed[1:] == ["ConditionalCheckFailed"]:
                raise SignedOut from error
            if failed[0] == "ConditionalCheckFailed":
                return False
            raise
        return True

    def _delete(self, matches: Mapping[str, str | None]) -> None:
        """Delete matches, given by their ids to the versions of their selfies that are claimed."""
        # Delete a selfie's versions before its record: if that fails, the match remains and the
        # caller can retry. An upload that arrives later starts a workflow. If it claims the
        # upload before the record is deleted, the record stays and is deleted in the next turn.
        # If it comes after that, it finds no match to claim and deletes the upload.
        with ThreadPoolExecutor(min(CALLS_AT_ONCE, len(matches) or 1)) as calls:
            while matches:
                listed = calls.map(self._selfies.versions, matches)
                self._selfies.delete([version for versions in listed for version in versions])
                claimed = [match_id for match_id, version in matches.items() if version]
                unclaimed = [match_id for match_id, version in matches.items() if not version]
                self._delete_claimed(claimed)
                left = calls.map(self._delete_unclaimed, unclaimed)
                matches = {
                    match_id: version
                    for match_id, version in zip(unclaimed, left, strict=True)
                    if version
                }

    def _delete_claimed(self, match_ids: Sequence[str]) -> None:
        """Delete the records of matches that are claimed, which no workflow claims again.

        Delete their scores afterwards: the workflow writes none for a match that is gone.
        """
        self._delete_records(match_ids)
        self._delete_records([scores_key(match_id) for match_id in match_ids])

    def _delete_records(self, keys: Sequence[str]) -> None:
        for first in range(0, len(keys), RECORDS_AT_ONCE):
            requests = [
                {"DeleteRequest": {"Key": to_attributes({"match_id": key})}}
                for key in keys[first : first + RECORDS_AT_ONCE]
            ]
            left: Any = {self._table: requests}
            while left := self._dynamodb.batch_write_item(RequestItems=left)["UnprocessedItems"]:
                time.sleep(UNPROCESSED_PAUSE)

    def _delete_unclaimed(self, match_id: str) -> str | None:
        """Delete the record of an unclaimed match; if it is claimed now, return the version."""
        try:
            self._dynamodb.delete_item(
                TableName=self._table,
                Key=to_attributes({"match_id": match_id}),
                ConditionExpression="attribute_not_exists(version)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException as error:
            reply: Any = error.response  # its type does not know that it holds the item
            return str(from_attributes(reply["Item"])["version"])
        return None


def _check_match_id(match_id: str) -> None:
    """Raise NotFound for an id that no match can have. DynamoDB refuses keys that are too long."""
    try:
        is_match_id = str(uuid.UUID(match_id)) == match_id
    except ValueError:
        is_match_id = False
    if not is_match_id:
        raise NotFound(match_id)


def _is_photo_kept(match: Match) -> bool:
    return match.version is not None and clock.now().timestamp() < match.photo_until


def _time_left(match: Match, now: datetime) -> timedelta:
    """Return how long a match's photograph is kept from now on."""
    return timedelta(seconds=match.photo_until - now.timestamp())


def _from_json(stored: Any) -> Any:
    """Read what the workflow stored: JSON, or DynamoDB's lists and maps as it once wrote them."""
    text = stored if isinstance(stored, str) else json.dumps(stored, default=_number)
    return json.loads(text)


def _number(value: Decimal) -> float:
    """Return one of DynamoDB's numbers, a whole one as an int."""
    return int(value) if value == value.to_integral_value() else float(value)


def _cursor(key: Item) -> str:
    where = json.dumps([key["created_at"], key["match_id"]])
    return base64.urlsafe_b64encode(where.encode()).decode()


def _start_key(cursor: str, user_id: str) -> Item:
    """Return the key that a cursor stands for, always one of the caller's own matches."""
    try:
        created_at, match_id = json.loads(base64.urlsafe_b64decode(cursor))
        _check_match_id(match_id)
        clock.from_text(created_at)
    except (ValueError, TypeError, AttributeError, RecursionError, NotFound) as error:
        raise InvalidRequest("cursor: this is not one that we gave") from error
    return {"user_id": user_id, "created_at": created_at, "match_id": match_id}
