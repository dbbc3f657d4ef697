import json
import re
import threading
from collections.abc import Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cli import match as client_module
from cli.match import Client, Match, address_of, play_all
from local.errors import LocalError
from local.state import StateFolder
from tests.recogniser import picture

MATCH_ID = "0b6e3c5e-4a0c-4b55-9f3c-0a6b6d8b1b52"
DONE: Match = {
    "match_id": MATCH_ID,
    "status": "succeeded",
    "poll_after_ms": 1,
    "celebrities": [{"name": "Grace Hopper"}],
}
WAITING: Match = {**DONE, "status": "processing", "celebrities": []}

Reply = tuple[int, Any]


class Server(ThreadingHTTPServer):
    """A page, its API and its bucket, which give prepared answers and note what they are asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.config: Any = {"api_url": "api", "consent_version": "2026-11"}
        self.created: list[Reply] = [
            (201, {"match_id": MATCH_ID, "upload": {"url": "s3/", "fields": {"key": "selfies/1"}}})
        ]
        self.uploaded: list[Reply] = [(204, None)]
        self.matches: list[Reply] = [(200, DONE)]
        self.headers: dict[str, str] = {}
        self.requests: list[tuple[str, str, bytes, str]] = []

    def answer(self, method: str, path: str) -> Reply:
        """The next prepared answer; the last one stays."""
        answers = {
            ("GET", "/config.json"): [(200, self.config)],
            ("POST", "/api/guest/matches"): self.created,
            ("POST", "/s3/"): self.uploaded,
            ("GET", f"/api/guest/matches/{MATCH_ID}"): self.matches,
        }.get((method, path), [(404, {"message": "Not Found"})])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _, _ in self.requests]

    def body(self, path: str) -> tuple[bytes, str]:
        """What was last sent to a path, and as what type."""
        return next((body, kind) for _, at, body, kind in reversed(self.requests) if at == path)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        self.server.requests.append((self.command, self.path, body, kind))
        status, content = self.server.answer(self.command, self.path)
        text = content if isinstance(content, str) else json.dumps(content)
        data = b"" if content is None else text.encode()
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of the server's page that takes no time to wait."""
    monkeypatch.setattr("cli.match.time.sleep", lambda _: None)
    return Client.of_page(server.url)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "me.png"
    path.write_bytes(picture())
    return path


def parts(body: bytes, kind: str) -> dict[str, tuple[str | None, bytes]]:
    """The fields of a form, in their order: what type, and what is in them."""
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found = {}
    for part in message.walk():
        name = re.search(r'name="([^"]+)"', part.get("Content-Disposition", ""))
        if name:
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[name[1]] = part.get("Content-Type"), content
    return found


def test_photograph_is_played_as_a_guest(client: Client, server: Server, photo: Path) -> None:
    match = client.play(photo, "celebrities")

    assert match == DONE
    assert server.paths() == [
        "GET /config.json",
        "POST /api/guest/matches",
        "POST /s3/",
        f"GET /api/guest/matches/{MATCH_ID}",
    ]


