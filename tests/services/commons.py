"""Wikidata's query service and Wikimedia Commons, as they document themselves, in this process."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from PIL import Image

from tests.pictures import encode


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    length: int
    """Of its address."""


@dataclass
class Reply:
    """What is answered; `promised` is the length it says it has."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None


def as_json(body: Any, status: int = 200, **headers: str) -> Reply:
    """Answer with JSON; headers are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named["Content-Type"] = "application/json; charset=utf-8"
    return Reply(status, json.dumps(body).encode(), named)


def picture(shade: int = 90, size: tuple[int, int] = (240, 300), kind: str = "JPEG") -> bytes:
    """Paint a picture that differs by its shade."""
    return encode(Image.new("RGB", size, (shade, 80, 80)), kind)


class Commons(ThreadingHTTPServer):
    """Both services; `troubles` are answered first, whatever is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.query_url, self.api_url = f"{self.url}/sparql", f"{self.url}/w/api.php"
        self.asked: list[Asked] = []
        self.troubles: list[Reply] = []
        self.rows: list[dict[str, str]] = []
        self.pages: dict[str, dict[str, Any]] = {}
        self.redirects: dict[str, str] = {}
        self.pictures: dict[str, Reply] = {}
        self.a_time = 50
        """How many files the API describes in one answer before it asks to continue."""

    def add_file(
        self,
        title: str,
        content: bytes | None = None,
        *,
        license: str | None = "CC BY-SA 4.0",
        artist: str | None = "A. Author",
        mime: str = "image/jpeg",
        **more: str,
    ) -> None:
        """Put a file on Commons, with a thumbnail at every width."""
        metadata = {"LicenseShortName": license, "Artist": artist, **more}
        self.pages[title] = {
            "mime": mime,
            "sha1": hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest(),
            "descriptionurl": f"https://commons.wikimedia.org/wiki/{quote(title)}",
            "extmetadata": {
                name: {"value": value, "source": "commons-desc-page"}
                for name, value in metadata.items()
                if value is not None
            },
        }
        for width in (960, 500, 330, 250):
            self.pictures[thumbnail(title, width)] = Reply(
                body=picture() if content is None else content
            )

    def paths(self, start: str = "") -> list[str]:
        """The paths asked for, those that begin so."""
        return [asked.path for asked in self.asked if asked.path.startswith(start)]

    def titles(self) -> list[list[str]]:
        """The titles asked for, by request."""
        return [a.parameters["titles"].split("|") for a in self.asked if a.path == "/w/api.php"]

    def reply(self, asked: Asked) -> Reply:
        if self.troubles:
            return self.troubles.pop(0)
        if asked.path == "/sparql":
            return self._results()
        if asked.path == "/w/api.php":
            return self._imageinfo(asked.parameters)
        return self.pictures.get(asked.path, Reply(404))

    def _results(self) -> Reply:
        bindings = [
            {name: {"type": "literal", "value": value} for name, value in row.items()}
            for row in self.rows
        ]
        names = sorted({name for row in self.rows for name in row})
        return as_json({"head": {"vars": names}, "results": {"bindings": bindings}})

    def _imageinfo(self, parameters: dict[str, str]) -> Reply:
        query: dict[str, Any] = {"normalized": [], "redirects": [], "pages": []}
        start = int(parameters.get("iistart", "0"))
        asked = parameters["titles"].split("|")
        assert len(asked) <= 50
        for number, given in enumerate(asked):
            title = given.replace("_", " ")
            if title != given:
                query["normalized"].append({"from": given, "to": title})
            if title in self.redirects:
                query["redirects"].append({"from": title, "to": self.redirects[title]})
                title = self.redirects[title]
            page: dict[str, Any] = {"ns": 6, "title": title}
            if title not in self.pages:
                page["missing"] = True
            elif start <= number < start + self.a_time:
                url = f"{self.url}{thumbnail(title, int(parameters['iiurlwidth']))}"
                page["imageinfo"] = [{"thumburl": url, **self.pages[title]}]
            query["pages"].append(page)
        body: dict[str, Any] = {"query": query}
        if start + self.a_time < len(asked):
            body["continue"] = {"iistart": str(start + self.a_time), "continue": "||"}
        else:
            body["batchcomplete"] = True
        return as_json(body)


def thumbnail(title: str, width: int) -> str:
    """The path of a file's thumbnail."""
    return f"/thumb/{quote(title.removeprefix('File:').replace(' ', '_'))}/{width}px.jpg"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Commons

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            quote(unquote(parts.path)),
            dict(parse_qsl(parts.query)),
            dict(self.headers.items()),
            len(self.path),
        )
        self.server.asked.append(asked)
        reply = self.server.reply(asked)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        promised = len(reply.body) if reply.promised is None else reply.promised
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        self.wfile.write(reply.body)
        if promised != len(reply.body):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Commons]:
    """Run both services for a while."""
    commons = Commons()
    thread = threading.Thread(target=commons.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield commons
    finally:
        commons.shutdown()
        thread.join()
        commons.server_close()
