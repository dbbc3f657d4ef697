"""Who gets what: every route, asked by every kind of caller."""

import base64
import json
import time
import uuid
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lookalike import CONSENT_VERSION
from tests import api_document
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack, new_address

CALLERS = {
    "non": "no one: without a token, and without an id that there is",
    "rub": "rubbish for a token",
    "gue": "a guest, who has the id",
    "own": "the owner of what is asked for, who is no curator",
    "oth": "another member",
    "cur": "a curator",
    "for": "the owner's token, forged: another key's, without an algorithm, with another subject",
    "exp": "the owner's token, expired",
    "aud": "the token of another client of the user pool",
    "acc": "the owner's access token. A JWT authorizer without scopes takes it for an id token",
    "ref": "the owner's refresh token",
    "rev": "the owner's id token, after signing out everywhere. Cognito then gives no new token, "
    "but the authorizer asks no one, so that this one is good until it expires",
    "del": "someone who has been forgotten",
}

TABLE = """
non rub gue own oth cur for exp aud acc ref rev del
401 401 401 201 201 201 401 401 401 201 401 201 out POST /matches
401 401 401 200 200 200 401 401 401 200 401 200 out GET /matches
401 401 401 200 404 404 401 401 401 200 401 200 out GET /matches/latest
401 401 401 200 404 404 401 401 401 200 401 200 out GET /matches/{match_id}
401 401 401 204 404 404 401 401 401 204 401 204 out DELETE /matches/{match_id}
401 401 401 204 204 204 401 401 401 204 401 204 out DELETE /me
401 401 401 200 200 200 401 401 401 200 401 200 out GET /me/export
401 401 401 200 200 200 401 401 401 200 401 200 out POST /guest/matches/{match_id}/adopt
201 201 201 201 201 201 201 201 201 201 201 201 201 POST /guest/matches
404 200 200 200 200 200 200 200 200 200 200 200 200 GET /guest/matches/{match_id}
404 204 204 204 204 204 204 204 204 204 204 204 204 DELETE /guest/matches/{match_id}
200 200 200 200 200 200 200 200 200 200 200 200 200 GET /packs
200 200 200 200 200 200 200 200 200 200 200 200 200 GET /celebrities
200 200 200 200 200 200 200 200 200 200 200 200 200 GET /status
401 401 401 403 403 201 401 401 401 403 401 403 out POST /packs/{pack}/portraits
401 401 401 403 403 200 401 401 401 403 401 403 out GET /packs/{pack}/portraits/{portrait_id}
401 401 401 403 403 404 401 401 401 403 401 403 out DELETE /packs/{pack}/portraits/{portrait_id}
"""
"""The status by route and caller; `out` is the 401 with the code `signed_out`.

The match of `/matches/{match_id}` is the owner's, that of `/guest/matches/{match_id}` a guest's,
whose id is all it takes. The portrait was not sent yet: it can be read, and not taken out.
"""

CODES = {"signed_out": "out", "forbidden": "403", "not_found": "404"}
"""How the table writes each code; the gateway's 401 has none."""
CHANGES = {
    "DELETE /matches/{match_id}",
    "DELETE /guest/matches/{match_id}",
    "POST /guest/matches/{match_id}/adopt",
}
"""The routes after which a match is not any more what it was."""
MADE_UP = "2f1b8a9e-3c4d-4e5f-8a6b-7c8d9e0f1a2b"


class Account(NamedTuple):
    """Someone who has signed in, and their tokens."""

    id_token: str
    access_token: str
    refresh_token: str


def expectations() -> list[tuple[str, str, str]]:
    """Return the table's cells: the route, the caller, and what is expected."""
    header, *rows = TABLE.strip().splitlines()
    names = header.split()
    return [
        (row.split(maxsplit=len(names))[-1], name, expected)
        for row in rows
        for name, expected in zip(names, row.split(), strict=False)
    ]


