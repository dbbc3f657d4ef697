"""Matches, what may happen to them in an order that hypothesis makes up, and what must hold."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, Match, RunningStack, wait_for

ENDS = {
    "grace": ("succeeded", "Grace Hopper"),
    "collins": ("succeeded", "Eileen Collins"),
    "scenery": ("failed", "no_face"),
    "no picture": ("failed", "unsupported_image"),
}
"""How the match of each kind of photograph ends: with whom, or why not."""
FACES = ("grace", "collins")
CUT_OFF = ("failed", "service_unavailable")
"""How a match ends whose workflow was cut off by a kill."""

PLACES = {
    "check": "lambda:invoke",
    "search": "searchFacesByImage",
    "publish": "putEvents",
}
"""The calls of a workflow in the middle of which something else happens."""
GUEST = "a guest"
MEMBERS = ("Ada", "Bea")

kinds = st.sampled_from(sorted(ENDS))
owners = st.sampled_from([GUEST, *MEMBERS])
members = st.sampled_from(MEMBERS)


@dataclass(frozen=True)
class Photograph:
    """A photograph of which there is no other copy."""

    kind: str
    content: bytes = field(repr=False)


@dataclass(eq=False)
class Known:
    """A match, and what was done to it."""

    match_id: str
    form: Any = field(repr=False)
    owner: str
    sent: dict[str, Photograph] = field(default_factory=dict)
    """By version."""
    is_deleted: bool = False
    may_expire: bool = False
    must_expire: bool = False
    was_cut_off: bool = False
    """Whether a kill came after an upload, and so perhaps before the end."""
    end: tuple[str, str] | None = None
    """How it has ended, once that was seen."""


class Studio:
    """Makes photographs, each with bytes of its own."""

    def __init__(self, portraits: list[Path]) -> None:
        """Open the portraits to photograph."""
        self._faces = {
            kind: open_face(next(path for path in portraits if kind in path.stem.lower()))
            for kind in FACES
        }
        self._scenery = scenery()

    def take(self, kind: str) -> Photograph:
        """Take a photograph."""
        unique = uuid.uuid4().bytes
        if kind == "no picture":
            return Photograph(kind, b"no picture " + unique)
        picture = self._faces.get(kind, self._scenery)
        return Photograph(kind, encode(picture, comment=unique))


class MatchModel(RuleBasedStateMachine):
    """Guests and members, their matches, and everything that comes twice, late or in between."""

    matches: Bundle[Known] = Bundle("matches")

    def __init__(self, stack: RunningStack, studio: Studio, deadline: float) -> None:
        """Play on a running stack; after the deadline, do nothing."""
        super().__init__()
        self.stack, self._studio, self._deadline = stack, studio, deadline
        self.known: list[Known] = []
        self._tokens: dict[str, str] = {}
        self._started: list[str] = []
        """The executions of events that were delivered again, and may not have ended."""
        self._searches = self._count_searches()

    # What happens

    @rule(target=matches, owner=owners)
    def create(self, owner: str) -> Known:
        return self._begin(owner)

    def _begin(self, owner: str) -> Known:
        if self._is_over():
            return Known("", None, owner)  # no later step uses it
        created = self.stack.create(self._token(owner))
        known = Known(created["match_id"], created["upload"], owner)
        self.known.append(known)
        return known

    @rule(known=matches, kind=kinds)
    def upload(self, known: Known, kind: str) -> None:
        self._send(known, kind)

    @rule(known=matches, first=kinds, second=kinds)
    def upload_twice(self, known: Known, first: str, second: str) -> None:
        self._send(known, first)
        self._send(known, second)

    @rule(known=matches, which=st.integers(0, 3))
    def deliver_again(self, known: Known, which: int) -> None:
        if self._is_over() or not known.sent:
            return
        version = [*known.sent][which % len(known.sent)]
        event = {
            "bucket": self.stack.outputs.selfies_bucket,
            "key": f"selfies/{known.match_id}",
            "version": version,
        }
        started = self.stack.stepfunctions.start_execution(
            stateMachineArn=self.stack.outputs.find_look_alike_arn, input=json.dumps(event)
        )
        self._started.append(started["executionArn"])

    @rule(known=matches)
    def delete(self, known: Known) -> None:
        if self._is_over():
            return
        path = f"{self._path(known)}/{known.match_id}"
        answer = self.stack.call("DELETE", path, self._token(known.owner))
        assert answer.status_code == (404 if known.is_deleted else 204), answer.text
        known.is_deleted = True
        assert self._read(known) is None

    @rule(member=members)
    def forget(self, member: str) -> None:
        if self._is_over():
            return
        token = self._token(member)
        assert self.stack.call("DELETE", "/me", token).status_code == 204
        del self._tokens[member]
        answer = self.stack.call("GET", "/matches", token)
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
        for known in self.known:
            known.is_deleted = known.is_deleted or known.owner == member

    @rule(known=matches, member=members)
    def adopt(self, known: Known, member: str) -> None:
        if self._is_over():
            return
        path = f"/guest/matches/{known.match_id}/adopt"
        answer = self.stack.call("POST", path, self._token(member))
        is_guests = known.owner == GUEST and not known.is_deleted
        assert answer.status_code == (200 if is_guests else 404), answer.text
        if is_guests:
            known.owner = member

    @rule(known=matches)
    def expire(self, known: Known) -> None:
        if self._is_over() or known.is_deleted:
            return
        self.stack.dynamodb.update_item(
            TableName=self.stack.outputs.matches_table,
            Key={"match_id": {"S": known.match_id}},
            UpdateExpression="SET claim_until = :past",
            ConditionExpression="attribute_exists(match_id)",
            ExpressionAttributeValues={":past": {"N": "1"}},
        )
        known.may_expire = True
        known.must_expire = known.must_expire or not known.sent

    @rule(
        target=matches,
        owner=owners,
        place=st.sampled_from(sorted(PLACES)),
        act=st.sampled_from(["delete", "forget", "adopt", "upload", "deliver_again", "expire"]),
        kind=st.sampled_from(FACES),
        second=kinds,
        member=members,
    )
    def disturb(
        self, owner: str, place: str, act: str, kind: str, second: str, member: str
    ) -> Known:
        """Do something while a workflow is in the middle of a call."""
        known = self._begin(owner)
        if self._is_over() or not known.match_id:
            return known
        with self.stack.hold(PLACES[place], known.match_id) as has_come:
            self._send(known, kind)
            self._wait(has_come)
            match act:
                case "delete":
                    self.delete(known)
                case "forget" if owner != GUEST:
                    self.forget(owner)
                case "adopt":
                    self.adopt(known, member)
                case "upload":
                    self._send(known, second)
                case "deliver_again":
                    self.deliver_again(known, 0)
                case "expire":
                    self.expire(known)
        known.may_expire = False  # it was claimed before
        return known

    @rule()
    def settle(self) -> None:
        """Wait until no event is under way, and look at everything."""
        if self._is_over():
            return
        for known in self.known:
            self._wait_for_end(known)
        self._wait(lambda: {*map(self.stack.status, self._started)} <= {"SUCCEEDED", "FAILED"})
        self._started.clear()
        for known in self.known:
            self._check(known)
        self._check_searches()

    def note_kill(self) -> None:
        """Note that the stack is about to be killed, which forgets executions and counters."""
        for known in self.known:
            known.was_cut_off = known.was_cut_off or bool(known.sent)
        self._started.clear()
        self._searches = 0

    def teardown(self) -> None:
        """Look at everything once more, then delete it all and see that nothing is left."""
        if not self.known:
            return
        self._deadline = float("inf")
        self.settle()
        for known in self.known:
            if known.owner == GUEST and not known.is_deleted:
                self.delete(known)
        for member in [*self._tokens]:
            self.forget(member)
        for known in self.known:
            assert known.is_deleted
            self._check(known)

    # What must hold

    def _wait_for_end(self, known: Known) -> None:
        """Wait for the workflow of every version that was sent."""

        def has_ended() -> bool:
            ended = "".join(map(self.stack.input_of, self.stack.executions(known.match_id)))
            return all(version in ended for version in known.sent)

        def has_status() -> bool:
            match = self._read(known)
            return match is None or match["status"] not in {"awaiting_upload", "processing"}

        if known.was_cut_off and known.sent:
            self._wait(has_status)
        else:
            self._wait(has_ended)

    def _check(self, known: Known) -> None:
        if known.is_deleted:
            self._check_gone(known)
            return
        match, item = self._read(known), self.stack.item(known.match_id)
        assert match is not None, known
        assert item is not None, known
        assert self._is_hidden_from_others(known)
        end = end_of(match)
        if known.end is not None:
            assert end == known.end, "an end is final"
        if end[0] in {"awaiting_upload", "expired"}:
            is_due = known.may_expire if end[0] == "expired" else not known.sent
            assert is_due, (known, match)
            assert match["selfie_url"] is None
            self._wait(lambda: not self.stack.selfie_versions(known.match_id))
            return
        photograph = known.sent[item["version"]["S"]]
        assert not known.must_expire, known
        ends = {ENDS[photograph.kind], *([CUT_OFF] if known.was_cut_off else [])}
        assert end in ends, (end, known)
        assert self.stack.fetch(match["selfie_url"]) == photograph.content
        # What was sent besides is deleted, by the workflow of its own event.
        self._wait(lambda: len(self.stack.selfie_versions(known.match_id)) == 1)
        known.end = end

    def _check_gone(self, known: Known) -> None:
        for token in [None, *self._tokens.values()]:
            path = f"{'/matches' if token else '/guest/matches'}/{known.match_id}"
            assert self.stack.call("GET", path, token).status_code == 404
        self._wait(lambda: self.stack.item(known.match_id) is None)
        self._wait(lambda: not self.stack.selfie_versions(known.match_id))

    def _check_searches(self) -> None:
        """No match is searched for twice: a search is what costs money."""
        searched = [
            sum(
                self.stack.history(execution).count("Search Celebrities")
                for execution in self.stack.executions(known.match_id)
            )
            for known in self.known
        ]
        assert max(searched, default=0) <= 1
        # By the recogniser's own count, too.
        with_faces = [
            known for known in self.known if {one.kind for one in known.sent.values()} & {*FACES}
        ]
        assert self._count_searches() - self._searches <= len(with_faces)

    def _is_hidden_from_others(self, known: Known) -> bool:
        others = {GUEST, *self._tokens} - {known.owner}
        answers = []
        for other in others:
            path = "/guest/matches" if other == GUEST else "/matches"
            token = self._token(other)
            answers.append(self.stack.call("GET", f"{path}/{known.match_id}", token))
        return {answer.status_code for answer in answers} <= {404}

    # How it is done

    def _wait(self, look: Callable[[], bool]) -> None:
        wait_for(look, FINISHING, lambda: "\n".join(map(str, self.known)))

    def _send(self, known: Known, kind: str) -> None:
        if self._is_over():
            return
        photograph = self._studio.take(kind)
        sent = self.stack.upload(known.form, photograph.content)
        assert sent.status_code == 204, sent.text
        known.sent[sent.headers["x-amz-version-id"]] = photograph

    def _read(self, known: Known) -> Match | None:
        """Read a match as its owner; None where it is not found."""
        path = f"{self._path(known)}/{known.match_id}"
        answer = self.stack.call("GET", path, self._token(known.owner))
        assert answer.status_code in {200, 404}, answer.text
        match: Match = answer.json()
        return match if answer.status_code == 200 else None

    def _path(self, known: Known) -> str:
        return "/guest/matches" if known.owner == GUEST else "/matches"

    def _token(self, owner: str) -> str | None:
        if owner == GUEST:
            return None
        if owner not in self._tokens:
            self._tokens[owner] = self.stack.sign_up()
        return self._tokens[owner]

    def _count_searches(self) -> int:
        return self.stack.recogniser_calls().get("SearchFacesByImage", 0)

    def _is_over(self) -> bool:
        return time.monotonic() > self._deadline


def end_of(match: Match) -> tuple[str, str]:
    """Return a match's status, and with whom it succeeded or why it failed."""
    match match["status"]:
        case "succeeded":
            return "succeeded", match["celebrities"][0]["name"]
        case "failed":
            return "failed", match["failure"]["code"]
    return match["status"], ""
