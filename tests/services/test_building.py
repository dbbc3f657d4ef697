import csv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from catalog.building import BUILT_COLUMNS, BuildError, BuildReport, PackBuilder
from catalog.cache import Cache
from catalog.folder import read_folder
from catalog.recipes import Recipe, read_recipe
from catalog.removed import Removed
from catalog.wikimedia import OfflineError, Wikimedia, WikimediaError
from tests.services.commons import Commons, Reply, picture, running, thumbnail

WD = "http://www.wikidata.org/entity/"
WOMAN, MAN = f"{WD}Q6581072", f"{WD}Q6581097"
NAMES = ("Ada Lovelace", "Beyoncé", "Çağla", "王菲", "Eve")


@pytest.fixture
def commons() -> Iterator[Commons]:
    """Five people, each with a picture; the first is the most famous."""
    with running() as services:
        for number, name in enumerate(NAMES, 1):
            add_person(services, number, name)
        yield services


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "celebrities"


@pytest.fixture
def recipe() -> Recipe:
    """Three women of one slice."""
    written = read_recipe("celebrities")
    slices = {"women": written.axes["gender"]["women"]}
    europe = {"Europe": written.axes["region"]["Europe"]}
    axes = {**written.axes, "gender": slices, "region": europe}
    return written.model_copy(update={"size": 3, "axes": axes})


@pytest.fixture
def client(commons: Commons, cache: Cache) -> Iterator[Wikimedia]:
    with Wikimedia(
        "me@example.org",
        cache,
        query_url=commons.query_url,
        api_url=commons.api_url,
        wait=lambda _seconds: None,
    ) as made:
        yield made


@pytest.fixture
def builder(client: Wikimedia, cache: Cache) -> PackBuilder:
    return PackBuilder(client, cache)


def title(name: str) -> str:
    return f"File:{name}.jpg"


def add_person(commons: Commons, number: int, name: str, *images: str) -> None:
    for image in images or (name,):
        commons.rows.append(
            {
                "item": f"{WD}Q{number}",
                "fame": str(100 - number),
                "name": name,
                "language": "en",
                "image": f"http://commons.wikimedia.org/wiki/Special:FilePath/{quote(image)}.jpg",
                "gender": WOMAN,
                "description": "American singer",
                "born": "1961-05-06T00:00:00Z",
                "country": f"{WD}Q142",
            }
        )
        commons.add_file(title(image), picture(shade=10 * number))


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "catalog.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def names(report: BuildReport) -> list[str]:
    return [portrait.person.name for portrait in report.kept]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# What there is after a build


