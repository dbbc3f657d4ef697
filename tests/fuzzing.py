"""Requests made up by openapi.yaml, and what is wrong with the answers of a running stack."""

import functools
import json
import re
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from lookalike import CONSENT_VERSION
from tests import api_document
from tests.running_stack import RunningStack

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
WITHIN = 30.0
"""Seconds in which any request must be answered."""
OF_THE_FRONT = {400, 403, 408, 421}
"""What the front answers, as text, to what is no request as HTTP has it."""
CURATED = "/packs/{pack}/portraits"
CONSUMES = {"DELETE", "POST"}
"""The methods after which a match is not any more what it was."""


def callers() -> list[tuple[str, str]]:
    """Return every route, with each kind of caller that is worth trying it as."""
    found = []
    for route, operation in sorted(api_document.operations().items()):
        kinds = ["member", "stranger"]
        if operation.get("security") == []:
            kinds = ["guest"]
        elif CURATED in route:
            kinds = ["curator", *kinds]
        found += [(route, kind) for kind in kinds]
    return found


@dataclass
class Fuzzer:
    """Sends requests to a running stack, and counts the answers by route and status."""

    stack: RunningStack
    photo: bytes
    seed: int = 0
    """The same one makes up the same requests."""
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def fuzz(self, route: str, kind: str, examples: int, seconds: float) -> None:
        """Send requests for one route as one kind of caller; raise what is wrong with an answer.

        It ends after so many requests, or seconds.
        """
        operation = _document().find_operation_by_label(route)
        assert operation is not None
        deadline, failed = time.monotonic() + seconds, False
        strategies = [operation.as_strategy(generation_mode=mode) for mode in modes(operation)]

        @seed(self.seed)
        @_bounded(examples)
        @given(st.one_of(strategies), st.data())
        def send(case: Any, data: st.DataObject) -> None:
            nonlocal failed
            # Draw everything first: Hypothesis fails a test that draws less the second time.
            self._aim(case, route, data)
            if time.monotonic() > deadline and not failed:
                return
            headers = self._headers(route, kind)
            try:
                answer = case.call(base_url=self.stack.api, headers=headers, timeout=WITHIN)
                self.answers[route, answer.status_code] += 1
                case.validate_response(answer, checks=CHECKS)
            except BaseException:
                failed = True
                raise

        send()

    def fuzz_wire(self, examples: int, seconds: float) -> None:
        """Send requests whose paths, queries, headers and bodies are any bytes at all."""
        operations = api_document.operations()
        known = api_document.problems([*operations.values()])
        deadline, failed = time.monotonic() + seconds, False

        @seed(self.seed)
        @_bounded(examples)
        @given(st.sampled_from(sorted(operations)), _odd_requests())
        def send(route: str, odd: OddRequest) -> None:
            nonlocal failed
            if (time.monotonic() > deadline and not failed) or route == "DELETE /me":
                return
            try:
                status, headers, body = self._exchange(odd.written(route, self.member))
                self.answers["any bytes", status] += 1
                assert status < 500
                if headers.get_content_type() == "application/problem+json":
                    assert (status, json.loads(body)["code"]) in known
                elif headers.get_content_type() == "application/json":
                    assert status < 300 or "message" in json.loads(body)
                else:
                    assert status in OF_THE_FRONT | {204}
            except BaseException:
                failed = True
                raise

        send()

    def _exchange(self, request: bytes) -> tuple[int, Message, bytes]:
        """Send a request as it is written, and read the answer to its end."""
        with socket.create_connection(("127.0.0.1", self.stack.port), timeout=WITHIN) as line:
            line.sendall(request)
            with HTTPResponse(line) as answer:
                answer.begin()
                return answer.status, answer.headers, answer.read()

    def _aim(self, case: Any, route: str, data: st.DataObject) -> None:
        """Sometimes make a request about a thing that exists."""
        if not data.draw(st.booleans(), label="about something that there is"):
            return
        if route == "GET /matches/latest":
            assert self.members
        if "match_id" in (case.path_parameters or {}):
            case.path_parameters["match_id"] = self._match_id(route, data)
        if CURATED in route:
            case.path_parameters["pack"] = "celebrities"
            if "portrait_id" in case.path_parameters and route.startswith("GET"):
                ids = st.sampled_from(self.portraits)
                case.path_parameters["portrait_id"] = data.draw(ids, label="portrait")
        if isinstance(case.body, dict) and "content_type" in case.body and CURATED not in route:
            case.body |= {"consent": CONSENT_VERSION, "pack": "celebrities"}

    def _match_id(self, route: str, data: st.DataObject) -> str:
        token = None if "/guest/" in route else self.member
        if route.split()[0] in CONSUMES:
            return str(self.stack.create(token)["match_id"])
        ids = [match["match_id"] for match in (self.guests if token is None else self.members)]
        match_id: str = data.draw(st.sampled_from(ids), label="match")
        return match_id

    def _headers(self, route: str, kind: str) -> dict[str, str]:
        if kind == "guest":
            return {}
        if kind == "member" and route == "DELETE /me":
            return {"Authorization": f"Bearer {self.stack.sign_up()}"}
        tokens = {"stranger": "abc.def.ghi", "member": self.member, "curator": self.curator}
        return {"Authorization": f"Bearer {tokens[kind]}"}

    @functools.cached_property
    def member(self) -> str:
        """A member's token."""
        return self.stack.sign_up()

    @functools.cached_property
    def curator(self) -> str:
        """A curator's token."""
        return self.stack.sign_in(*self.stack.sign_up_curator())["IdToken"]

    @functools.cached_property
    def members(self) -> list[dict[str, Any]]:
        """The member's matches: one that succeeded, one that failed, one that waits."""
        return self._matches(self.member)

    @functools.cached_property
    def guests(self) -> list[dict[str, Any]]:
        """Guests' matches: one that succeeded, one that failed, one that waits."""
        return self._matches(None)

    @functools.cached_property
    def portraits(self) -> list[str]:
        """The ids of the celebrities' portraits."""
        people = self.stack.call("GET", "/celebrities").json()["celebrities"]
        return [one["portrait_id"] for person in people for one in person["portraits"]]

    def _matches(self, token: str | None) -> list[dict[str, Any]]:
        played = [self.stack.play(photo, token) for photo in (self.photo, b"no picture")]
        return [*played, self.stack.create(token)]

    def report(self) -> str:
        """Return how many answers there were, by route and status."""
        lines = [f"{self.answers.total()} requests of FUZZ_SEED={self.seed}"]
        for route in sorted({route for route, _ in self.answers}):
            counts = {status: n for (one, status), n in self.answers.items() if one == route}
            told = ", ".join(f"{status}: {n}" for status, n in sorted(counts.items()))
            lines.append(f"  {route}  {told}")
        return "\n".join(lines)