def encoded(part: Any) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def forged(token: str) -> list[str]:
    """Return tokens like a real one that are not Cognito's."""
    header, claims, signature = token.split(".")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signed = key.sign(f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    changed = {**decoded(claims), "sub": str(uuid.uuid4()), "cognito:groups": ["curators"]}
    return [
        f"{header}.{claims}.{encoded(signed)}",
        f"{encoded({**decoded(header), 'alg': 'none'})}.{claims}.",
        f"{header}.{encoded(changed)}.{signature}",
    ]


class Cast:
    """The callers, and what they ask for."""

    def __init__(self, stack: RunningStack, photo: bytes) -> None:
        self.stack = stack
        self._signed_out: list[Account] = []
        self.owner, self.other = self.sign_up(), self.sign_up()
        self.curator = self._account(*stack.sign_up_curator())
        self.forgotten = self.sign_up()
        stack.call("DELETE", "/me", self.forgotten.id_token)
        self.elsewhere = stack.sign_up(stack.create_client())
        self.match_id: str = stack.play(photo, self.owner.id_token)["match_id"]
        self.guests_match_id: str = stack.create()["match_id"]
        form = self.request("POST /packs/{pack}/portraits", self.curator.id_token).json()
        self.portrait_id = form["portrait_id"]

    def sign_up(self) -> Account:
        """Make an account."""
        address, password = new_address(), uuid.uuid4().hex
        self.stack.sign_up(email=address, password=password)
        return self._account(address, password)

    def _account(self, email: str, password: str) -> Account:
        tokens = self.stack.sign_in(email, password)
        return Account(tokens["IdToken"], tokens["AccessToken"], tokens["RefreshToken"])

    def sign_out_everywhere(self, account: Account) -> None:
        """Revoke an account's tokens, in both ways that there are."""
        if account in self._signed_out:
            return
        self._signed_out.append(account)
        self.stack.cognito.global_sign_out(AccessToken=account.access_token)
        self.stack.cognito.revoke_token(
            Token=account.refresh_token, ClientId=self.stack.outputs.user_pool_client_id
        )

    def tokens(self, caller: str, owner: Account) -> list[str | None]:
        """Return the tokens that a caller may come with."""
        match caller:
            case "non" | "gue":
                return [None]
            case "rub":
                return ["rubbish", "abc.def.ghi"]
            case "own" | "exp" | "rev":
                return [owner.id_token]
            case "for":
                return [*forged(owner.id_token)]
            case "acc":
                return [owner.access_token]
            case "ref":
                return [owner.refresh_token]
        others = {"oth": self.other, "cur": self.curator, "del": self.forgotten}
        return [others[caller].id_token if caller in others else self.elsewhere]

    def request(self, route: str, token: str | None, **ids: str) -> Any:
        """Send a request that is right but for who sends it."""
        method, path = route.split()
        body: dict[str, str] | None = None
        if route.endswith("/matches"):
            body = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}
        if route.endswith("/portraits"):
            body = {"content_type": "image/jpeg", "name": "A", "author": "B", "license": "C"}
        path = path.format(**{"pack": "celebrities", **ids})
        return self.stack.call(method, path, token, json=body if method == "POST" else None)

    def match_for(self, route: str, caller: str, owner: Account) -> str:
        """Return the id of the match that a request is about."""
        if caller == "non":
            return MADE_UP
        is_guests = "/guest/" in route
        if route in CHANGES:
            created = self.stack.create(None if is_guests else owner.id_token)
            return str(created["match_id"])
        return self.guests_match_id if is_guests else self.match_id

    def replace_accounts(self) -> Account:
        """Renew the accounts that a request may delete; return the owner."""
        self.other = self.sign_up()
        self.curator = self._account(*self.stack.sign_up_curator())
        return self.sign_up()

    def time_for(self, caller: str, owner: Account) -> AbstractContextManager[None]:
        """Move the clock past the end of the owner's token for the caller `exp`."""
        if caller != "exp":
            return nullcontext()
        lifetime = decoded(owner.id_token.split(".")[1])["exp"] - time.time()
        return self.stack.gateway_clock_ahead(lifetime + 1)


@pytest.fixture(scope="module")
def cast(stack: RunningStack, selfie: Path) -> Cast:
    """The callers."""
    return Cast(stack, encode(open_face(selfie)))


def test_the_table_has_every_route_and_every_caller() -> None:
    cells = expectations()

    assert {route for route, _, _ in cells} == set(api_document.operations())
    assert {caller for _, caller, _ in cells} == set(CALLERS)
    assert len(cells) == len(api_document.operations()) * len(CALLERS)


@pytest.mark.parametrize(("route", "caller", "expected"), expectations())
def test_a_route_answers_a_caller_as_the_table_says(
    cast: Cast, route: str, caller: str, expected: str
) -> None:
    owner = cast.replace_accounts() if route == "DELETE /me" else cast.owner
    if caller == "rev":
        cast.sign_out_everywhere(owner)

    for token in cast.tokens(caller, owner):
        match_id = cast.match_for(route, caller, owner)
        with cast.time_for(caller, owner):
            answer = cast.request(route, token, match_id=match_id, portrait_id=cast.portrait_id)

        assert told(answer) == expected
        if answer.status_code >= 400 and match_id != MADE_UP:
            assert cast.stack.item(match_id)


def told(answer: requests.Response) -> str:
    """Write an answer as the table does."""
    code = answer.json().get("code") if answer.status_code >= 400 else None
    return CODES[code] if code else str(answer.status_code)


def test_a_refresh_token_that_was_revoked_gives_no_new_tokens(cast: Cast) -> None:
    account = cast.sign_up()
    cast.sign_out_everywhere(account)

    with pytest.raises(ClientError, match="NotAuthorizedException"):
        cast.stack.cognito.initiate_auth(
            ClientId=cast.stack.outputs.user_pool_client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": account.refresh_token},
        )


def test_someone_forgotten_cannot_sign_in_again(stack: RunningStack) -> None:
    address, password = new_address(), uuid.uuid4().hex
    token = stack.sign_up(email=address, password=password)
    stack.call("DELETE", "/me", token)

    with pytest.raises(ClientError, match="NotAuthorizedException"):
        stack.sign_in(address, password)
