import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.cache import Cache
from catalog.wikimedia import (
    TRIES,
    OfflineError,
    PictureRefusedError,
    Wikimedia,
    WikimediaError,
)
from tests.services.commons import Commons, Reply, as_json, running, thumbnail

CONTACT = "https://example.org/lookalike"
A, B = "File:A.jpg", "File:B.jpg"


@pytest.fixture
def commons() -> Iterator[Commons]:
    with running() as services:
        yield services


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the client waited, each time."""
    return []


@pytest.fixture
def client(commons: Commons, tmp_path: Path, waits: list[float]) -> Iterator[Wikimedia]:
    with Wikimedia(
        CONTACT,
        Cache(tmp_path),
        query_url=commons.query_url,
        api_url=commons.api_url,
        wait=waits.append,
    ) as made:
        yield made


def busy(code: str) -> Reply:
    return as_json({"error": {"code": code, "info": "Waiting"}}, Retry_After="7")


# Who asks, and for what


def test_the_client_says_who_it_is(client: Wikimedia, commons: Commons) -> None:
    client.query("SELECT")

    agent = commons.asked[0].headers["User-Agent"]
    assert re.fullmatch(
        r"lookalike/[\d.]+ \(https://example\.org/lookalike\) python-requests/[\d.]+", agent
    )
    assert "gzip" in commons.asked[0].headers["Accept-Encoding"]


@pytest.mark.parametrize("contact", ["", "me", "mé@example.org", "a@example.org\r\nX: 1"])
def test_a_contact_that_reaches_no_person_is_refused(contact: str, tmp_path: Path) -> None:
    with pytest.raises(WikimediaError, match="asks for a contact"):
        Wikimedia(contact, Cache(tmp_path))


def test_a_query_gives_its_rows_with_their_names_intact(
    client: Wikimedia, commons: Commons
) -> None:
    commons.rows = [{"item": "http://www.wikidata.org/entity/Q1", "name": "Zoë Wanamaker 女優"}]

    rows = client.query("SELECT ?item")

    assert rows == commons.rows
    assert commons.asked[0].parameters == {"query": "SELECT ?item", "format": "json"}


def test_files_are_asked_for_as_documented(client: Wikimedia, commons: Commons) -> None:
    commons.add_file(A)

    client.files([A, B])

    assert commons.asked[0].parameters == {
        "action": "query",
        "format": "json",
        "formatversion": "2",
        "maxlag": "5",
        "redirects": "1",
        "prop": "imageinfo",
        "iiprop": "url|size|mime|sha1|extmetadata",
        "iiurlwidth": "960",
        "titles": "File:A.jpg|File:B.jpg",
    }


def test_a_file_comes_with_its_licence_and_its_page(client: Wikimedia, commons: Commons) -> None:
    commons.add_file(A, license="CC0", artist="<b>Ann</b>")

    file = client.files([A])[A]

    assert file is not None
    assert (file.title, file.mime) == (A, "image/jpeg")
    assert file.metadata == {"LicenseShortName": "CC0", "Artist": "<b>Ann</b>"}
    assert file.source_url == "https://commons.wikimedia.org/wiki/File%3AA.jpg"
    assert file.thumbnail_url == f"{commons.url}{thumbnail(A, 960)}"


def test_a_file_that_is_gone_is_none(client: Wikimedia, commons: Commons) -> None:
    commons.add_file(A)

    files = client.files([B, A])

    assert files[B] is None
    assert files[A] is not None


def test_titles_are_followed_through_normalisation_and_redirects(
    client: Wikimedia, commons: Commons
) -> None:
    commons.add_file("File:Björk 2.jpg")
    commons.redirects["File:Björk 1.jpg"] = "File:Björk 2.jpg"

    file = client.files(["File:Björk_1.jpg"])["File:Björk_1.jpg"]

    assert file is not None
    assert file.title == "File:Björk 2.jpg"


def test_redirects_in_a_circle_end(client: Wikimedia, commons: Commons) -> None:
    commons.troubles = [
        as_json(
            {
                "query": {
                    "redirects": [{"from": A, "to": B}, {"from": B, "to": A}],
                    "pages": [{"ns": 6, "title": A, "missing": True}],
                }
            }
        )
    ]

    assert client.files([A]) == {A: None}


def test_an_answer_in_parts_is_read_to_its_end(client: Wikimedia, commons: Commons) -> None:
    titles = [f"File:{number}.jpg" for number in range(5)]
    for title in titles:
        commons.add_file(title)
    commons.a_time = 2

    files = client.files(titles)

    assert [file and file.title for file in files.values()] == titles
    assert [asked.parameters.get("iistart") for asked in commons.asked] == [None, "2", "4"]


def test_fifty_titles_are_asked_for_at_a_time(client: Wikimedia, commons: Commons) -> None:
    client.files(f"File:{number}.jpg" for number in range(101))

    assert [len(titles) for titles in commons.titles()] == [50, 50, 1]


def test_no_address_is_longer_than_servers_take(client: Wikimedia, commons: Commons) -> None:
    titles = [f"File:{'名' * 60} {number}.jpg" for number in range(30)]

    client.files(titles)

    assert [title for batch in commons.titles() for title in batch] == titles
    assert max(asked.length for asked in commons.asked) < 8000


# What was answered once


def test_what_was_answered_is_not_asked_again(client: Wikimedia, commons: Commons) -> None:
    commons.add_file(A)
    first = client.query("SELECT"), client.files([A, B])

    again = client.query("SELECT"), client.files([A, B])

    assert again == first
    assert len(commons.asked) == 2


def test_only_what_is_not_known_yet_is_asked_for(client: Wikimedia, commons: Commons) -> None:
    client.files([A])

    client.files([A, B])

    assert commons.titles() == [[A], [B]]


def test_what_was_forgotten_is_asked_again(
    client: Wikimedia, commons: Commons, tmp_path: Path
) -> None:
    client.query("SELECT")

    Cache(tmp_path).forget_answers()
    client.query("SELECT")

    assert len(commons.asked) == 2


def test_an_answer_that_the_disk_lost_half_of_is_asked_for_again(
    client: Wikimedia, commons: Commons, tmp_path: Path
) -> None:
    commons.rows = [{"name": "Ada"}]
    client.query("SELECT")
    (path,) = (tmp_path / "answers").iterdir()
    path.write_bytes(path.read_bytes()[:9])

    assert client.query("SELECT") == [{"name": "Ada"}]


def test_a_refusal_is_not_remembered(client: Wikimedia, commons: Commons) -> None:
    commons.troubles = [as_json({"error": {"code": "internal", "info": "Oh"}})]
    with pytest.raises(WikimediaError):
        client.files([A])

    assert client.files([A]) == {A: None}


# Servers that are busy


@pytest.mark.parametrize("code", ["maxlag", "ratelimited"])
def test_a_server_that_says_so_inside_its_answer_is_given_its_time(
    client: Wikimedia, commons: Commons, waits: list[float], code: str
) -> None:
    commons.add_file(A)
    commons.troubles = [busy(code)]

    files = client.files([A])

    assert files[A] is not None
    assert waits == [7.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_says_so_with_a_status_is_given_its_time(
    client: Wikimedia, commons: Commons, waits: list[float], status: int
) -> None:
    commons.troubles = [Reply(status, headers={"Retry-After": "12"})]

    client.query("SELECT")

    assert waits == [12.0]


def test_the_time_may_be_a_date(client: Wikimedia, commons: Commons, waits: list[float]) -> None:
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    commons.troubles = [Reply(429, headers={"Retry-After": past})]

    client.query("SELECT")

    assert waits == [0.0]


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}])
def test_without_a_time_the_waits_grow(
    client: Wikimedia, commons: Commons, waits: list[float], headers: dict[str, str]
) -> None:
    commons.troubles = [Reply(502, headers=headers)] * 3

    client.query("SELECT")

    assert waits == [5.0, 10.0, 20.0]


def test_patience_ends(client: Wikimedia, commons: Commons, waits: list[float]) -> None:
    commons.troubles = [busy("maxlag")] * 20

    with pytest.raises(WikimediaError, match="refuses: Waiting"):
        client.files([A])

    assert len(commons.asked) == TRIES
    assert len(waits) == TRIES - 1


def test_a_server_that_wants_long_peace_is_left_alone(
    client: Wikimedia, commons: Commons, waits: list[float]
) -> None:
    commons.troubles = [Reply(429, headers={"Retry-After": "3600"})]

    with pytest.raises(WikimediaError, match="asks to wait 3600 s"):
        client.query("SELECT")

    assert waits == []


def test_a_query_that_takes_too_long_is_not_tried_again(
    client: Wikimedia, commons: Commons, waits: list[float]
) -> None:
    commons.troubles = [Reply(500, b"java.util.concurrent.TimeoutException")]

    with pytest.raises(WikimediaError, match="more than its 60 seconds"):
        client.query("SELECT")

    assert waits == []


# Servers that answer otherwise, or not at all


def test_an_error_has_the_words_of_the_server(client: Wikimedia, commons: Commons) -> None:
    commons.troubles = [as_json({"error": {"code": "badvalue", "info": "Unknown\nwidth"}})]

    with pytest.raises(WikimediaError, match=r"127\.0\.0\.1 refuses: Unknown width$"):
        client.files([A])


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"[]", b'{"results": {}}'])
def test_an_answer_of_another_kind_is_noticed(
    client: Wikimedia, commons: Commons, body: bytes
) -> None:
    commons.troubles = [Reply(200, body)]

    with pytest.raises(WikimediaError, match="something other than was asked for"):
        client.query("SELECT")


def test_a_refused_query_is_an_error(client: Wikimedia, commons: Commons) -> None:
    commons.troubles = [Reply(400, b"Malformed query")]

    with pytest.raises(WikimediaError, match="answers 400"):
        client.query("SELEC")


def test_without_a_network_there_is_one_line_and_no_waiting(
    tmp_path: Path, waits: list[float]
) -> None:
    with socket.socket() as unused:  # bound, but not listening
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/sparql"
        with (
            Wikimedia(CONTACT, Cache(tmp_path), query_url=url, wait=waits.append) as client,
            pytest.raises(OfflineError, match=r"^127\.0\.0\.1 cannot be reached$"),
        ):
            client.query("SELECT")

    assert waits == []
    assert list(tmp_path.iterdir()) == []


# Pictures


def test_a_picture_is_downloaded(client: Wikimedia, commons: Commons) -> None:
    commons.pictures["/a.jpg"] = Reply(body=b"whole")

    assert client.download(f"{commons.url}/a.jpg") == b"whole"


def test_a_picture_that_breaks_off_is_fetched_again(
    client: Wikimedia, commons: Commons, waits: list[float]
) -> None:
    commons.troubles = [Reply(body=b"who", promised=5)]
    commons.pictures["/a.jpg"] = Reply(body=b"whole")

    assert client.download(f"{commons.url}/a.jpg") == b"whole"
    assert waits == [5.0]


def test_a_picture_that_always_breaks_off_is_an_error(client: Wikimedia, commons: Commons) -> None:
    commons.pictures["/a.jpg"] = Reply(body=b"who", promised=5)

    with pytest.raises(WikimediaError, match="breaks off"):
        client.download(f"{commons.url}/a.jpg")

    assert len(commons.asked) == TRIES


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_picture_may_be_refused(client: Wikimedia, commons: Commons, status: int) -> None:
    commons.pictures["/a.jpg"] = Reply(status)

    with pytest.raises(PictureRefusedError, match=f"answers {status}"):
        client.download(f"{commons.url}/a.jpg")


@pytest.mark.parametrize("status", [403, 429])
def test_a_refusal_of_every_picture_is_not_one_of_this_picture(
    client: Wikimedia, commons: Commons, status: int
) -> None:
    commons.pictures["/a.jpg"] = Reply(status, headers={"Retry-After": "1"})

    with pytest.raises(WikimediaError, match=f"answers {status}") as raised:
        client.download(f"{commons.url}/a.jpg")

    assert not isinstance(raised.value, PictureRefusedError)
