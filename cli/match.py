"""A client of the HTTP API, like any other."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import requests

from cli.photo import smaller_jpeg
from local.deployment import read_outputs
from local.errors import LocalError
from lookalike import CONSENT_VERSION
from lookalike.matches import WORKFLOW_LIMIT
from lookalike.pictures import LARGEST_SELFIE

PATIENCE = WORKFLOW_LIMIT.total_seconds() + 60
"""Seconds to wait for a match: as long as it may take, and a minute for the upload's event."""
TRIES = 20
"""How often a request is sent that is answered with 429 or 5xx."""
LONGEST_WAIT = 60.0
"""Seconds that are waited because a server asks for it; a limit for the day asks for hours."""

Match = dict[str, Any]


class Client:
    """Plays photographs as a guest."""

    def __init__(self, origin: str, api_url: str, consent_version: str) -> None:
        """Speak to an API; addresses in its answers may be relative to the origin."""
        self._session = requests.Session()
        self._origin, self._api, self._consent = origin, api_url.rstrip("/"), consent_version

    @classmethod
    def of_page(cls, url: str) -> Self:
        """Read a page's config.json; raise LocalError where nothing answers."""
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
    def of_stack(cls, name: str) -> Self:
        """Read a deployed stack's outputs; raise LocalError where there is no such stack."""
        outputs = read_outputs(name)
        if outputs is None:
            raise LocalError(f"there is no stack called {name}")
        return cls(outputs.api_url, outputs.api_url, CONSENT_VERSION)

    def play(self, photo: Path, pack: str) -> Match:
        """Send one photograph and wait for its match; raise LocalError where it cannot be sent."""
        try:
            data = photo.read_bytes()
        except OSError as error:
            raise LocalError(f"{photo}: {error.strerror}") from error
        if len(data) > LARGEST_SELFIE:
            # What Pillow cannot read either is sent as it is, and gets its refusal in words.
            data = smaller_jpeg(data) or data
        content_type = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
        wanted = {
            "content_type": content_type,
            "pack": pack,
            "consent": self._consent,
        }
        created = self._call("POST", f"{self._api}/guest/matches", json=wanted).json()
        form = created["upload"]
        self._call(
            "POST",
            urljoin(self._origin, form["url"]),
            data=form["fields"],
            files={"file": (photo.name, data, content_type)},
        )
        return self._wait(created["match_id"])

    def delete(self, match_id: str) -> None:
        """Delete a match with its photograph; raise LocalError where that is refused."""
        self._call("DELETE", f"{self._api}/guest/matches/{match_id}")

    def _wait(self, match_id: str) -> Match:
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
) -> bool:
    """Play photographs one after the other; tell whether every one got a celebrity.

    One that cannot be read or sent does not keep the others from being played.
    """
    succeeded = True
    for photo in photos:
        try:
            match = client.play(photo, pack)
        except LocalError as error:
            complain(str(error))
            succeeded = False
            continue
        show(photo, match)
        succeeded = succeeded and bool(match["celebrities"])
    return succeeded


def _pause(answer: requests.Response, attempt: int) -> float:
    """Return the seconds to wait before asking again: what the answer says, else ever longer."""
    seconds = answer.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdigit() else min(5.0, 0.2 * 2**attempt)


def _reason(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        body = None
    words = body.get("detail") or body.get("message") if isinstance(body, dict) else None
    return str(words or answer.text[:200] or answer.reason)