@pytest.mark.parametrize(("form", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_match_is_asked_for_with_pack_type_and_consent(
    client: Client, server: Server, photo: Path, form: str, content_type: str
) -> None:
    photo.write_bytes(picture(form=form))

    client.play(photo, "poets")

    body, _ = server.body("/api/guest/matches")
    assert json.loads(body) == {
        "content_type": content_type,
        "pack": "poets",
        "consent": "2026-11",
        "among": "everyone",
        "together_with": [],
    }


def test_photograph_is_sent_last_in_its_form(client: Client, server: Server, photo: Path) -> None:
    client.play(photo, "celebrities")

    fields = parts(*server.body("/s3/"))
    assert list(fields) == ["key", "file"]
    assert fields["key"][1] == b"selfies/1"
    assert fields["file"] == ("image/png", photo.read_bytes())


def test_match_is_waited_for(client: Client, server: Server, photo: Path) -> None:
    server.matches = [(200, {**WAITING, "status": "awaiting_upload"}), (200, WAITING), (200, DONE)]

    match = client.play(photo, "celebrities")

    assert match == DONE
    assert server.matches == [(200, DONE)]


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_match_that_ends_otherwise_is_given_too(
    client: Client, server: Server, photo: Path, status: str
) -> None:
    server.matches = [(200, {**WAITING, "status": status})]

    assert client.play(photo, "celebrities")["status"] == status


def test_match_that_never_ends_is_an_error(
    client: Client, server: Server, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.matches = [(200, WAITING)]
    monkeypatch.setattr(client_module, "PATIENCE", 0.05)

    with pytest.raises(LocalError, match=f"match {MATCH_ID} is not done"):
        client.play(photo, "celebrities")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_request_that_is_turned_away_is_sent_again(
    client: Client, server: Server, photo: Path, status: int
) -> None:
    server.created = [(status, {"message": "later"}), *server.created]
    server.uploaded = [(status, None), *server.uploaded]
    server.matches = [(status, {"message": "later"}), *server.matches]

    assert client.play(photo, "celebrities") == DONE
    assert len(server.requests) == 7


def test_request_is_sent_again_when_the_server_says(
    client: Client, server: Server, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("cli.match.time.sleep", slept.append)
    server.created = [(429, None), *server.created]
    server.headers = {"Retry-After": "7"}

    client.play(photo, "celebrities")

    assert slept == [7.0]


def test_a_day_is_not_waited_for(client: Client, server: Server, photo: Path) -> None:
    server.created = [(429, {"code": "busy", "detail": "Come back tomorrow."})]
    server.headers = {"Retry-After": "30000"}

    with pytest.raises(LocalError, match=r"429: Come back tomorrow\."):
        client.play(photo, "celebrities")

    assert server.paths().count("POST /api/guest/matches") == 1


def test_photograph_above_the_limit_is_sent_as_the_page_would(
    client: Client, server: Server, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LARGEST_SELFIE", len(photo.read_bytes()) - 1)

    client.play(photo, "celebrities")

    wanted = json.loads(server.body("/api/guest/matches")[0])
    kind, sent = parts(*server.body("/s3/"))["file"]
    assert wanted["content_type"] == kind == "image/jpeg"
    assert sent.startswith(b"\xff\xd8\xff")


def test_photograph_above_the_limit_that_cannot_be_read_is_sent_as_it_is(
    client: Client, server: Server, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LARGEST_SELFIE", 10)
    photo.write_bytes(b"hello, I am not a picture")

    client.play(photo, "celebrities")

    assert parts(*server.body("/s3/"))["file"][1] == b"hello, I am not a picture"


def test_server_may_say_when_by_a_date(client: Client, server: Server, photo: Path) -> None:
    server.created = [(503, None), *server.created]
    server.headers = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}

    assert client.play(photo, "celebrities") == DONE


def test_request_that_is_always_turned_away_is_an_error(
    client: Client, server: Server, photo: Path
) -> None:
    server.created = [(429, {"message": "Too Many Requests"})]

    with pytest.raises(LocalError, match="429: Too Many Requests"):
        client.play(photo, "celebrities")

    assert len(server.requests) == 1 + client_module.TRIES


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (
            422,
            {"detail": "There is no such pack; GET /packs lists them.", "code": "unknown_pack"},
            "422: there is no such pack; `lookalike catalog list` lists them",
        ),
        (422, {"detail": "Agree first.", "code": "consent_required"}, r"422: Agree first\.$"),
        (403, "<Error><Code>E</Code><Message>Too old</Message></Error>", "403: Too old$"),
        (403, {"message": "Forbidden"}, "403: Forbidden"),
        (400, "<Error><Code>EntityTooLarge</Code></Error>", "400: <Error><Code>EntityTooLarge"),
        (500, None, "500: Internal Server Error"),
        pytest.param(400, ["odd"], "400: "),
    ],
)
def test_refusal_is_an_error_with_its_reason(
    client: Client, server: Server, photo: Path, status: int, body: Any, reason: str
) -> None:
    server.uploaded = [(status, body)]

    with pytest.raises(LocalError, match=reason):
        client.play(photo, "celebrities")


def test_photograph_that_is_not_there_is_an_error(
    client: Client, server: Server, tmp_path: Path
) -> None:
    with pytest.raises(LocalError, match="No such file"):
        client.play(tmp_path / "none.jpg", "celebrities")

    assert server.paths() == ["GET /config.json"]


def test_empty_file_is_an_error_and_not_sent(client: Client, server: Server, photo: Path) -> None:
    photo.write_bytes(b"")

    with pytest.raises(LocalError, match="the file is empty"):
        client.play(photo, "celebrities")

    assert server.paths() == ["GET /config.json"]


def test_photograph_that_is_refused_is_named(client: Client, server: Server, photo: Path) -> None:
    server.created = [(422, {"detail": "Agree first."})]
    complaints: list[str] = []

    succeeded = play_all(client, [photo], "celebrities", lambda *_: None, complaints.append)

    assert not succeeded
    assert complaints == [f"{photo}: 422: Agree first."]


def test_lost_connection_is_an_error(client: Client, server: Server, photo: Path) -> None:
    server.created = [(201, {"match_id": MATCH_ID, "upload": {"url": "http://127.0.0.1:1/"}})]
    server.created[0][1]["upload"]["fields"] = {}

    with pytest.raises(LocalError, match="the connection failed"):
        client.play(photo, "celebrities")


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"api_url": "api"},
        "<html>",
        pytest.param(["odd"]),
    ],
)
def test_page_without_its_configuration_is_an_error(server: Server, config: Any) -> None:
    server.config = config

    with pytest.raises(LocalError, match="nothing answers at"):
        Client.of_page(server.url)


