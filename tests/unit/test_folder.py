import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from catalog.folder import CatalogError, drop_rows, name_of, passed_over, read_folder
from lookalike.portrait_files import LONGEST_DESCRIPTION, MOST_METADATA
from lookalike.ranking import Attribution

HEADER = "file,name,celebrity_id,author,license,license_url,source_url\n"

Fill = Callable[..., Path]
OTHER_FILE_SYSTEMS = pytest.mark.skipif(
    sys.platform == "darwin", reason="macOS takes no such file names"
)


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Make a folder of empty files, with a manifest where there is one."""

    def make(*files: str, manifest: str | None = None) -> Path:
        for file in files:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).touch()
        if manifest is not None:
            (tmp_path / "catalog.csv").write_text(manifest, encoding="utf-8")
        return tmp_path

    return make


# Without a manifest


def test_file_is_named_after_whom_it_shows(fill: Fill) -> None:
    (entry,) = read_folder(fill("Grace_Hopper.jpg"))

    assert (entry.file, entry.caption.name) == ("Grace_Hopper.jpg", "Grace Hopper")
    assert entry.caption.celebrity_id == "grace-hopper"
    assert entry.caption.attribution == Attribution()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Grace_Hopper_1.jpg", "Grace Hopper"),
        ("Grace_Hopper_0012.png", "Grace Hopper"),
        ("Grace Hopper.jpg", "Grace Hopper"),
        ("Beyoncé.jpeg", "Beyoncé"),
        ("Apollo_11_crew.jpg", "Apollo 11 crew"),
        ("50_Cent.jpg", "50 Cent"),
        ("_1.jpg", ""),
    ],
)
def test_name_is_read_from_the_file(file: str, name: str) -> None:
    assert name_of(Path(file)) == name


def test_several_files_of_one_name_show_one_person(fill: Fill) -> None:
    entries = read_folder(fill("Grace_Hopper_1.jpg", "Grace_Hopper_2.png"))

    assert [entry.file for entry in entries] == ["Grace_Hopper_1.jpg", "Grace_Hopper_2.png"]
    assert {entry.caption.celebrity_id for entry in entries} == {"grace-hopper"}


def test_files_are_read_in_order(fill: Fill) -> None:
    entries = read_folder(fill("b.jpg", "c.JPG", "a.png"))

    assert [entry.file for entry in entries] == ["a.png", "b.jpg", "c.JPG"]


def test_what_is_no_picture_by_its_name_is_passed_over(fill: Fill) -> None:
    entries = read_folder(fill("Ada.jpg", "notes.txt", "Bea.gif", "folder.png/inside.txt"))

    assert [entry.file for entry in entries] == ["Ada.jpg"]


def test_hidden_files_are_passed_over(fill: Fill) -> None:
    entries = read_folder(fill("Ada.jpg", "._Ada.jpg"))

    assert [entry.file for entry in entries] == ["Ada.jpg"]


@pytest.mark.parametrize(
    ("file", "content_type"),
    [("a.jpg", "image/jpeg"), ("a.JPEG", "image/jpeg"), ("a.PNG", "image/png")],
)
def test_media_type_is_read_from_the_file(fill: Fill, file: str, content_type: str) -> None:
    (entry,) = read_folder(fill(file))

    assert entry.content_type == content_type


def test_folder_without_pictures_is_no_catalog(fill: Fill) -> None:
    with pytest.raises(CatalogError, match="holds no JPEG or PNG"):
        read_folder(fill("notes.txt"))


@pytest.mark.parametrize("path", ["nowhere", "Ada.jpg"])
def test_what_is_no_folder_is_no_catalog(fill: Fill, path: str) -> None:
    with pytest.raises(CatalogError, match="is not a folder"):
        read_folder(fill("Ada.jpg") / path)


def test_entry_knows_whether_the_catalog_names_the_person(fill: Fill) -> None:
    manifest = "file,name,celebrity_id\none.jpg,Ada,\ntwo.jpg,Ada,ada-2\n"

    entries = read_folder(fill("one.jpg", "two.jpg", manifest=manifest))

    assert [entry.names_id for entry in entries] == [False, True]


# What is passed over


def test_everything_else_in_a_folder_is_passed_over(fill: Fill) -> None:
    folder = fill("Ada.jpg", "Bea.heic", "Cam.webp", "Dot.jfif", "_1.jpg", "Eve/1.jpg", ".hidden")

    others = passed_over(folder, read_folder(folder))

    assert others == {
        "Bea.heic": "neither JPEG nor PNG",
        "Cam.webp": "neither JPEG nor PNG",
        "Dot.jfif": "neither JPEG nor PNG",
        "Eve": "a subfolder",
        "_1.jpg": "its file name holds no name",
    }


def test_what_a_manifest_does_not_list_is_passed_over(fill: Fill) -> None:
    manifest = "file,name\none.jpg,Ada\nsub/two.jpg,Bea\n"
    folder = fill("one.jpg", "sub/two.jpg", "three.jpg", "other/four.jpg", manifest=manifest)

    assert passed_over(folder, read_folder(folder)) == {
        "other": "a subfolder",
        "three.jpg": "catalog.csv does not list it",
    }


@OTHER_FILE_SYSTEMS
@pytest.mark.parametrize("manifest", [None, "file,name\nAda.jpg,Ada\n"])
def test_file_whose_name_is_not_utf8_is_passed_over(fill: Fill, manifest: str | None) -> None:
    folder = fill("Ada.jpg", os.fsdecode(b"Bj\xf6rk.jpg"), manifest=manifest)

    entries = read_folder(folder)

    assert [entry.file for entry in entries] == ["Ada.jpg"]
    assert passed_over(folder, entries) == {"Bj\\xf6rk.jpg": "its file name is not UTF-8"}


@OTHER_FILE_SYSTEMS
def test_of_two_spellings_of_one_file_name_one_is_passed_over(fill: Fill) -> None:
    folder = fill("Beyonc\u00e9.jpg", "Beyonce\u0301.jpg")

    (entry,) = read_folder(folder)

    assert entry.file == "Beyonc\u00e9.jpg"
    assert [*passed_over(folder, [entry]).values()] == ["another file has this name"]


def test_file_name_is_one_however_its_accents_are_stored(fill: Fill) -> None:
    (entry,) = read_folder(fill("Beyonce\u0301.jpg"))

    assert entry.file == "Beyonc\u00e9.jpg"
    assert entry.path.is_file()


def test_folder_of_other_files_alone_names_them(fill: Fill) -> None:
    with pytest.raises(CatalogError, match=r"holds no JPEG or PNG, only Ada\.heic, Bea\.webp$"):
        read_folder(fill("Ada.heic", "Bea.webp"))


# With a manifest


def test_manifest_says_everything(fill: Fill) -> None:
    row = "sub/one.jpg,Björk,bjork-1,A. Author,CC0,https://l.example,https://s.example\n"

    (entry,) = read_folder(fill("sub/one.jpg", manifest=HEADER + row))

    caption = entry.caption
    assert (entry.file, caption.name, caption.celebrity_id) == ("sub/one.jpg", "Björk", "bjork-1")
    assert caption.attribution == Attribution(
        "A. Author", "CC0", "https://l.example", "https://s.example"
    )


def test_manifest_needs_a_file_and_a_name(fill: Fill) -> None:
    (entry,) = read_folder(fill("one.jpg", manifest="file,name\none.jpg,Grace Hopper\n"))

    assert entry.caption.celebrity_id == "grace-hopper"
    assert entry.caption.attribution == Attribution()


def test_files_that_are_not_in_the_manifest_are_passed_over(fill: Fill) -> None:
    folder = fill("one.jpg", "two.jpg", manifest="file,name\none.jpg,Ada\n")

    assert [entry.file for entry in read_folder(folder)] == ["one.jpg"]


def test_manifest_may_come_from_a_spreadsheet(fill: Fill) -> None:
    manifest = "\ufefffile,name,notes\r\n one.jpg , Ada ,x\r\n"

    (entry,) = read_folder(fill("one.jpg", manifest=manifest))

    assert (entry.file, entry.caption.name) == ("one.jpg", "Ada")


def test_manifest_in_another_encoding_is_refused(fill: Fill) -> None:
    folder = fill("one.jpg")
    (folder / "catalog.csv").write_bytes("file,name\none.jpg,Björk\n".encode("latin-1"))

    with pytest.raises(CatalogError):
        read_folder(folder)


@pytest.mark.parametrize(
    ("manifest", "missing"),
    [("", "file and name"), ("file\none.jpg\n", "name"), ("name\nAda\n", "file")],
)
def test_manifest_without_its_columns_is_refused(fill: Fill, manifest: str, missing: str) -> None:
    with pytest.raises(CatalogError, match=f"lacks the column {missing}$"):
        read_folder(fill("one.jpg", manifest=manifest))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("one.jpg,", "file and name are required"),
        (",Ada", "file and name are required"),
        ("two.jpg,Ada", "two.jpg is missing"),
        ("sub,Ada", "sub is missing"),
        ("notes.txt,Ada", "notes.txt is neither JPEG nor PNG"),
        ("sub/../one.jpg,Ada", "sub/../one.jpg is outside the folder"),
        ("one\0.jpg,Ada", r"'one\\x00\.jpg' is missing"),
        (f"{'x' * 300}.jpg,Ada", "x{300}.jpg is missing"),
        ("../other/one.jpg,Ada", "../other/one.jpg is outside the folder"),
        ("/etc/hostname,Ada", "/etc/hostname is an absolute path; begin inside the folder"),
    ],
)
def test_row_that_cannot_be_right_is_refused(fill: Fill, row: str, problem: str) -> None:
    folder = fill("one.jpg", "notes.txt", "sub/one.jpg", manifest=f"file,name\n{row}\n")

    with pytest.raises(CatalogError, match=f"line 2: {problem}"):
        read_folder(folder)


def test_link_out_of_the_folder_is_refused(fill: Fill, tmp_path: Path) -> None:
    folder = fill("catalog/catalog.csv", "secret.jpg") / "catalog"
    (folder / "catalog.csv").write_text("file,name\none.jpg,Ada\n")
    (folder / "one.jpg").symlink_to(tmp_path / "secret.jpg")

    with pytest.raises(CatalogError, match="outside the folder"):
        read_folder(folder)


def test_absolute_path_is_refused_though_it_leads_into_the_folder(
    fill: Fill, tmp_path: Path
) -> None:
    folder = fill("one.jpg", manifest=f"file,name\n{tmp_path}/one.jpg,Ada\n")

    with pytest.raises(CatalogError, match=r"line 2: .*one\.jpg is an absolute path"):
        read_folder(folder)


def test_row_that_a_comma_has_shifted_is_refused_by_its_line(fill: Fill) -> None:
    shifted = "two.jpg,Bea,,James S. Davis, US Navy,CC0,,\n"
    manifest = f"{HEADER}one.jpg,Ada,,A. Author,CC0,,\n{shifted}three.jpg,,,,,,\n"

    with pytest.raises(CatalogError) as caught:
        read_folder(fill("one.jpg", "two.jpg", "three.jpg", manifest=manifest))

    assert str(caught.value).splitlines()[1:] == [
        "  line 3: 8 values for 7 columns: quote one with a comma",
        "  line 4: file and name are required",
    ]


def test_row_may_be_shorter_than_the_header(fill: Fill) -> None:
    (entry,) = read_folder(fill("one.jpg", manifest=f"{HEADER}one.jpg,Ada\n"))

    assert entry.caption.attribution == Attribution()


@pytest.mark.parametrize(
    "rows",
    [
        'two.jpg,"Bea\nthree.jpg,Cam\n',
        'two.jpg,"Bea\nthree.jpg,"Cam"\n',
        'two.jpg,"Bea" Arthur\n',
    ],
    ids=["to the end", "to the next quote", "too early"],
)
def test_quote_that_is_not_closed_is_refused_by_its_line(fill: Fill, rows: str) -> None:
    manifest = f"file,name\none.jpg,Ada\n{rows}"

    with pytest.raises(CatalogError, match=r"\n  line 3: a quote may not be closed"):
        read_folder(fill("one.jpg", "two.jpg", "three.jpg", manifest=manifest))


def test_row_of_several_lines_is_named_by_its_first(fill: Fill) -> None:
    manifest = 'file,name\n"one.jpg","Ada\nLovelace"\n"two.jpg","\n"\n'

    with pytest.raises(CatalogError, match=r"\n  line 4: file and name are required"):
        read_folder(fill("one.jpg", "two.jpg", manifest=manifest))


@pytest.mark.parametrize(("listed", "stored"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_file_is_found_however_its_accents_are_stored(
    fill: Fill, listed: Literal["NFC", "NFD"], stored: Literal["NFC", "NFD"]
) -> None:
    file = unicodedata.normalize(stored, "Zoë/Beyoncé.jpg")
    row = unicodedata.normalize(listed, "Zoë/Beyoncé.jpg,Beyoncé")

    (entry,) = read_folder(fill(file, manifest=f"file,name\n{row}\n"))

    assert entry.file == unicodedata.normalize("NFC", "Zoë/Beyoncé.jpg")
    assert entry.path.is_file()


def test_two_spellings_of_one_file_are_one_file(fill: Fill) -> None:
    nfc, nfd = "Beyonc\u00e9.jpg", "Beyonce\u0301.jpg"
    folder = fill(nfc, nfd, manifest=f"file,name\n{nfc},Ada\n{nfd},Ada\n")

    with pytest.raises(CatalogError, match=rf"\n  line 3: {nfc} is listed twice"):
        read_folder(folder)


def test_every_problem_of_a_manifest_is_listed(fill: Fill) -> None:
    manifest = "file,name\none.jpg,Ada\none.jpg,Bea\ntwo.jpg,Cam\n"

    with pytest.raises(CatalogError) as caught:
        read_folder(fill("one.jpg", manifest=manifest))

    assert str(caught.value).splitlines()[1:] == [
        "  line 3: one.jpg is listed twice",
        "  line 4: two.jpg is missing",
    ]


def test_problem_names_the_line_of_the_file(fill: Fill) -> None:
    manifest = "file,name\n\n\none.jpg,\n"

    with pytest.raises(CatalogError, match="line 4: "):
        read_folder(fill("one.jpg", manifest=manifest))


def test_file_listed_twice_in_two_spellings_is_refused(fill: Fill) -> None:
    manifest = "file,name\none.jpg,Ada\n./one.jpg,Bea\n"

    with pytest.raises(CatalogError, match="listed twice"):
        read_folder(fill("one.jpg", manifest=manifest))


def test_rights_that_do_not_fit_in_metadata_are_refused(fill: Fill) -> None:
    author = "ü" * (MOST_METADATA // 6)  # six bytes each, percent-encoded
    manifest = f"file,name,author\none.jpg,Ada,{author}\ntwo.jpg,Bea,short\n"

    with pytest.raises(CatalogError) as caught:
        read_folder(fill("one.jpg", "two.jpg", manifest=manifest))

    assert str(caught.value).splitlines()[1:] == [
        "  line 2: name, description and rights are longer than 2 KB between them"
    ]


def test_manifest_may_say_of_which_gender_a_person_is_and_who_they_are(fill: Fill) -> None:
    people = {
        "one.jpg": ("female", "computer scientist"),
        "two.jpg": ("male", "怡" * LONGEST_DESCRIPTION),
        "three.jpg": ("other", ""),
        "four.jpg": ("", ""),
    }
    lines = [f"{file},Ada,{gender},{text}" for file, (gender, text) in people.items()]
    manifest = "\n".join(["file,name,gender,description", *lines])

    entries = read_folder(fill(*people, manifest=manifest))

    said = {entry.file: (entry.caption.gender, entry.caption.description) for entry in entries}
    assert said == people


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        ("woman,", "gender is woman; it has to be female, male, other or empty"),
        ("Female,", "gender is Female; it has to be female, male, other or empty"),
        (f",{'x' * (LONGEST_DESCRIPTION + 1)}", "description is longer than 160 characters"),
    ],
)
def test_labels_that_cannot_be_right_are_refused(fill: Fill, labels: str, problem: str) -> None:
    manifest = f"file,name,gender,description\none.jpg,Ada,,\ntwo.jpg,Bea,{labels}\n"

    with pytest.raises(CatalogError) as caught:
        read_folder(fill("one.jpg", "two.jpg", manifest=manifest))

    assert str(caught.value).splitlines()[1:] == [f"  line 3: {problem}"]


# Rows that go


def drop(folder: Path, *names: str) -> None:
    drop_rows(folder / "catalog.csv", lambda row: row["name"] in names)


def test_rows_that_are_not_wanted_go_with_their_pictures(fill: Fill) -> None:
    manifest = "file,name,qid\none.jpg,Ada,Q1\nsub/two.jpg,章子怡,Q2\nthree.jpg,Çağla,Q3\n"
    folder = fill("one.jpg", "sub/two.jpg", "three.jpg", manifest=manifest)

    drop(folder, "章子怡", "Ada")

    assert [entry.caption.name for entry in read_folder(folder)] == ["Çağla"]
    assert [path.name for path in folder.rglob("*.jpg")] == ["three.jpg"]
    assert (folder / "catalog.csv").read_text(encoding="utf-8") == (
        "file,name,qid\nthree.jpg,Çağla,Q3\n"
    )


def test_manifest_whose_rows_are_all_wanted_stays_as_it_is(fill: Fill) -> None:
    manifest = "\ufefffile,name\r\none.jpg,Ada\r\n"
    folder = fill("one.jpg", manifest=manifest)
    before = (folder / "catalog.csv").read_bytes()

    drop(folder, "Bea")

    assert (folder / "catalog.csv").read_bytes() == before


def test_manifest_of_a_spreadsheet_loses_rows_too(fill: Fill) -> None:
    folder = fill(
        "one.jpg", "two.jpg", manifest="\ufefffile,name\r\none.jpg,Ada\r\ntwo.jpg,Bea\r\n"
    )

    drop(folder, "Ada")

    assert [entry.file for entry in read_folder(folder)] == ["two.jpg"]


def test_picture_that_is_gone_already_does_not_keep_its_row(fill: Fill) -> None:
    folder = fill("two.jpg", manifest="file,name\none.jpg,Ada\ntwo.jpg,Bea\n")

    drop(folder, "Ada")

    assert [entry.caption.name for entry in read_folder(folder)] == ["Bea"]
