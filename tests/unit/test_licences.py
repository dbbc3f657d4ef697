import pytest

from catalog.licences import NotFreeError, attribution_of, plain

CC = "https://creativecommons.org"
PAGE = "https://commons.wikimedia.org/wiki/File:A.jpg"


def metadata(name: str, url: str = "", **more: str) -> dict[str, str]:
    return {"LicenseShortName": name, "LicenseUrl": url, "Artist": "Ann Author", **more}


@pytest.mark.parametrize(
    ("name", "license", "url"),
    [
        ("CC BY-SA 4.0", "CC BY-SA 4.0", f"{CC}/licenses/by-sa/4.0/"),
        ("CC-BY-SA-3.0", "CC BY-SA 3.0", f"{CC}/licenses/by-sa/3.0/"),
        ("CC BY 2.0", "CC BY 2.0", f"{CC}/licenses/by/2.0/"),
        ("CC BY-SA 3.0 de", "CC BY-SA 3.0 DE", f"{CC}/licenses/by-sa/3.0/de/"),
        ("CC BY 3.0 igo", "CC BY 3.0 IGO", f"{CC}/licenses/by/3.0/igo/"),
        ("CC BY-SA 2.5-2.0-1.0", "CC BY-SA 2.5", f"{CC}/licenses/by-sa/2.5/"),
        ("CC BY-SA 3.0,2.5,2.0,1.0", "CC BY-SA 3.0", f"{CC}/licenses/by-sa/3.0/"),
        ("CC0", "CC0", f"{CC}/publicdomain/zero/1.0/"),
        ("CC0 1.0", "CC0", f"{CC}/publicdomain/zero/1.0/"),
        ("Public domain", "Public domain", f"{CC}/publicdomain/mark/1.0/"),
        ("PD-USGov", "Public domain", f"{CC}/publicdomain/mark/1.0/"),
    ],
)
def test_a_free_licence_is_named_and_linked(name: str, license: str, url: str) -> None:
    rights = attribution_of(metadata(name), PAGE)

    assert (rights.license, rights.license_url) == (license, url)
    assert (rights.author, rights.source_url) == ("Ann Author", PAGE)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"{CC}/licenses/by/2.0/deed.en", f"{CC}/licenses/by/2.0/deed.en"),
        ("http://creativecommons.org/licenses/by/2.0", f"{CC}/licenses/by/2.0"),
        ("//creativecommons.org/licenses/by/2.0/", f"{CC}/licenses/by/2.0/"),
        ("javascript:alert(1)", f"{CC}/licenses/by/2.0/"),
    ],
)
def test_the_link_of_the_file_itself_is_kept_where_it_is_one(given: str, kept: str) -> None:
    assert attribution_of(metadata("CC BY 2.0", given), PAGE).license_url == kept


@pytest.mark.parametrize(
    "name",
    [
        "CC BY-NC 4.0",
        "CC BY-NC-SA 3.0",
        "CC BY-ND 2.0",
        "CC SA 1.0",
        "GFDL",
        "GFDL 1.2",
        "Fair use",
        "FAL",
        "Attribution",
        "No restrictions",
        "Copyrighted free use",
        "CC BY 4.0 or else",
    ],
)
def test_any_other_licence_is_not_free(name: str) -> None:
    with pytest.raises(NotFreeError, match=f"not free: {name}"):
        attribution_of(metadata(name), PAGE)


@pytest.mark.parametrize("given", [{}, {"LicenseShortName": "<span> </span>"}])
def test_without_licence_data_nothing_is_free(given: dict[str, str]) -> None:
    with pytest.raises(NotFreeError, match="no licence data"):
        attribution_of({"Artist": "Ann", **given}, PAGE)


def test_a_name_that_its_link_contradicts_is_not_free() -> None:
    with pytest.raises(NotFreeError, match="not free"):
        attribution_of(metadata("CC BY 4.0", f"{CC}/licenses/by-nc/4.0/"), PAGE)


def test_a_file_that_says_it_is_not_free_is_not() -> None:
    with pytest.raises(NotFreeError, match="not free"):
        attribution_of(metadata("Public domain", NonFree="true"), PAGE)


def test_a_licence_without_a_version_or_a_link_cannot_be_named() -> None:
    with pytest.raises(NotFreeError, match="version"):
        attribution_of(metadata("CC BY-SA"), PAGE)


def test_a_licence_that_asks_for_the_author_needs_one() -> None:
    with pytest.raises(NotFreeError, match="author is not named"):
        attribution_of(metadata("CC BY 4.0") | {"Artist": ""}, PAGE)


def test_the_public_domain_needs_no_author() -> None:
    rights = attribution_of(metadata("Public domain") | {"Artist": ""}, PAGE)

    assert rights.author == "Unknown author"


def test_a_credit_of_its_own_stands_in_for_the_author() -> None:
    given = metadata("CC BY 4.0", Attribution="<b>The Archive</b>") | {"Artist": ""}

    assert attribution_of(given, PAGE).author == "The Archive"


def test_an_author_as_long_as_a_letter_is_cut_at_a_word() -> None:
    given = metadata("CC0") | {"Artist": "archive " * 50}

    author = attribution_of(given, PAGE).author

    assert author == "archive " * 23 + "archive…"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="//x" title="User:Zoë">Zoë &amp; Søn</a>', "Zoë & Søn"),
        ("Ann<br>Bea<br/>\n  Cam", "Ann Bea Cam"),
        ("<ul><li>Ann</li><li>Bea</li></ul>", "Ann Bea"),
        ('Unknown author<span style="display: none;">Unknown author</span>', "Unknown author"),
        ("<style>.a { color: red }</style><p>Ann</p>", "Ann"),
        ("<div><b>Ann</div> and Bea", "Ann and Bea"),
        ("Cafe\u0301", "Café"),
        ("a < b", "a < b"),
        ("写真家 <bdi>山田</bdi>", "写真家 山田"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_it_shows(html: str, text: str) -> None:
    assert plain(html) == text
