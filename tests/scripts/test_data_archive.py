"""A member's archive, opened by another program than the one that wrote it."""

import json
import os
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import deno
import pytest

from local.state import ROOT
from tests.scripts.conftest import ENVIRONMENT, NO_NETWORK

WRITE = """
    const {collectData} = await import(`file://${Deno.args[0]}/web/scripts/data-archive.js`);
    const pages = JSON.parse(Deno.args[1]);
    const asked = [];
    const exportMe = async cursor => (asked.push(cursor), pages[cursor ?? "first"]);
    const photo = async url => url.endsWith("gone") ? null : new Blob([url], {type: "image/png"});
    const zip = await collectData({exportMe}, photo);
    await Deno.writeFile(Deno.args[2], new Uint8Array(await zip.arrayBuffer()));
    console.log(JSON.stringify(asked));
"""
ACCOUNT = {"sub": "1", "email": "<ada>@example.org"}


def match(match_id: str, photo: str | None, name: str = "Grace Hopper") -> dict[str, Any]:
    person = {"name": name, "resemblance": 88, "one_in": 308}
    return {
        "match_id": match_id,
        "created_at": "2026-11-28T10:20:30Z",
        "selfie_url": photo,
        "celebrities": [person],
        "failure": None,
        "scores": {"grace-hopper": 31.4},
    }


def page(matches: list[dict[str, Any]], cursor: str | None) -> dict[str, Any]:
    exported = {"account": ACCOUNT, "exported_at": "2026-11-28T11:00:00Z"}
    return {**exported, "matches": matches, "next_cursor": cursor}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[str | None]]:
    """The archive, and the cursors with which the export's pages were asked for."""
    path: Path = tmp_path_factory.mktemp("archive") / "data.zip"
    failed = {
        **match("m3", None),
        "celebrities": [],
        "failure": {"message": "No face <b>here</b>."},
    }
    pages = {
        "first": page([match("m1", "https://selfies.example/one")], "second"),
        "second": page([match("m2", "https://x.example/gone", "<i>Björk</i>"), failed], None),
    }
    done = subprocess.run(
        [
            *(deno.find_deno_bin(), "run", "--no-check", *NO_NETWORK),
            *("--allow-read", f"--allow-write={path}", "-", ROOT, json.dumps(pages), path),
        ],
        input=WRITE,
        env={**os.environ, **ENVIRONMENT, "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=True,
    )
    return path.read_bytes(), json.loads(done.stdout)


@pytest.fixture
def archive(written: tuple[bytes, list[str | None]]) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(written[0]))


def test_the_archive_is_whole_and_holds_the_photos_beside_a_page(archive: zipfile.ZipFile) -> None:
    assert archive.testzip() is None
    assert archive.namelist() == ["photos/m1.png", "data.json", "index.html"]
    assert archive.read("photos/m1.png") == b"https://selfies.example/one"
    photo = archive.getinfo("photos/m1.png")
    assert photo.compress_type == zipfile.ZIP_STORED
    assert photo.date_time == (2026, 11, 28, 10, 20, 30)


def test_every_page_of_the_export_is_in_it(
    archive: zipfile.ZipFile, written: tuple[bytes, list[str | None]]
) -> None:
    data = json.loads(archive.read("data.json"))

    assert written[1] == [None, "second"]
    assert data["account"] == ACCOUNT
    assert [kept["match_id"] for kept in data["matches"]] == ["m1", "m2", "m3"]
    assert [kept["photo"] for kept in data["matches"]] == ["photos/m1.png", None, None]
    assert data["matches"][0]["scores"] == {"grace-hopper": 31.4}
    # A signed address is valid for an hour, and opens the photo to everyone until then.
    assert "selfies.example" not in archive.read("data.json").decode()


def test_the_page_shows_everything_as_text(archive: zipfile.ZipFile) -> None:
    text = archive.read("index.html").decode()

    assert text.count("<article>") == 3
    assert '<img src="photos/m1.png"' in text
    assert "&lt;i&gt;Björk&lt;/i&gt;: 1 in 308" in text
    assert "No face &lt;b&gt;here&lt;/b&gt;." in text
    assert "&lt;ada&gt;@example.org" in text
    assert "28 November 2026" in text
    assert [part for part in ("<i>", "<b>", "<ada>", "<script") if part in text] == []