def test_page_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LocalError, match=r"nothing answers at http://127\.0\.0\.1:1;"):
        Client.of_page("http://127.0.0.1:1")


@pytest.mark.parametrize("slash", ["", "/"])
def test_page_is_found_with_and_without_a_slash(server: Server, slash: str) -> None:
    Client.of_page(server.url + slash)

    assert server.paths() == ["GET /config.json"]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_address_of_this_machine_needs_no_scheme(server: Server, name: str) -> None:
    Client.of_page(f"{name}:{server.server_address[1]}")

    assert server.paths() == ["GET /config.json"]


def test_other_address_without_a_scheme_is_one_of_https() -> None:
    with pytest.raises(LocalError, match=r"nothing answers at https://localhost\.invalid;"):
        Client.of_page("localhost.invalid")


def test_page_of_the_local_stack_is_in_its_state(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    state.page.write_text("http://localhost:9000")

    assert address_of(state) == "http://localhost:9000"


def test_without_a_local_stack_the_way_to_a_page_is_said(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="start it with `make run`"):
        address_of(StateFolder(tmp_path))


def test_playing_succeeds_where_every_photograph_got_a_celebrity(
    client: Client, photo: Path
) -> None:
    shown: list[tuple[Path, Match]] = []

    complaints: list[str] = []
    succeeded = play_all(
        client, [photo, photo], "celebrities", lambda *one: shown.append(one), complaints.append
    )

    assert succeeded
    assert complaints == []
    assert shown == [(photo, DONE), (photo, DONE)]


def test_playing_fails_where_a_photograph_got_no_celebrity(
    client: Client, server: Server, photo: Path
) -> None:
    server.matches = [(200, {**DONE, "status": "failed", "celebrities": []}), (200, DONE)]
    shown: list[Match] = []

    complaints: list[str] = []
    succeeded = play_all(
        client,
        [photo, photo],
        "celebrities",
        lambda _, match: shown.append(match),
        complaints.append,
    )

    assert not succeeded
    assert complaints == []
    assert len(shown) == 2


def test_a_photograph_that_is_missing_does_not_keep_the_next_from_being_played(
    client: Client, photo: Path
) -> None:
    shown: list[Match] = []
    complaints: list[str] = []

    succeeded = play_all(
        client,
        [photo.with_name("none.jpg"), photo],
        "celebrities",
        lambda _, match: shown.append(match),
        complaints.append,
    )

    assert not succeeded
    assert shown == [DONE]
    assert "none.jpg" in complaints[0]


def photos_of(folder: Path, count: int) -> list[Path]:
    photos = [folder / f"{number}.png" for number in range(count)]
    for photo in photos:
        photo.write_bytes(picture())
    return photos


def test_photographs_of_one_person_name_the_earlier_ones_that_succeeded(
    server: Server, tmp_path: Path
) -> None:
    refused: Match = {**DONE, "status": "failed", "celebrities": [], "failure": {"code": "no_face"}}
    server.matches = [(200, DONE), (200, refused), (200, DONE)]

    play_all(
        Client.of_page(server.url),
        photos_of(tmp_path, 3),
        "celebrities",
        lambda *_: None,
        lambda _: None,
        among="women",
        together=True,
    )

    wanted = [json.loads(body) for _, path, body, _ in server.requests if path.endswith("/matches")]
    assert [one["together_with"] for one in wanted] == [[], [MATCH_ID], [MATCH_ID]]
    assert {one["among"] for one in wanted} == {"women"}


def test_more_photographs_than_the_api_takes_are_refused_before_any_is_sent(
    server: Server, tmp_path: Path
) -> None:
    with pytest.raises(LocalError, match="at most 5"):
        play_all(
            Client.of_page(server.url),
            photos_of(tmp_path, 6),
            "celebrities",
            lambda *_: None,
            lambda _: None,
            together=True,
        )

    assert server.paths() == ["GET /config.json"]
