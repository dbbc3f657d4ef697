"""Many guests at once, and what they cost the machine."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import requests
from PIL import ImageEnhance

from lookalike import CONSENT_VERSION
from tests.pictures import encode, open_face

PATIENCE = 400.0
"""Seconds that a guest waits for a match."""
TICKS = 100.0
"""Of the kernel's clock, in a second."""


class Outcome(NamedTuple):
    """What a guest got for one photograph."""

    status: str
    """A match's, or `lost`."""
    code: str
    """A failure's, or why it was lost."""
    people: tuple[tuple[str, float], ...]
    """Names and similarities, best first."""
    selfie_is_own: bool
    seconds: float
    """From the accepted upload to the result."""


def photographs(portraits: Sequence[Path], how_many: int) -> list[bytes]:
    """Return different photographs of the starter portraits' people: brighter, darker, smaller."""
    made = []
    for number in islice(count(), how_many):
        face = open_face(portraits[number % len(portraits)], 480 + 20 * (number % 9))
        brighter = ImageEnhance.Brightness(face).enhance(0.85 + 0.03 * (number // 9 % 10))
        # A comment of its own, for the recogniser remembers pictures by their bytes.
        made.append(encode(brighter, comment=b"%d" % number))
    return made


class Guests:
    """Guests of one page, who wait when they are told to."""

    def __init__(self, origin: str) -> None:
        """Visit a page."""
        self._origin, self._api = origin, f"{origin}/api/guest/matches"
        self.answers: Counter[int] = Counter()

    def play_at_once(self, photos: Iterable[bytes]) -> list[Outcome]:
        """Play each photograph as a guest of its own, all at the same time."""
        photos = list(photos)
        with ThreadPoolExecutor(len(photos)) as pool:
            return list(pool.map(self.play, photos))

    def play(self, photo: bytes) -> Outcome:
        """Send one photograph and wait for its match."""
        try:
            return self._play(photo)
        except (AssertionError, requests.RequestException) as error:
            return Outcome("lost", f"{type(error).__name__}: {error}"[:300], (), False, 0)

    def _play(self, photo: bytes) -> Outcome:
        wanted = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}
        created = self._call("POST", self._api, 201, json=wanted).json()
        form = created["upload"]
        address = urljoin(self._origin, form["url"])
        files = {"file": ("selfie", photo, "image/jpeg")}
        self._call("POST", address, 204, data=form["fields"], files=files)
        started = time.monotonic()
        while True:
            match = self._call("GET", f"{self._api}/{created['match_id']}", 200).json()
            if match["status"] in {"succeeded", "failed", "expired"}:
                break
            assert time.monotonic() < started + PATIENCE, "no result"
            time.sleep(match["poll_after_ms"] / 1000)
        seconds = time.monotonic() - started
        shown = self._call("GET", match["selfie_url"], 200).content if match["selfie_url"] else b""
        return Outcome(
            match["status"],
            (match["failure"] or {}).get("code", ""),
            tuple((one["name"], round(one["similarity"], 2)) for one in match["celebrities"]),
            shown == photo,
            seconds,
        )

    def _call(self, method: str, url: str, wanted: int, **request: Any) -> requests.Response:
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = requests.request(method, url, timeout=120, **request)
            self.answers[answer.status_code] += 1
            if answer.status_code != 429 or time.monotonic() > deadline:
                assert answer.status_code == wanted, f"{answer.status_code} {answer.text[:200]}"
                return answer
            assert answer.json()["code"] in {"busy", "too_many_matches"}
            time.sleep(int(answer.headers["Retry-After"]))


def family(pid: int) -> set[int]:
    """List a process, its children, and theirs."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(entry.name)):
            parents[int(entry.name)] = int(fields[1])
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def memory(pid: int) -> int:
    """Return the bytes that a process and its family hold: the sum of their PSS."""
    total = 0
    for one in family(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it has ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def cpu_seconds(pid: int) -> float:
    """Return the processor's time that a process and its family have used, ended ones included."""
    fields = [_stat(one) for one in family(pid)]
    return sum(sum(map(int, one[11:15])) for one in fields if one) / TICKS


def workers(pid: int) -> Counter[str]:
    """Count the processes of each function, by the folder that a process runs in."""
    found: Counter[str] = Counter()
    for one in family(pid):
        try:
            command = Path(f"/proc/{one}/cmdline").read_text()
        except OSError:
            continue  # it has ended
        if "ministack-lambda-" in command:
            name = command.split("ministack-lambda-")[1].split("/")[0]
            found[name.rsplit("-", 2)[0]] += 1
    return found


def _stat(pid: int) -> list[str] | None:
    """Read a process's fields after its name: the state, the parent, …; None once it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
