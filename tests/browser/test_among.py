"""Among whom a face is compared: chosen before the photo, and once more on its result."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Request, Route, expect

from tests.browser.real_packs import RealPacks, portraits_of
from tests.browser.visitor import RESULT_WITHIN_MS, Visitor

PACK = "labelled"
WOMEN = ["Ada Lovelace", "Hedy Lamarr", "Mae Jemison", "Rosa Parks", "Amelia Earhart"]
NOT_SAID = "Admiral Amazing"
"""Has the selfie's own face, and no label."""


@pytest.fixture(scope="module")
def labelled(real_packs: RealPacks, portraits: list[Path], selfie: Path) -> RealPacks:
    """A pack of five who are labelled as women, and of one of whom nothing is said."""
    faces = [path for path in portraits if path.stem != "Grace_Hopper"]
    women = [
        portrait
        for name, face in zip(WOMEN, faces, strict=True)
        for portrait in portraits_of(name, face, gender="female")
    ]
    real_packs.put(PACK, "Labelled", [*women, *portraits_of(NOT_SAID, selfie)])
    return real_packs


@pytest.fixture
def player(visitor: Visitor, labelled: RealPacks) -> Visitor:
    """A visitor who plays the labelled pack."""
    assert labelled
    visitor.page.add_init_script(f"localStorage.setItem('pack', '{PACK}')")
    return visitor


@pytest.fixture
def wishes(player: Visitor) -> list[dict[str, object]]:
    """What the page asks for in each new match, and "photo" for each photo that it sends."""
    asked: list[dict[str, object]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/guest/matches"):
            asked.append(dict(request.post_data_json or {}))
        elif "multipart/form-data" in request.headers.get("content-type", ""):
            asked.append({"photo": True})

    player.page.on("request", note)
    return asked


def group(visitor: Visitor, name: str) -> Locator:
    choice = visitor.page.get_by_role("group", name="Compare me with")
    return choice.get_by_role("radio", name=name, exact=True)


def says_among(visitor: Visitor, words: str) -> None:
    line = visitor.page.locator(".match-card .among")
    expect(line).to_have_text(words, timeout=RESULT_WITHIN_MS)


def refuse_once(visitor: Visitor, code: str) -> None:
    """Refuse the next new match.

    The route stays: while Playwright takes one away, it can lose the event of the next request.
    """
    refused: list[str] = []

    def refuse(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(code)
        route.fulfill(
            status=422,
            content_type="application/problem+json",
            json={"title": "No", "status": 422, "code": code},
        )

    visitor.page.route("**/guest/matches", refuse)


def test_without_labels_there_is_nothing_to_choose(visitor: Visitor, selfie: Path) -> None:
    with visitor.page.expect_response("**/api/packs"):
        visitor.get_a_match(selfie)

    expect(visitor.page.get_by_role("group", name="Compare me with")).to_have_count(0)
    expect(visitor.page.locator(".match-card .among")).to_be_hidden()


def test_the_chosen_group_is_played_and_remembered(
    player: Visitor, selfie: Path, wishes: list[dict[str, object]]
) -> None:
    player.open()
    expect(group(player, "Everyone")).to_be_checked()
    group(player, "Women").check()
    player.consent.check()
    player.choose(selfie)
    expect(group(player, "Women")).to_be_checked()
    player.button("Use this photo").click()

    assert player.matched_name() in WOMEN
    says_among(player, "Compared with women only.")
    assert wishes[0]["among"] == "women"
    player.page.reload()
    says_among(player, "Compared with women only.")
    player.retake.click()
    expect(group(player, "Women")).to_be_checked()


def test_the_keyboard_chooses_a_group_before_the_photo_is_sent(
    player: Visitor, selfie: Path, wishes: list[dict[str, object]]
) -> None:
    player.open()
    player.consent.check()
    player.choose(selfie)
    player.tab_to(group(player, "Everyone"))

    player.page.keyboard.press("ArrowRight")
    expect(group(player, "Women")).to_be_checked()
    player.button("Use this photo").click()
    player.matched_name()

    assert wishes[0]["among"] == "women"


def test_a_result_is_played_again_among_others_without_sending_the_photo_again(
    player: Visitor, selfie: Path, wishes: list[dict[str, object]]
) -> None:
    assert player.get_a_match(selfie) == NOT_SAID
    first = player.kept_match()
    wishes.clear()

    player.button("Women").click()

    says_among(player, "Compared with women only.")
    assert player.matched_name() in WOMEN
    expect(player.result()).to_be_focused()
    expect(player.button("Women")).to_have_attribute("aria-pressed", "true")
    assert [(one.get("photo_of"), one.get("among")) for one in wishes] == [(first, "women")]
    assert player.page.get_by_role("img", name="Your photo").is_visible()
    player.page.reload()
    says_among(player, "Compared with women only.")
    player.button("Everyone").click()
    expect(player.heading(NOT_SAID)).to_be_visible(timeout=RESULT_WITHIN_MS)


@pytest.mark.expects_console_error
def test_where_the_group_has_gone_it_is_everyone_and_the_result_says_so(
    player: Visitor, selfie: Path, wishes: list[dict[str, object]]
) -> None:
    player.page.add_init_script("localStorage.setItem('among', 'women')")
    refuse_once(player, "unknown_group")

    player.get_a_match(selfie)

    expect(player.page.locator(".match-card .without")).to_contain_text(
        "compared you with everyone"
    )
    assert [one["among"] for one in wishes if "among" in one] == ["women", "everyone"]
    assert player.page.evaluate("localStorage.getItem('among')") == "everyone"


@pytest.mark.expects_console_error
def test_a_photo_that_is_not_kept_any_more_cannot_be_played_again(
    player: Visitor, selfie: Path
) -> None:
    name = player.get_a_match(selfie)
    refuse_once(player, "unknown_match")

    player.button("Women").click()
    expect(player.heading("That earlier photo is gone")).to_be_focused()
    player.button("Back to my result").click()

    assert player.matched_name() == name
