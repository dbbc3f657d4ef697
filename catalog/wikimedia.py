"""The client of Wikidata's query service and of Wikimedia Commons: the catalog's only HTTP.

It follows their etiquette. It names a contact, sends one request at a time, asks in batches, waits
for busy servers, and asks nothing that is in its cache. It does not use urllib3's Retry for the
waits: Commons can say that it is busy inside an answer of 200, which Retry does not read.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Self
from urllib.parse import quote, urlsplit

import requests
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

from catalog.cache import Cache

QUERY_URL = "https://query.wikidata.org/sparql"
API_URL = "https://commons.wikimedia.org/w/api.php"
WIDTHS = (960, 500, 330, 250)
"""Pixels: the standard widths of thumbnails that suit a portrait. Servers may refuse others."""
TRIES = 6
"""How often a request is sent to a busy server."""
LONGEST_WAIT = 300.0
"""Seconds. If a server asks for a longer wait, the build ends."""
MOST_TITLES = 50
"""The most titles that the API takes in one request."""
LONGEST_TITLES = 6000
"""Characters that titles may take in an address, percent-encoded. Servers refuse longer ones."""
_LAG = "5"
_TIMEOUT = (10, 90)
"""Seconds to connect, and to answer: a query may take 60."""
_BUSY = frozenset({429, 500, 502, 503, 504})
_TO_ALL = frozenset({403, 429, 503})
"""Refusals of the client, not of one picture. It must not go on to ask for other pictures."""
_BROKEN_OFF = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)
_BUSY_CODES = frozenset({"maxlag", "ratelimited", "readonly"})

Row = dict[str, str]
"""One result of a query: variable to value."""


class WikimediaError(Exception):
    """Raised where a server does not answer the request; the message is one line."""


class OfflineError(WikimediaError):
    """Raised where a server cannot be reached at all."""


class PictureRefusedError(WikimediaError):
    """Raised where the server does not have a picture at an address."""


@dataclass(frozen=True)
class File:
    """A file on Commons, and its thumbnail."""

    title: str
    mime: str
    sha1: str
    source_url: str
    """The page that describes it."""
    thumbnail_url: str
    metadata: Mapping[str, str]
    """`extmetadata`: licence, author and more, as HTML."""


class Wikimedia:
    """Asks Wikidata and Commons, and caches their answers."""

    def __init__(
        self,
        contact: str,
        cache: Cache,
        *,
        query_url: str = QUERY_URL,
        api_url: str = API_URL,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Send the contact, a mail or web address, with each request; raise WikimediaError."""
        reachable = "@" in contact or "://" in contact
        if not (reachable and contact.isascii() and contact.isprintable()):
            raise WikimediaError("Wikimedia asks for a contact: give a mail or web address")
        self._cache, self._query_url, self._api_url = cache, query_url, api_url
        self._wait = wait
        self._session = requests.Session()
        self._session.headers["User-Agent"] = (
            f"lookalike/{version('youre-my-celebrity')} ({contact})"
            f" python-requests/{requests.__version__}"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def query(self, sparql: str) -> list[Row]:
        """Return the results of a SPARQL query."""
        question = f"{self._query_url} {sparql}"
        try:
            rows: list[Row] = self._cache.answer(question)
        except KeyError:
            answer = self._json(self._query_url, {"query": sparql, "format": "json"})
            try:
                bindings = answer["results"]["bindings"]
                rows = [{name: term["value"] for name, term in row.items()} for row in bindings]
            except (KeyError, TypeError, AttributeError) as error:
                raise self._unexpected(self._query_url) from error
            self._cache.keep_answer(question, rows)
        return rows

    def files(self, titles: Iterable[str], width: int = WIDTHS[0]) -> dict[str, File | None]:
        """Return files by the titles asked for; None for one that does not exist."""
        pages: dict[str, Any] = {}
        asked = list(dict.fromkeys(titles))
        for title in asked:
            try:
                pages[title] = self._cache.answer(self._question(title, width))
            except KeyError:
                continue
        for batch in _batches([title for title in asked if title not in pages]):
            for title, page in self._pages(batch, width).items():
                self._cache.keep_answer(self._question(title, width), page)
                pages[title] = page
        return {title: _file(pages[title]) for title in asked}

    def download(self, url: str) -> bytes:
        """Fetch a picture; raise PictureRefusedError where there is none at that address."""
        answer = self._get(url, {})
        if answer.status_code in _TO_ALL:
            raise WikimediaError(_complaint(answer))
        if not answer.ok:
            raise PictureRefusedError(f"{urlsplit(url).hostname} answers {answer.status_code}")
        return answer.content

    def _question(self, title: str, width: int) -> str:
        return f"{self._api_url} {width} {title}"

    def _pages(self, titles: list[str], width: int) -> dict[str, Any]:
        """Return the page of each title, after redirects; None where there is none."""
        asked = {
            "action": "query",
            "format": "json",
            "formatversion": "2",
            "maxlag": _LAG,
            "redirects": "1",
            "prop": "imageinfo",
            "iiprop": "url|size|mime|sha1|extmetadata",
            "iiurlwidth": str(width),
            "titles": "|".join(titles),
        }
        moved: dict[str, str] = {}
        pages: dict[str, Any] = {}
        more: dict[str, str] = {}
        try:
            while True:
                answer = self._json(self._api_url, asked | more)
                query = answer.get("query", {})
                for step in (*query.get("normalized", []), *query.get("redirects", [])):
                    moved[step["from"]] = step["to"]
                for page in query.get("pages", []):
                    if page.get("imageinfo") or page["title"] not in pages:
                        pages[page["title"]] = page if page.get("imageinfo") else None
                more = answer.get("continue", {})
                if not more:
                    break
            return {title: pages[_destination(title, moved)] for title in titles}
        except (KeyError, TypeError, AttributeError) as error:
            raise self._unexpected(self._api_url) from error

    def _json(self, url: str, asked: dict[str, str]) -> Any:
        answer = self._get(url, asked)
        if not answer.ok:
            raise WikimediaError(_complaint(answer))
        try:
            body = answer.json()
        except ValueError as error:
            raise self._unexpected(url) from error
        if isinstance(body, dict) and "error" in body:
            raise WikimediaError(f"{_host(url)} refuses: {_reason(body['error'])}")
        return body

    def _get(self, url: str, asked: dict[str, str]) -> requests.Response:
        """Ask until the server is not busy; return its last answer, with any status."""
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answer = self._session.get(url, params=asked, timeout=_TIMEOUT)
            except requests.RequestException as error:
                if _never_reached(error):  # without a network a retry is useless
                    raise OfflineError(f"{_host(url)} cannot be reached") from error
                if last or not isinstance(error, _BROKEN_OFF):
                    raise WikimediaError(f"{_host(url)} breaks off its answers") from error
                self._wait(_backoff(attempt))
                continue
            if last or not _is_busy(answer):
                return answer
            seconds = _retry_after(answer)
            if seconds is not None and seconds > LONGEST_WAIT:
                raise WikimediaError(f"{_host(url)} asks to wait {seconds:.0f} s")
            self._wait(_backoff(attempt) if seconds is None else seconds)
        raise AssertionError("the last attempt returns or raises")

    def _unexpected(self, url: str) -> WikimediaError:
        return WikimediaError(f"{_host(url)} answers with something other than was asked for")


def _batches(titles: list[str]) -> Iterator[list[str]]:
    """Split titles into requests, none with too many titles or too long an address."""
    batch: list[str] = []
    length = 0
    for title in titles:
        size = len(quote(f"{title}|", safe=""))
        if batch and (len(batch) == MOST_TITLES or length + size > LONGEST_TITLES):
            yield batch
            batch, length = [], 0
        batch.append(title)
        length += size
    if batch:
        yield batch


def _destination(title: str, moved: dict[str, str]) -> str:
    """Follow a title through normalisation and redirects, which can form a circle."""
    seen = set()
    while title in moved and title not in seen:
        seen.add(title)
        title = moved[title]
    return title


def _file(page: Any) -> File | None:
    if page is None:
        return None
    info = page["imageinfo"][0]
    metadata = info.get("extmetadata") or {}
    return File(
        title=page["title"],
        mime=info.get("mime", ""),
        sha1=info.get("sha1", ""),
        source_url=info.get("descriptionurl", ""),
        thumbnail_url=info.get("thumburl", ""),
        metadata={name: str(field.get("value", "")) for name, field in metadata.items()},
    )


def _is_busy(answer: requests.Response) -> bool:
    """Return whether the server is busy. It says so with a status, or inside its answer."""
    if answer.status_code in _BUSY:
        return "TimeoutException" not in answer.text  # the query is too slow, so a retry fails, too
    if "json" not in answer.headers.get("Content-Type", ""):
        return False
    try:
        return bool(answer.json()["error"]["code"] in _BUSY_CODES)
    except (ValueError, KeyError, TypeError):
        return False


def _retry_after(answer: requests.Response) -> float | None:
    """Return the seconds that a server asks to wait; it may give them as a date."""
    try:
        said = answer.headers.get("Retry-After")
        return None if said is None else float(Retry().parse_retry_after(said))
    except InvalidHeader:
        return None


def _backoff(attempt: int) -> float:
    """Return the seconds to wait where the server gives none; Wikimedia asks for at least 5."""
    return min(60.0, 5.0 * 2.0**attempt)


def _never_reached(error: requests.RequestException) -> bool:
    """Return whether there was no connection at all, not one that broke off."""
    return bool(error.args) and isinstance(error.args[0], MaxRetryError)


def _complaint(answer: requests.Response) -> str:
    host = _host(answer.url)
    if "TimeoutException" in answer.text:
        return f"{host} gave up: the query takes more than its 60 seconds"
    return f"{host} answers {answer.status_code}"


def _reason(error: Any) -> str:
    said = (error.get("info") or error.get("code")) if isinstance(error, dict) else error
    return " ".join(str(said).split())[:200]


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
