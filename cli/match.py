"""A client of the HTTP API, with the rights of any guest."""

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests

from cli.photo import smaller_jpeg
from cli.terminal import waiting
from local import loopback
from local.deployment import reach
from local.errors import LocalError
from local.state import StateFolder
from lookalike import CONSENT_VERSION
from lookalike.matches import WORKFLOW_LIMIT
from lookalike.pictures import LARGEST_SELFIE
from lookalike.ranking import EVERYONE, Group

PATIENCE = WORKFLOW_LIMIT.total_seconds() + 60
"""Seconds to wait for a match: the workflow's limit, and a minute for the upload's event."""
TRIES = 20
"""How often a request is sent while the answer is 429 or 5xx."""
LONGEST_WAIT = 60.0
"""The longest wait, in seconds, that a server may ask for; a limit for the day asks for hours."""

MOST_TOGETHER = 5
"""How many photographs of one person the API takes together."""

UNKNOWN_PACK = "unknown_pack"
"""The API's code for a pack that it does not know."""

Match = dict[str, Any]


def address_of(state: StateFolder) -> str:
    """Return the address of the page that the local stack serves; raise LocalError without one."""
    try:
        return state.page.read_text()
    except OSError as error:
        raise LocalError(
            "no local stack runs; start it with `make run`, name its page with --url, "
            "or a stack on AWS with --stack"
        ) from error


class Client:
    """Sends photographs as a guest."""

    def __init__(self, origin: str, api_url: str, consent_version: str) -> None:
        """Use an API; addresses in its answers may be relative to the origin."""
        self._session = requests.Session()
        self._origin, self._api, self._consent = origin, api_url.rstrip("/"), consent_version

    @classmethod
    def of_page(cls, url: str) -> Self:
        """Return the client of a page, by its config.json; raise LocalError without an answer.

        Without a scheme, the address is one of this machine or of an HTTPS server.
        """
        if "://" not in url:
            scheme = "http" if urlsplit(f"//{url}").hostname in loopback.NAMES else "https"
            url = f"{scheme}://{url}"
        origin = url.rstrip("/") + "/"
        try:
            answer = requests.get(urljoin(origin, "config.json"), timeout=10)
            answer.raise_for_status()
            config = answer.json()
            api_url = urljoin(origin, config["api_url"])
            return cls(origin, api_url, config["consent_version"])
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise LocalError(
                f"nothing answers at {url}; start it with `make run`, or name another --url"
            ) from error

    @classmethod
    def of_stack(cls, name: str, state: StateFolder) -> Self:
        """Return the client of a deployed stack, by its outputs; raise LocalError without one."""
        outputs, _ = reach(name, state)
        return cls(outputs.api_url, outputs.api_url, CONSENT_VERSION)

    def play(
        self,
        photo: Path,
        pack: str,
        among: Group = EVERYONE,
        together_with: Sequence[str] = (),
    ) -> Match:
        """Send one photograph and return its match when it is done; raise LocalError.

        `together_with` holds the match_ids of earlier photographs of the same person.
        """
        try:
            data = photo.read_bytes()
        except OSError as error:
            raise LocalError(str(error.strerror)) from error
        if not data:
            raise LocalError("the file is empty")
        if len(data) > LARGEST_SELFIE:
            # Send what Pillow cannot read as it is: the API explains why it refuses it.
            data = smaller_jpeg(data) or data
        content_type = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
        created = self.begin(
            {
                "content_type": content_type,
                "pack": pack,
                "among": among,
                "together_with": [*together_with],
            }
        )
        self.upload(created["upload"], photo.name, data, content_type)
        return self.wait(created["match_id"])

    def begin(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Begin a match, with consent; return the API's answer; raise LocalError."""
        wanted = {**wanted, "consent": self._consent}
        created: dict[str, Any] = self._call(
            "POST", f"{self._api}/guest/matches", json=wanted
        ).json()
        return created

    def upload(self, form: Any, name: str, data: bytes, content_type: str) -> None:
        """Send a photograph with a match's form; raise LocalError where it is refused."""
        self._call(
            "POST",
            urljoin(self._origin, form["url"]),
            data=form["fields"],
            files={"file": (name, data, content_type)},
        )

    def delete(self, match_id: str) -> None:
        """Delete a match with its photograph; raise LocalError where that is refused."""
        self._call("DELETE", f"{self._api}/guest/matches/{match_id}")

    def wait(self, match_id: str) -> Match:
        """Return a match once it has ended; raise LocalError after PATIENCE."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            match: Match = self._call("GET", f"{self._api}/guest/matches/{match_id}").json()
            if match["status"] not in {"awaiting_upload", "processing"}:
                return match
            time.sleep(match["poll_after_ms"] / 1000)
        raise LocalError(f"match {match_id} is not done after {PATIENCE:.0f} seconds")

    def _call(self, method: str, url: str, **request: Any) -> requests.Response:
        for attempt in range(TRIES):
            try:
                answer = self._session.request(method, url, timeout=60, **request)
            except requests.RequestException as error:
                raise LocalError(f"the connection failed: {error}") from error
            if answer.status_code not in {429, 502, 503, 504}:
                break
            pause = _pause(answer, attempt)
            if pause > LONGEST_WAIT:
                break
            time.sleep(pause)
        if not answer.ok:
            raise LocalError(f"{answer.status_code}: {_reason(answer)}")
        return answer


def play_all(
    client: Client,
    photos: list[Path],
    pack: str,
    show: Callable[[Path, Match], None],
    complain: Callable[[str], None],
    *,
    among: Group = EVERYONE,
    together: bool = False,
) -> bool:
    """Send photographs one after the other; return whether each got a celebrity.

    A photograph that cannot be read or sent does not stop the others. With `together` they are of
    one person, and each result is for all of them so far.
    """
    if together and len(photos) > MOST_TOGETHER:
        raise LocalError(f"at most {MOST_TOGETHER} photographs are taken together")
    succeeded = True
    earlier: list[str] = []
    for photo in photos:
        try:
            with waiting(f"Looking for the double of {photo.name} …"):
                match = client.play(photo, pack, among, earlier)
        except LocalError as error:
            complain(f"{photo}: {error}")
            succeeded = False
            continue
        show(photo, match)
        if together and match["celebrities"]:
            earlier.append(match["match_id"])
        succeeded = succeeded and bool(match["celebrities"])
    return succeeded


def _pause(answer: requests.Response, attempt: int) -> float:
    """Return the seconds until the next try: those of the answer, else a growing number."""
    seconds = answer.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdigit() else min(5.0, 0.2 * 2**attempt)


def _reason(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        of_s3 = re.search("<Message>(.+?)</Message>", answer.text)
        return of_s3[1] if of_s3 else answer.text[:200] or answer.reason
    if body.get("code") == UNKNOWN_PACK:
        return "there is no such pack; `lookalike catalog list` lists them"
    return str(body.get("detail") or body.get("message") or answer.reason)