@dataclass(frozen=True)
class OddRequest:
    """What takes the places of a route's ids, and is sent with it."""

    ids: tuple[bytes, bytes]
    query: bytes
    content_type: bytes
    content_encoding: bytes
    body: bytes

    def written(self, route: str, token: str) -> bytes:
        """Write it as HTTP."""
        method, path = route.encode().split()
        for one in self.ids:
            head, _, rest = path.partition(b"{")
            path = head + one + rest.partition(b"}")[2] if rest else path
        lines = [
            method + b" /api" + path + b"?" + self.query + b" HTTP/1.1",
            b"Host: localhost",
            b"Authorization: Bearer " + token.encode(),
            b"Content-Type: " + self.content_type,
            b"Content-Encoding: " + self.content_encoding,
            b"Content-Length: %d" % len(self.body),
            b"Connection: close",
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def _odd_requests() -> st.SearchStrategy[OddRequest]:
    encoded = st.binary(max_size=40).map(lambda some: quote(some).encode())
    raw = st.binary(max_size=40).map(lambda some: re.sub(rb"[\s?#]", b"", some))
    names = st.sampled_from([b"limit", b"cursor", b"pack", b"Action", b"X-Amz-Signature"])
    pairs = st.tuples(names, encoded | raw).map(b"=".join)
    json_like = st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    )
    return st.builds(
        OddRequest,
        ids=st.tuples(encoded | raw, encoded | raw),
        query=st.lists(pairs, max_size=3).map(b"&".join),
        content_type=st.sampled_from(
            [b"application/json", b"", b"text/xml", b"multipart/form-data"]
        ),
        content_encoding=st.sampled_from([b"identity", b"gzip", b"deflate", b"br", b"odd"]),
        body=st.binary(max_size=200) | json_like.map(lambda some: json.dumps(some).encode()),
    )


def _bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.generate, Phase.shrink],
    )


def modes(operation: Any) -> list[GenerationMode]:
    """Return the kinds of requests that there are: one without anything in it cannot be wrong."""
    sends = operation.path_parameters or operation.query or operation.headers or operation.body
    return [*GenerationMode] if sends else [GenerationMode.POSITIVE]


@functools.cache
def _document() -> Any:
    generation = {"with-security-parameters": False}  # who calls is decided here
    config = schemathesis.Config.from_dict({"generation": generation})
    # Without the cache's own types, such as dates.
    document = json.loads(json.dumps(api_document.closed()))
    return schemathesis.openapi.from_dict(document, config=config)