def test_a_build_makes_a_folder_that_can_be_imported(
    builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    report = builder.build(recipe, folder)

    entries = read_folder(folder)
    assert names(report) == ["Ada Lovelace", "Beyoncé", "Çağla"]
    assert [entry.file for entry in entries] == [
        "Ada_Lovelace_Q1.jpg",
        "Beyoncé_Q2.jpg",
        "Çağla_Q3.jpg",
    ]
    assert [entry.caption.name for entry in entries] == ["Ada Lovelace", "Beyoncé", "Çağla"]
    assert entries[1].caption.celebrity_id == "beyonce-q2"
    assert entries[1].path.read_bytes() == picture(shade=20)
    assert len(list(folder.iterdir())) == 4


def test_the_manifest_says_whom_a_portrait_shows_and_whose_it_is(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.add_file(
        title("Beyoncé"),
        license="CC BY-SA 3.0 de",
        artist='<a href="//x">Søren <b>Å.</b></a>',
        Restrictions="personality",
    )

    builder.build(recipe, folder)

    assert tuple(rows(folder)[1]) == BUILT_COLUMNS
    assert rows(folder)[1] == {
        "file": "Beyoncé_Q2.jpg",
        "name": "Beyoncé",
        "celebrity_id": "beyonce-q2",
        "gender": "female",
        "description": "American singer",
        "author": "Søren Å.",
        "license": "CC BY-SA 3.0 DE",
        "license_url": "https://creativecommons.org/licenses/by-sa/3.0/de/",
        "source_url": "https://commons.wikimedia.org/wiki/File%3ABeyonc%C3%A9.jpg",
        "qid": "Q2",
        "born": "1961",
        "region": "Europe",
        "restrictions": "personality",
    }


def test_description_that_does_not_fit_beside_the_rights_is_left_out(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.add_file(title("Beyoncé"), artist="名" * 200)
    commons.rows[1]["description"] = "singer " * 20

    builder.build(recipe, folder)

    said = {row["name"]: (row["gender"], row["description"]) for row in rows(folder)}
    assert said["Beyoncé"] == ("female", "")
    assert said["Çağla"] == ("female", "American singer")


def test_names_of_any_script_become_files_of_that_name(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    add_person(commons, 6, "AC/DC: who?", "Angus")

    builder.build(recipe.model_copy(update={"size": 9}), folder)

    files = {row["name"]: row["file"] for row in rows(folder)}
    assert files["王菲"] == "王菲_Q4.jpg"
    assert files["AC/DC: who?"] == "AC_DC_who_Q6.jpg"


def test_two_people_of_one_name_are_two(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    add_person(commons, 6, "Eve", "Another Eve")

    builder.build(recipe.model_copy(update={"size": 9}), folder)

    eves = [(row["file"], row["celebrity_id"]) for row in rows(folder) if row["name"] == "Eve"]
    assert eves == [("Eve_Q5.jpg", "eve-q5"), ("Eve_Q6.jpg", "eve-q6")]


def test_progress_is_reported(builder: PackBuilder, recipe: Recipe, folder: Path) -> None:
    told: list[tuple[str, int, int]] = []

    builder.build(recipe, folder, lambda *step: told.append(step))

    assert told[0] == ("people", 0, 1)
    assert ("people", 1, 1) in told
    assert told[-1] == ("portraits", 3, 3)


# Pictures that cannot be used


@pytest.mark.parametrize(
    ("license", "reason"),
    [("CC BY-NC 4.0", "its licence is not free: CC BY-NC 4.0"), (None, "it has no licence data")],
)
def test_the_next_person_stands_in_for_one_without_a_free_picture(
    commons: Commons,
    builder: PackBuilder,
    recipe: Recipe,
    folder: Path,
    license: str | None,
    reason: str,
) -> None:
    commons.add_file(title("Beyoncé"), license=license)

    report = builder.build(recipe, folder)

    assert names(report) == ["Ada Lovelace", "Çağla", "王菲"]
    assert report.left_out == {"Beyoncé (Q2)": reason}
    assert not commons.paths(thumbnail(title("Beyoncé"), 960))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "the picture is broken"),
        (picture(size=(300, 300))[:-200], "the picture is broken"),
        (picture(kind="GIF"), "the picture is broken"),
        (picture(size=(199, 400)), "the picture is smaller than 200 pixels"),
    ],
)
def test_a_picture_that_is_no_portrait_is_left_out(
    commons: Commons,
    builder: PackBuilder,
    recipe: Recipe,
    folder: Path,
    content: bytes,
    reason: str,
) -> None:
    commons.add_file(title("Beyoncé"), content)

    report = builder.build(recipe, folder)

    assert report.left_out == {"Beyoncé (Q2)": reason}
    assert not (folder / "Beyoncé_Q2.jpg").exists()


def test_a_drawing_and_a_file_that_is_gone_are_left_out(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.add_file(title("Ada Lovelace"), mime="image/svg+xml")
    del commons.pages[title("Beyoncé")]

    report = builder.build(recipe, folder)

    assert report.left_out == {
        "Ada Lovelace (Q1)": "the picture is not a photograph but image/svg+xml",
        "Beyoncé (Q2)": "the picture is gone",
    }


def test_rights_too_long_to_travel_leave_a_portrait_out(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.add_file(title("Beyoncé"), artist="名" * 200)
    commons.pages[title("Beyoncé")]["descriptionurl"] += quote("名" * 20)

    report = builder.build(recipe, folder)

    assert "too long" in report.left_out["Beyoncé (Q2)"]
    assert len(read_folder(folder)) == 3


def test_a_second_picture_stands_in_for_one_that_is_not_free(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.rows.clear()
    add_person(commons, 1, "Ada Lovelace", "a", "b")
    commons.add_file(title("a"), license="GFDL")

    report = builder.build(recipe, folder)

    assert report.left_out == {}
    assert rows(folder)[0]["source_url"].endswith("b.jpg")


def test_a_png_stays_one(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.add_file(title("Beyoncé"), picture(kind="PNG"), mime="image/png")

    builder.build(recipe, folder)

    assert (folder / "Beyoncé_Q2.png").is_file()


def test_a_refused_width_is_followed_by_the_next_narrower(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    for width in (960, 500):
        commons.pictures[thumbnail(title("Eve"), width)] = Reply(400)
    commons.rows = commons.rows[4:]

    builder.build(recipe, folder)

    assert commons.paths("/thumb/") == [thumbnail(title("Eve"), width) for width in (960, 500, 330)]
    assert (folder / "Eve_Q5.jpg").is_file()


def test_a_picture_refused_at_every_width_is_left_out(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    for width in (960, 500, 330, 250):
        commons.pictures[thumbnail(title("Beyoncé"), width)] = Reply(404)

    report = builder.build(recipe, folder)

    assert "refused" in report.left_out["Beyoncé (Q2)"]
    assert len(report.kept) == 3


def test_no_portrait_at_all_is_an_error_that_makes_no_folder(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.pages.clear()

    with pytest.raises(BuildError, match="no portrait for celebrities"):
        builder.build(recipe, folder)

    assert not folder.exists()


# Builds that come again


def test_a_second_build_fetches_nothing_and_changes_nothing(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    builder.build(recipe, folder)
    before, asked = contents(folder), len(commons.asked)

    builder.build(recipe, folder)

    assert contents(folder) == before
    assert len(commons.asked) == asked


def test_a_build_that_was_killed_goes_on_where_it_was(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    def kill(stage: str, done: int, _total: int) -> None:
        if (stage, done) == ("portraits", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        builder.build(recipe, folder, kill)
    assert not folder.exists()

    builder.build(recipe, folder)

    assert len(read_folder(folder)) == 3
    assert len(commons.asked) == len({(a.path, str(a.parameters)) for a in commons.asked}) == 5


def test_a_build_that_was_killed_while_writing_the_folder_is_finished(
    builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    builder.build(recipe, folder)
    whole = contents(folder)
    (folder / "catalog.csv").unlink()
    (folder / "Beyoncé_Q2.jpg").write_bytes(b"half")
    (folder / ".4711.partial").write_bytes(b"half")

    builder.build(recipe, folder)

    assert {name: data for name, data in contents(folder).items() if name in whole} == whole
    assert len(read_folder(folder)) == 3


def test_a_half_written_picture_never_counts(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path, tmp_path: Path
) -> None:
    pictures = tmp_path / "cache" / "pictures"
    pictures.mkdir(parents=True)
    (pictures / ".4711.partial").write_bytes(picture()[:50])

    builder.build(recipe, folder)

    assert len(commons.paths("/thumb/")) == 3


def test_a_person_who_is_no_longer_in_the_recipe_leaves_the_folder(
    builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    builder.build(recipe, folder)
    (folder / "notes.jpg").write_bytes(b"not ours")

    builder.build(recipe.model_copy(update={"size": 1}), folder)

    assert sorted(contents(folder)) == ["Ada_Lovelace_Q1.jpg", "catalog.csv", "notes.jpg"]


@pytest.mark.parametrize("manifest", [None, "file,name\nme.jpg,Me\n"])
def test_a_folder_that_no_build_made_is_left_alone(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path, manifest: str | None
) -> None:
    folder.mkdir()
    (folder / "me.jpg").write_bytes(b"me")
    if manifest:
        (folder / "catalog.csv").write_text(manifest, encoding="utf-8")
    before = contents(folder)

    with pytest.raises(BuildError, match="holds another catalog"):
        builder.build(recipe, folder)

    assert contents(folder) == before
    assert commons.asked == []


def test_without_a_network_the_folder_stays_as_it_is(
    builder: PackBuilder, cache: Cache, recipe: Recipe, folder: Path
) -> None:
    builder.build(recipe, folder)
    before = contents(folder)
    cache.forget_answers()
    nowhere = "http://127.0.0.1:1/sparql"

    with (
        Wikimedia("me@example.org", cache, query_url=nowhere) as offline,
        pytest.raises(OfflineError),
    ):
        PackBuilder(offline, cache).build(recipe, folder)

    assert contents(folder) == before


def test_a_server_that_shuts_us_out_ends_the_build(
    commons: Commons, builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    commons.pictures[thumbnail(title("Beyoncé"), 960)] = Reply(403)

    with pytest.raises(WikimediaError, match="403"):
        builder.build(recipe, folder)

    assert not folder.exists()


# People who asked to be taken out


def test_removed_person_does_not_come_back(
    builder: PackBuilder, client: Wikimedia, cache: Cache, recipe: Recipe, folder: Path
) -> None:
    builder.build(recipe, folder)

    report = PackBuilder(client, cache, Removed({"beyonce-q2": ""})).build(recipe, folder)

    assert names(report) == ["Ada Lovelace", "Çağla", "王菲"]
    assert report.removed == 1
    assert not (folder / "Beyoncé_Q2.jpg").exists()
    assert not list((folder.parent / "cache" / "pictures").glob("Q2-*"))


def test_whom_the_recipe_leaves_out_is_left_out(
    builder: PackBuilder, recipe: Recipe, folder: Path
) -> None:
    report = builder.build(recipe.model_copy(update={"without": frozenset({"Q1"})}), folder)

    assert "Ada Lovelace" not in names(report)


def test_person_who_was_removed_by_name_alone_does_not_come_back(
    client: Wikimedia, cache: Cache, recipe: Recipe, folder: Path
) -> None:
    removed = Removed({"beyonce": "Beyoncé", "somebody": "王菲"})

    report = PackBuilder(client, cache, removed).build(recipe, folder)

    assert names(report) == ["Ada Lovelace", "Çağla", "Eve"]
    assert report.removed == 2
