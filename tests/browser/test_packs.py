"""Packs on the page: choosing one, waiting for more of it, and seeing who is in it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from lookalike.packs import Progress
from tests.browser.canned import CannedPacks
from tests.browser.real_packs import RealPacks, portraits_of
from tests.browser.visitor import Visitor
from tests.running_stack import RunningStack

SEVERAL_SCRIPTS = [
    "Ada Lovelace",
    "章子怡",
    "شاه رخ خان",
    "Владимир Высоцкий",
    "Björk Guðmundsdóttir",
]


@pytest.fixture(scope="module")
def film_stars(real_packs: RealPacks, portraits: list[Path]) -> RealPacks:
    """Packs to choose from: film stars beside the celebrities, and an empty one.

    None of their people has Grace Hopper's face; the first of them has three portraits.
    """
    faces = [path for path in portraits if path.stem != "Grace_Hopper"]
    people = dict(zip(SEVERAL_SCRIPTS, faces, strict=True))
    real_packs.put(
        "film-stars",
        "Film stars",
        [
            portrait
            for name, face in people.items()
            for portrait in portraits_of(name, face, 3 if name == SEVERAL_SCRIPTS[0] else 1)
        ],
    )
    real_packs.put("leaders", "Leaders")
    return real_packs


@pytest.fixture(scope="module")
def celebrities(stack: RunningStack) -> list[dict[str, Any]]:
    """Who is in the pack that every stack has."""
    answer = stack.call("GET", "/celebrities").json()
    return [dict(one) for one in answer["celebrities"]]


@pytest.fixture
def packs_asked(page: Page) -> list[str]:
    """One entry for each time that the page asks which packs there are."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/api/packs"):
            asked.append(request.url)

    page.on("request", note)
    return asked


def pack_of_match(visitor: Visitor, stack: RunningStack) -> str:
    match_id = visitor.kept_match()
    assert match_id
    return str(stack.read(match_id)["pack"])


def pack(visitor: Visitor, title: str) -> Locator:
    return visitor.page.get_by_role("radio", name=title)


