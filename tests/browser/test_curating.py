"""What curators do with a pack on the page; the page offers it to no other visitor."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.real_packs import RealPacks, portraits_of
from tests.browser.visitor import Visitor
from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, RunningStack, new_address, wait_for

NAME = "Åsa Öström"
PACK = "film-stars"
CURATED = re.compile(r"/api/packs/[^/]+/portraits")
ONE_PORTRAIT = re.compile(r"/api/packs/[^/]+/portraits/[0-9a-f]{32}$")
LOOKED_AT_MS = 120_000
"""Within which a portrait is indexed, or taken out: as long as the page itself waits."""
MEASURED_MS = 120_000
"""Within which the pack is measured after that."""


def face_of(portraits: list[Path], name: str) -> Path:
    return next(path for path in portraits if path.stem == name)


@pytest.fixture(scope="module")
def stocked(real_packs: RealPacks, portraits: list[Path]) -> RealPacks:
    """A pack to curate, and an empty one."""
    shown = [
        *portraits_of("Grace Hopper", face_of(portraits, "Grace_Hopper")),
        *portraits_of("Ada Lovelace", face_of(portraits, "Marie_Curie"), 2),
        *portraits_of("章子怡", face_of(portraits, "Nikola_Tesla")),
    ]
    real_packs.put(PACK, "Film stars", shown)
    real_packs.put("leaders", "Leaders")
    return real_packs


@pytest.fixture
def packs(stocked: RealPacks) -> Iterator[RealPacks]:
    """Those packs, put back in order after each test."""
    yield stocked
    stocked.restock(PACK)
    stocked.restock("leaders")


@pytest.fixture
def stranger(portraits: list[Path]) -> Path:
    """A portrait of a person who is not in the pack."""
    return face_of(portraits, "Eileen_Collins")


@pytest.fixture
def landscape(tmp_path: Path) -> Path:
    """A picture without a face."""
    path = tmp_path / "scenery.jpg"
    path.write_bytes(encode(scenery()))
    return path


@pytest.fixture
def curator(visitor: Visitor, stack: RunningStack) -> Visitor:
    """A curator who has signed in."""
    visitor.open()
    visitor.sign_in(*stack.sign_up_curator())
    expect(visitor.page.get_by_role("link", name="Account")).to_be_visible()
    return visitor


@pytest.fixture
def requested(visitor: Visitor) -> Iterator[list[str]]:
    """The addresses that the page asks for."""
    addresses: list[str] = []
    visitor.page.on("request", lambda request: addresses.append(request.url))
    yield addresses
    assert addresses


def line_up(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Line-up", exact=True).click()
    visitor.page.locator(".line-up").get_by_role("radio", name="Film stars").check()
    expect(card(visitor, "Grace Hopper")).to_be_visible()


def card(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(".people > li").filter(has_text=name)


def form(visitor: Visitor) -> Locator:
    return visitor.page.locator(".portrait-form")


def fill_in(visitor: Visitor, photo: Path, name: str | None = NAME) -> None:
    dialog = form(visitor)
    dialog.get_by_label("Photo", exact=True).set_input_files(photo)
    if name:
        dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Who took it").fill("Somebody Else")
    dialog.get_by_label("Licence").select_option("CC BY-SA 4.0")
    dialog.get_by_label("Where it comes from").fill("https://example.org/picture")


def add(visitor: Visitor, photo: Path) -> None:
    line_up(visitor)
    visitor.button("Add a portrait").click()
    fill_in(visitor, photo)
    visitor.button("Put it on the bill").click()


def is_on_the_bill(visitor: Visitor, name: str = NAME) -> None:
    on_the_bill = f"{name} is on the bill of Film stars."
    expect(form(visitor)).to_contain_text(on_the_bill, timeout=LOOKED_AT_MS)


def is_refused(visitor: Visitor, words: str) -> None:
    alert = form(visitor).get_by_role("alert").first
    expect(alert).to_contain_text(words, timeout=LOOKED_AT_MS)


def forbid(route: Route) -> None:
    route.fulfill(status=403, json={"code": "forbidden", "status": 403})


def people(packs: RealPacks) -> dict[str, int]:
    """Return how many portraits everybody in the pack has, as the API lists them."""
    listed = packs.stack.call("GET", f"/celebrities?pack={PACK}").json()["celebrities"]
    return {one["name"]: len(one["portraits"]) for one in listed}


# Other visitors


def is_offered_nothing(visitor: Visitor, requested: list[str]) -> None:
    line_up(visitor)
    for summary in visitor.page.locator(".people summary").all():
        summary.click()
    for name in ("Add a portrait", "Add another portrait", "Remove"):
        expect(visitor.button(name)).to_have_count(0)
    assert not [url for url in requested if "portrait-form" in url or "curating" in url]


@pytest.mark.usefixtures("packs")
def test_a_guest_is_offered_nothing(visitor: Visitor, requested: list[str]) -> None:
    visitor.open()

    is_offered_nothing(visitor, requested)


@pytest.mark.usefixtures("packs")
def test_a_visitor_who_is_no_curator_is_offered_nothing(
    visitor: Visitor, requested: list[str]
) -> None:
    visitor.open()
    visitor.sign_up(new_address(), "a short sentence")

    is_offered_nothing(visitor, requested)


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_caller_who_is_no_curator_is_refused(packs: RealPacks, method: str) -> None:
    token = packs.stack.sign_up()
    portrait = packs.stack.call("GET", f"/celebrities?pack={PACK}").json()["celebrities"][0]
    one = "" if method == "POST" else f"/{portrait['portraits'][0]['portrait_id']}"
    wanted = {"content_type": "image/jpeg", "name": NAME, "author": "Me", "license": "CC0"}
    body: dict[str, Any] = {"json": wanted} if method == "POST" else {}

    answer = packs.stack.call(method, f"/packs/{PACK}/portraits{one}", token, **body)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


# Adding


def test_a_portrait_goes_on_the_bill(curator: Visitor, packs: RealPacks, stranger: Path) -> None:
    add(curator, stranger)

    is_on_the_bill(curator)
    expect(form(curator).get_by_role("heading", name="On the bill")).to_be_visible()
    curator.button("Close").click()

    expect(card(curator, NAME)).to_be_visible()
    expect(curator.button("Add a portrait")).to_be_focused()
    card(curator, NAME).locator("summary").click()
    expect(card(curator, NAME)).to_contain_text("Somebody Else, CC BY-SA 4.0, cropped, source")
    expect(card(curator, NAME).get_by_role("img", name=f"Portrait of {NAME}")).to_be_visible()
    licence = card(curator, NAME).get_by_role("link", name="CC BY-SA 4.0")
    expect(licence).to_have_attribute("href", "https://creativecommons.org/licenses/by-sa/4.0/")
    assert people(packs) == {"Grace Hopper": 1, "Ada Lovelace": 2, "章子怡": 1, NAME: 1}


def test_a_curator_may_say_of_which_gender_a_person_is_and_who_they_are(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    line_up(curator)
    curator.button("Add a portrait").click()
    fill_in(curator, stranger)
    form(curator).get_by_label("In a few words").fill(" Chemist at sea ")
    form(curator).get_by_label("Gender").select_option("Other")
    curator.button("Put it on the bill").click()

    is_on_the_bill(curator)
    (added,) = [one for one in packs.catalog.portraits.of_pack(PACK) if one.name == NAME]
    assert (added.gender, added.description) == ("other", "Chemist at sea")
    # Another portrait of the same person has it already.
    curator.button("Close").click()
    card(curator, NAME).locator("summary").click()
    curator.button(f"Add another portrait of {NAME}").click()
    expect(form(curator).get_by_label("Gender")).to_have_value("other")
    expect(form(curator).get_by_label("In a few words")).to_have_value("Chemist at sea")


def test_whose_portrait_was_added_can_be_met(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    add(curator, stranger)
    is_on_the_bill(curator)

    created = packs.stack.create(pack=PACK)
    sent = packs.stack.upload(created["upload"], encode(open_face(stranger)))
    assert sent.status_code == 204
    match = packs.stack.wait(created["match_id"])

    assert match["celebrities"][0]["name"] == NAME
    assert match["celebrities"][0]["attribution"]["source_url"] == "https://example.org/picture"


def test_a_portrait_of_a_person_who_is_in_the_pack_is_added_to_them(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    line_up(curator)
    card(curator, "章子怡").locator("summary").click()
    curator.button("Add another portrait of 章子怡").click()
    expect(form(curator).get_by_label("Name")).to_have_value("章子怡")
    expect(form(curator).get_by_label("Name")).to_have_attribute("readonly", "")

    fill_in(curator, stranger, name=None)
    curator.button("Put it on the bill").click()
    is_on_the_bill(curator, "章子怡")
    curator.button("Close").click()

    expect(card(curator, "章子怡")).to_contain_text("2 portraits")
    assert people(packs) == {"Grace Hopper": 1, "Ada Lovelace": 2, "章子怡": 2}


def test_the_first_one_in_an_empty_pack_can_be_played_at_once(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    line_up(curator)
    curator.page.locator(".line-up").get_by_role("radio", name="Leaders").check()
    expect(curator.page.locator(".line-up .count")).to_have_text("No one is in this line-up yet.")
    curator.button("Add a portrait").click()
    fill_in(curator, stranger)
    curator.button("Put it on the bill").click()
    expect(form(curator)).to_contain_text("on the bill of Leaders", timeout=LOOKED_AT_MS)
    curator.button("Close").click()

    curator.button("Find my double here").click()

    welcome = curator.page.locator(".welcome-screen")
    expect(welcome.get_by_role("radio", name="Leaders")).to_be_checked()
    assert len(packs.added("leaders")) == 1


def test_a_curator_who_closes_the_form_while_the_portrait_is_examined_sees_the_outcome(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    held: list[Route] = []
    curator.page.route(
        ONE_PORTRAIT, lambda route: route.continue_() if held else held.append(route)
    )
    with curator.page.expect_request(ONE_PORTRAIT):
        add(curator, stranger)
    expect(curator.button("Looking at it…")).to_be_visible()

    curator.button("Close").click()
    expect(form(curator)).to_be_hidden()
    held[0].continue_()

    status = curator.page.get_by_role("status")
    expect(status).to_contain_text(f"{NAME} is on the bill", timeout=LOOKED_AT_MS)
    expect(card(curator, NAME)).to_be_visible()
    assert len(packs.added(PACK)) == 1


def test_a_curator_who_closes_the_form_while_the_portrait_is_sent_sends_none(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    curator.page.route(re.compile(packs.stack.outputs.portraits_bucket), lambda _: None)
    add(curator, stranger)
    expect(curator.button("Sending")).to_be_visible()

    curator.button("Close").click()

    expect(form(curator)).to_be_hidden()
    expect(curator.button("Add a portrait")).to_be_focused()
    assert packs.added(PACK) == set()


@pytest.mark.usefixtures("packs")
def test_nothing_is_sent_without_a_photo_a_name_an_author_and_a_licence(curator: Visitor) -> None:
    line_up(curator)
    curator.button("Add a portrait").click()

    curator.button("Put it on the bill").click()

    missing = form(curator).locator(":is(input, select):invalid")
    names = missing.evaluate_all("all => all.map(one => one.name)")
    assert names == ["photo", "name", "author", "license"]
    expect(form(curator).get_by_label("Photo", exact=True)).to_be_focused()


@pytest.mark.usefixtures("packs")
@pytest.mark.parametrize("address", ["ftp://example.org/picture", "https://example.org/a picture"])
def test_no_source_is_sent_that_the_api_refuses(
    curator: Visitor, stranger: Path, address: str
) -> None:
    line_up(curator)
    curator.button("Add a portrait").click()
    fill_in(curator, stranger)
    source = form(curator).get_by_label("Where it comes from")
    source.fill(address)

    curator.button("Put it on the bill").click()

    expect(source).to_be_focused()
    assert source.evaluate("input => input.validity.patternMismatch")


@pytest.mark.expects_console_error
def test_what_is_too_long_together_is_reported_and_nothing_typed_is_lost(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    line_up(curator)
    curator.button("Add a portrait").click()
    fill_in(curator, stranger, name="章" * 200)
    form(curator).get_by_label("Who took it").fill("怡" * 200)

    curator.button("Put it on the bill").click()

    is_refused(curator, "longer than 2 KB")
    expect(form(curator).get_by_label("Name")).to_have_value("章" * 200)
    assert packs.added(PACK) == set()


@pytest.mark.usefixtures("packs")
def test_the_chosen_licence_can_be_read(curator: Visitor) -> None:
    line_up(curator)
    curator.button("Add a portrait").click()
    expect(form(curator).get_by_role("link", name="Read this licence")).to_be_hidden()

    form(curator).get_by_label("Licence").select_option("CC0")

    deed = form(curator).get_by_role("link", name="Read this licence")
    expect(deed).to_have_attribute("href", "https://creativecommons.org/publicdomain/zero/1.0/")


@pytest.mark.usefixtures("packs")
def test_a_photo_that_is_refused_says_why_and_nothing_typed_is_lost(
    curator: Visitor, stranger: Path, landscape: Path
) -> None:
    add(curator, landscape)

    is_refused(curator, "no face can be found")
    expect(form(curator).get_by_label("Photo", exact=True)).to_be_focused()
    for label, value in {"Name": NAME, "Who took it": "Somebody Else"}.items():
        expect(form(curator).get_by_label(label)).to_have_value(value)
    expect(form(curator).get_by_label("Licence")).to_have_value("CC BY-SA 4.0")

    form(curator).get_by_label("Photo", exact=True).set_input_files(stranger)
    curator.button("Put it on the bill").click()
    is_on_the_bill(curator)


def test_nothing_is_left_of_a_photo_that_is_refused(
    curator: Visitor, packs: RealPacks, landscape: Path
) -> None:
    add(curator, landscape)
    is_refused(curator, "no face can be found")

    curator.button("Close").click()

    wait_for(lambda: not packs.added(PACK), FINISHING)


@pytest.mark.usefixtures("packs")
def test_a_file_that_is_no_picture_is_refused_before_it_is_sent(
    curator: Visitor, tmp_path: Path
) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("not a photograph")
    line_up(curator)
    curator.button("Add a portrait").click()

    form(curator).get_by_label("Photo", exact=True).set_input_files(text)

    expect(form(curator).get_by_role("alert").first).to_contain_text("could not be read")


@pytest.mark.expects_console_error
def test_the_page_says_that_a_pack_has_gone_while_the_form_is_filled(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    line_up(curator)
    curator.button("Add a portrait").click()
    fill_in(curator, stranger)

    with packs.gone(PACK):
        curator.button("Put it on the bill").click()
        is_refused(curator, "line-up is gone")


def test_a_face_that_is_there_already_is_warned_of_and_can_be_taken_off_again(
    curator: Visitor, packs: RealPacks, selfie: Path
) -> None:
    add(curator, selfie)
    is_on_the_bill(curator)
    warning = form(curator).get_by_role("alert").last
    words = "nearly certainly that of Grace Hopper"
    expect(warning).to_contain_text(words, timeout=MEASURED_MS)

    curator.button("Take it off again").click()
    curator.button("Delete for good").click()

    expect(form(curator).get_by_label("Name")).to_have_value(NAME, timeout=LOOKED_AT_MS)
    expect(form(curator).get_by_label("Name")).to_be_visible(timeout=LOOKED_AT_MS)
    curator.button("Close").click()
    expect(card(curator, NAME)).to_have_count(0)
    expect(card(curator, "Grace Hopper")).to_be_visible()
    assert packs.added(PACK) == set()


# Removing


def test_a_portrait_is_removed_after_being_asked(curator: Visitor, packs: RealPacks) -> None:
    line_up(curator)
    card(curator, "Ada Lovelace").locator("summary").click()

    curator.button("Remove Portrait 1 of Ada Lovelace").click()
    curator.button("Keep it").click()
    expect(curator.button("Remove Portrait 1 of Ada Lovelace")).to_be_focused()
    curator.button("Remove Portrait 1 of Ada Lovelace").click()
    curator.button("Delete for good").click()

    left = card(curator, "Ada Lovelace").locator(".portraits li")
    expect(left).to_have_count(1, timeout=LOOKED_AT_MS)
    expect(card(curator, "Ada Lovelace").locator("summary")).to_be_focused()
    expect(curator.page.get_by_role("status")).to_contain_text("is removed")
    assert people(packs) == {"Grace Hopper": 1, "Ada Lovelace": 1, "章子怡": 1}


def test_a_person_whose_last_portrait_is_removed_leaves_the_line_up(
    curator: Visitor, packs: RealPacks
) -> None:
    line_up(curator)
    card(curator, "Grace Hopper").locator("summary").click()

    curator.button("Remove Portrait of Grace Hopper").click()
    curator.button("Delete for good").click()

    expect(card(curator, "Grace Hopper")).to_have_count(0, timeout=LOOKED_AT_MS)
    expect(curator.page.locator(".people summary:focus")).to_have_count(1)
    expect(curator.page.locator(".line-up .count")).to_have_text("2 people, 3 portraits")
    assert people(packs) == {"Ada Lovelace": 2, "章子怡": 1}


# No curator any more


@pytest.mark.expects_console_error
def test_a_former_curator_is_told_so_when_adding(
    curator: Visitor, packs: RealPacks, stranger: Path
) -> None:
    curator.page.route(CURATED, forbid)

    add(curator, stranger)

    is_refused(curator, "not among the curators any more")
    expect(form(curator).get_by_label("Name")).to_have_value(NAME)
    assert packs.added(PACK) == set()


@pytest.mark.expects_console_error
@pytest.mark.usefixtures("packs")
def test_a_former_curator_is_told_so_when_removing(curator: Visitor) -> None:
    line_up(curator)
    card(curator, "Grace Hopper").locator("summary").click()
    curator.page.route(CURATED, forbid)

    curator.button("Remove Portrait of Grace Hopper").click()
    curator.button("Delete for good").click()

    alert = curator.page.locator(".delete-dialog").get_by_role("alert")
    expect(alert).to_contain_text("not among the curators any more")
    expect(card(curator, "Grace Hopper")).to_be_visible()