def line_up(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Who you can be matched with").click()
    expect(visitor.heading("The line-up")).to_be_focused()


def says_how_many(visitor: Visitor, words: str) -> None:
    expect(visitor.page.locator(".line-up .count")).to_have_text(words)


def play(visitor: Visitor, photo: Path) -> None:
    visitor.choose(photo)
    visitor.button("Use this photo").click()
    visitor.matched_name()


# Choosing


def test_with_one_pack_there_is_nothing_to_choose(visitor: Visitor, film_stars: RealPacks) -> None:
    with film_stars.gone("film-stars"), visitor.page.expect_response("**/api/packs"):
        visitor.open()

    expect(visitor.page.get_by_role("link", name="Who you can be matched with")).to_be_visible()
    expect(visitor.page.get_by_role("radio")).to_have_count(0)


def test_the_chosen_pack_is_played_remembered_and_kept_for_a_retake(
    visitor: Visitor, film_stars: RealPacks, selfie: Path
) -> None:
    visitor.open()
    expect(pack(visitor, "Celebrities")).to_be_checked()
    pack(visitor, "Film stars").check()
    visitor.consent.check()
    play(visitor, selfie)
    assert visitor.matched_name() in SEVERAL_SCRIPTS
    expect(visitor.page.get_by_text("From the line-up: Film stars")).to_be_visible()

    visitor.retake.click()
    expect(pack(visitor, "Film stars")).to_be_checked()
    play(visitor, selfie)
    visitor.page.reload()
    visitor.retake.click()

    expect(pack(visitor, "Film stars")).to_be_checked()
    assert pack_of_match(visitor, film_stars.stack) == "film-stars"


@pytest.mark.usefixtures("film_stars")
def test_the_keyboard_alone_chooses_a_pack(visitor: Visitor) -> None:
    visitor.open()
    visitor.tab_to(pack(visitor, "Celebrities"))

    visitor.page.keyboard.press("ArrowRight")

    expect(pack(visitor, "Film stars")).to_be_checked()
    expect(pack(visitor, "Film stars")).to_be_focused()


@pytest.mark.usefixtures("film_stars")
def test_an_empty_pack_cannot_be_chosen(visitor: Visitor) -> None:
    visitor.open()

    expect(pack(visitor, "Leaders")).to_be_disabled()


def test_a_remembered_pack_that_has_gone_gives_way_to_the_celebrities(
    visitor: Visitor, film_stars: RealPacks, selfie: Path
) -> None:
    visitor.page.add_init_script("localStorage.setItem('pack', 'gone')")

    visitor.open()
    expect(pack(visitor, "Celebrities")).to_be_checked()
    visitor.consent.check()
    play(visitor, selfie)

    assert pack_of_match(visitor, film_stars.stack) == "celebrities"


@pytest.mark.expects_console_error
def test_a_pack_that_goes_before_the_photo_is_named_and_the_photo_meets_the_celebrities(
    visitor: Visitor, film_stars: RealPacks, selfie: Path
) -> None:
    visitor.open()
    pack(visitor, "Film stars").check()
    visitor.consent.check()
    visitor.choose(selfie)

    with film_stars.gone("film-stars"):
        visitor.button("Use this photo").click()
        expect(visitor.heading("That line-up is gone")).to_be_focused()
        hint = visitor.page.locator(".failure-notice .hint")
        expect(hint).to_contain_text("Your photo is still here")
        visitor.button("Try again").click()
        visitor.matched_name()

    assert pack_of_match(visitor, film_stars.stack) == "celebrities"
    assert visitor.page.evaluate("localStorage.getItem('pack')") is None


def test_with_one_pack_the_result_need_not_say_which(
    visitor: Visitor, film_stars: RealPacks, selfie: Path
) -> None:
    with film_stars.gone("film-stars"):
        visitor.get_a_match(selfie)

    expect(visitor.page.locator(".match-card .pack")).to_be_hidden()


@pytest.mark.expects_console_error
def test_a_match_is_made_where_the_packs_cannot_be_fetched(visitor: Visitor, selfie: Path) -> None:
    visitor.page.route("**/api/packs", lambda route: route.fulfill(status=503, json={}))

    assert visitor.get_a_match(selfie)


# More to come


def test_a_pack_that_is_being_filled_says_how_far_it_is_until_it_is_done(
    visitor: Visitor, film_stars: RealPacks, packs_asked: list[str]
) -> None:
    visitor.page.clock.install()
    with film_stars.filling("film-stars", 12, 240):
        visitor.open()
        bar = visitor.page.get_by_role("progressbar")
        expect(bar).to_be_hidden()
        pack(visitor, "Film stars").check()
        expect(bar).to_have_accessible_name("Fetching more celebrities: 12 of 240")
        expect(bar).to_have_attribute("value", "12")

        film_stars.say_progress("film-stars", Progress("indexing", 200, 240))
        visitor.page.clock.run_for(5000)
        expect(bar).to_have_accessible_name(re.compile("200 of 240"))
    visitor.page.clock.run_for(5000)

    expect(bar).to_be_hidden()
    expect(visitor.page.get_by_role("status")).to_have_text("Everyone is here.")
    asked = len(packs_asked)
    visitor.page.clock.run_for(60_000)
    assert len(packs_asked) == asked


def test_a_packs_progress_is_asked_for_only_while_it_is_shown(
    visitor: Visitor, film_stars: RealPacks, packs_asked: list[str]
) -> None:
    visitor.page.clock.install()
    with film_stars.filling("celebrities", 12, 240):
        visitor.open()
        bar = visitor.page.get_by_role("progressbar")
        expect(bar).to_be_visible()
        visitor.page.get_by_text("More", exact=True).click()
        visitor.page.get_by_role("link", name="What happens with your photo").click()
        expect(visitor.heading("What happens with your photo")).to_be_visible()
        asked = len(packs_asked)

        visitor.page.clock.run_for(60_000)
        assert len(packs_asked) == asked
        visitor.page.go_back()
        expect(bar).to_be_visible()
        with visitor.page.expect_request("**/api/packs"):
            visitor.page.clock.run_for(5000)

        expect(bar).to_be_visible()


def test_a_pack_that_is_being_filled_can_be_played(
    visitor: Visitor, film_stars: RealPacks, selfie: Path
) -> None:
    with film_stars.filling("celebrities", 12, 240):
        assert visitor.get_a_match(selfie)


def test_a_small_line_up_says_so_before_the_photo_and_with_the_result(
    visitor: Visitor, selfie: Path
) -> None:
    visitor.open()
    expect(visitor.page.get_by_text("a small line-up: 6 portraits")).to_be_visible()
    visitor.consent.check()

    play(visitor, selfie)

    expect(visitor.page.get_by_text("There are only 6 portraits here yet")).to_be_visible()


def test_a_line_up_of_many_is_not_called_small(visitor: Visitor, packs: CannedPacks) -> None:
    packs.packs[0]["portraits"] = 240

    with visitor.page.expect_response("**/api/packs"):
        visitor.open()

    expect(visitor.page.locator(".small-line-up")).to_be_hidden()


# The line-up


def test_everyone_in_a_pack_is_shown_with_the_credit_of_each_picture(
    visitor: Visitor, celebrities: list[dict[str, Any]]
) -> None:
    visitor.open()

    line_up(visitor)

    people = visitor.page.locator(".people > li")
    number = len(celebrities)
    expect(people).to_have_count(number)
    says_how_many(visitor, f"{number} people, {number} portraits")
    for person in celebrities:
        card = people.filter(has_text=person["name"])
        card.locator("summary").click()
        expect(card.get_by_role("img", name=f"Portrait of {person['name']}")).to_be_visible()
        attribution = person["attribution"]
        expect(card.locator("summary")).to_contain_text(person["description"])
        expect(card).to_contain_text(attribution["author"])
        licence = card.get_by_role("link", name=attribution["license"])
        expect(licence).to_have_attribute("href", attribution["license_url"])
        source = card.get_by_role("link", name="source")
        expect(source).to_have_attribute("href", attribution["source_url"])


def test_a_person_who_is_opened_is_in_view(visitor: Visitor, packs: CannedPacks) -> None:
    packs.packs[0]["portraits"] = 30
    packs.people["celebrities"] = [packs.person(f"Star {number}") for number in range(30)]
    visitor.open()
    line_up(visitor)

    visitor.page.locator("summary", has_text="Star 11").click()

    expect(visitor.page.get_by_role("img", name="Portrait of Star 11")).to_be_in_viewport(ratio=1)


@pytest.mark.usefixtures("film_stars")
def test_a_person_with_several_portraits_shows_them_all(visitor: Visitor) -> None:
    visitor.open()
    line_up(visitor)
    pack(visitor, "Film stars").check()
    says_how_many(visitor, "5 people, 7 portraits")

    visitor.page.locator("summary", has_text="Ada Lovelace").click()

    for number in (1, 2, 3):
        portrait = visitor.page.get_by_role("img", name=f"Portrait {number} of Ada Lovelace")
        expect(portrait).to_be_visible()


@pytest.mark.usefixtures("film_stars")
def test_names_in_any_script_are_shown_as_they_are_written(visitor: Visitor) -> None:
    visitor.open()
    line_up(visitor)

    pack(visitor, "Film stars").check()

    names = visitor.page.locator(".people summary .name")
    expect(names).to_have_count(len(SEVERAL_SCRIPTS))
    directions = names.evaluate_all(
        "all => all.map(one => [one.textContent, getComputedStyle(one).direction])"
    )
    assert dict(directions) == {
        name: "rtl" if name == "شاه رخ خان" else "ltr" for name in SEVERAL_SCRIPTS
    }


@pytest.mark.expects_console_error
@pytest.mark.usefixtures("film_stars")
def test_a_person_whose_picture_cannot_be_loaded_is_initials(visitor: Visitor) -> None:
    visitor.page.route("**/film-stars/*.jpg?*", lambda route: route.abort())
    visitor.open()
    line_up(visitor)

    pack(visitor, "Film stars").check()

    card = visitor.page.locator(".people summary").filter(has_text="章子怡")
    expect(card.locator("img")).to_be_hidden()
    expect(card.locator(".initials")).to_have_text("章")


def test_a_large_pack_comes_a_page_at_a_time(visitor: Visitor, packs: CannedPacks) -> None:
    packs.put("film-stars", "Film stars", [packs.person(f"Star {n}") for n in range(50)])
    visitor.open()
    line_up(visitor)
    pack(visitor, "Film stars").check()
    people = visitor.page.locator(".people > li")
    expect(people).to_have_count(48)
    says_how_many(visitor, "Showing the first 48 people; 50 portraits in all")

    visitor.button("Show more").click()

    expect(people).to_have_count(50)
    expect(people.nth(48).locator("summary")).to_be_focused()
    expect(visitor.button("Show more")).to_be_hidden()
    says_how_many(visitor, "50 people, 50 portraits")


def test_a_person_of_a_later_page_is_found_by_name_or_by_what_is_said_of_them(
    visitor: Visitor, packs: CannedPacks
) -> None:
    stars = [packs.person(f"Star {number}") for number in range(99)]
    stars[98]["description"] = "Icelandic singer"
    packs.put("film-stars", "Film stars", stars)
    visitor.open()
    line_up(visitor)
    pack(visitor, "Film stars").check()
    shown = visitor.page.locator(".people > li:visible")
    expect(shown).to_have_count(48)
    search = visitor.page.get_by_role("searchbox", name="Find a person")

    search.fill("singer")
    expect(shown).to_have_count(1)
    expect(shown).to_have_text(re.compile("Star 98.*Icelandic singer"))
    expect(search).to_be_focused()
    says_how_many(visitor, "Found 1 person")
    search.fill("nobody")
    says_how_many(visitor, "No one of that name is here.")
    search.fill("")

    expect(shown).to_have_count(99)
    says_how_many(visitor, "99 people, 99 portraits")


@pytest.mark.usefixtures("film_stars")
def test_an_empty_pack_says_so(visitor: Visitor) -> None:
    visitor.open()
    line_up(visitor)

    pack(visitor, "Leaders").check()

    says_how_many(visitor, "No one is in this line-up yet.")
    expect(visitor.button("Find my double here")).to_be_hidden()


@pytest.mark.usefixtures("film_stars")
def test_looking_into_a_pack_chooses_nothing_until_it_is_to_be_played(visitor: Visitor) -> None:
    visitor.open()
    line_up(visitor)
    pack(visitor, "Film stars").check()
    expect(visitor.page.locator(".people > li")).to_have_count(len(SEVERAL_SCRIPTS))
    visitor.page.go_back()
    expect(pack(visitor, "Celebrities")).to_be_checked()
    visitor.page.go_forward()
    pack(visitor, "Film stars").check()

    visitor.button("Find my double here").click()

    expect(visitor.heading("famous double")).to_be_focused()
    expect(pack(visitor, "Film stars")).to_be_checked()


@pytest.mark.expects_console_error
def test_a_line_up_that_cannot_be_fetched_can_be_tried_again(
    visitor: Visitor, celebrities: list[dict[str, Any]]
) -> None:
    visitor.page.route("**/api/celebrities?*", lambda route: route.abort())
    visitor.open()
    line_up(visitor)
    expect(visitor.page.get_by_role("alert")).to_contain_text("could not fetch")

    visitor.page.unroute("**/api/celebrities?*")
    visitor.button("Try again").click()

    expect(visitor.page.locator(".people > li")).to_have_count(len(celebrities))


@pytest.mark.expects_console_error
def test_the_page_says_that_a_line_up_has_gone_while_it_loads(
    visitor: Visitor, film_stars: RealPacks
) -> None:
    visitor.open()
    line_up(visitor)
    expect(pack(visitor, "Film stars")).to_be_visible()

    with film_stars.gone("film-stars"):
        pack(visitor, "Film stars").check()
        expect(visitor.page.get_by_role("alert")).to_contain_text("This line-up is gone")
        offered = visitor.page.locator(".line-up").get_by_role("radio")
        expect(offered).to_have_count(2)


def test_the_line_up_has_an_address(visitor: Visitor, celebrities: list[dict[str, Any]]) -> None:
    visitor.page.goto(f"{visitor.origin}/#line-up")

    expect(visitor.page.locator(".people > li")).to_have_count(len(celebrities))


# How we got this number


def test_a_visitor_who_is_most_probably_on_the_portrait_is_told_so(
    visitor: Visitor, selfie: Path
) -> None:
    assert visitor.get_a_match(selfie) == "Grace Hopper"

    expect(visitor.page.get_by_text("Hang on, is that you?")).to_be_visible()


@pytest.mark.usefixtures("film_stars")
def test_a_visitor_who_only_resembles_a_celebrity_is_not_told_so(
    visitor: Visitor, selfie: Path
) -> None:
    visitor.open()
    pack(visitor, "Film stars").check()
    visitor.consent.check()

    play(visitor, selfie)

    expect(visitor.page.get_by_text("Hang on, is that you?")).to_be_hidden()


def test_the_number_and_its_limits_are_explained(visitor: Visitor, selfie: Path) -> None:
    visitor.get_a_match(selfie)
    limits = visitor.page.locator(".limits p")
    expect(limits).to_be_hidden()

    visitor.page.get_by_text("How we got this number").click()

    expect(limits).to_contain_text("just for fun")
    expect(limits).to_be_visible()
