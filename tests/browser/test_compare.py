"""The selfie and the portrait in one arch, with an edge between them to move."""

import io
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from playwright.sync_api import Browser, FloatRect, Locator, Page, Route, expect

from tests.browser.visitor import Stack, Visitor
from tests.pictures import open_face


@pytest.fixture(scope="module")
def grey_selfie(selfie: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A selfie without colours, to be told from its portrait."""
    path = tmp_path_factory.mktemp("grey") / "selfie.jpg"
    ImageOps.grayscale(open_face(selfie)).save(path, quality=95)
    return path


@pytest.fixture(scope="module")
def browser_context_args(
    browser_context_args: dict[str, Any], browser: Browser, stack: Stack, grey_selfie: Path
) -> dict[str, Any]:
    """What visitors are like here: they have had a match, and want less motion."""
    context = browser.new_context(**browser_context_args)
    Visitor(context.new_page(), stack).get_a_match(grey_selfie)
    kept = context.storage_state()
    context.close()
    return {**browser_context_args, "storage_state": kept, "reduced_motion": "reduce"}


@pytest.fixture
def compare(visitor: Visitor) -> Locator:
    return visitor.button("Compare")


@pytest.fixture
def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Between you and Grace Hopper")


@pytest.fixture
def wipe(visitor: Visitor, compare: Locator, page: Page) -> Locator:
    """The two pictures, one over the other."""
    come_back(visitor)
    compare.click()
    return page.locator(".wipe")


def come_back(visitor: Visitor) -> None:
    visitor.page.goto(visitor.origin)
    visitor.matched_name()


def box_of(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box is not None
    return box


def look(wipe: Locator, share: int) -> Image.Image:
    """Look at the pictures, so much of them the portrait's."""
    wipe.get_by_role("slider").fill(str(share))
    return Image.open(io.BytesIO(wipe.screenshot(animations="disabled"))).convert("RGB")


def difference(one: Image.Image, other: Image.Image, columns: tuple[float, float]) -> float:
    """Compare two looks between two columns, given as shares of their width."""
    left, right = (round(share * one.width) for share in columns)
    box = (left, 0, right, one.height)
    return sum(ImageStat.Stat(ImageChops.difference(one.crop(box), other.crop(box))).mean)


def touch(page: Page, *way: tuple[float, float]) -> None:
    """Put a finger down, lead it along and lift it."""
    session = page.context.new_cdp_session(page)
    for step, (x, y) in enumerate(way):
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_pictures_stand_side_by_side_until_they_are_compared_and_afterwards(
    visitor: Visitor, compare: Locator, slider: Locator
) -> None:
    come_back(visitor)
    you, star = (visitor.page.locator(f".premiere-stage .{side} .arch") for side in ("you", "star"))
    expect(compare).to_have_attribute("aria-pressed", "false")
    expect(slider).to_be_hidden()
    apart = box_of(you), box_of(star)
    assert apart[0]["x"] + apart[0]["width"] <= apart[1]["x"]

    compare.click()
    expect(compare).to_have_attribute("aria-pressed", "true")
    expect(slider).to_be_visible()
    assert box_of(you) == box_of(star)
    assert box_of(you)["width"] > 1.3 * apart[0]["width"]
    compare.click()

    expect(compare).to_have_attribute("aria-pressed", "false")
    expect(slider).to_be_hidden()
    assert (box_of(you), box_of(star)) == apart


def test_the_keyboard_opens_the_slider_and_moves_it(
    visitor: Visitor, compare: Locator, slider: Locator
) -> None:
    keyboard = visitor.page.keyboard
    come_back(visitor)

    visitor.tab_to(compare)
    keyboard.press("Enter")

    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "50% Grace Hopper")
    keyboard.press("ArrowUp")
    expect(slider).to_have_attribute("aria-valuetext", "51% Grace Hopper")
    keyboard.press("ArrowLeft")  # takes the edge, and with it the portrait, to the left
    expect(slider).to_have_attribute("aria-valuetext", "52% Grace Hopper")
    keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0% Grace Hopper")
    keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "100% Grace Hopper")
    keyboard.press("Tab")
    expect(compare).to_be_focused()
    keyboard.press("Space")
    expect(slider).to_be_hidden()


def test_the_portrait_covers_as_much_of_the_selfie_as_the_slider_says(wipe: Locator) -> None:
    selfie, portrait, both = look(wipe, 0), look(wipe, 100), look(wipe, 30)

    left, right = (0.1, 0.6), (0.8, 0.9)

    assert difference(both, selfie, left) < 2 < 20 < difference(both, portrait, left)
    assert difference(both, portrait, right) < 2 < 20 < difference(both, selfie, right)


def test_the_mouse_moves_the_edge_from_anywhere_on_the_pictures(
    page: Page, wipe: Locator, slider: Locator
) -> None:
    box = box_of(wipe)
    middle = box["y"] + box["height"] / 2

    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    expect(slider).to_have_attribute("aria-valuetext", "80% Grace Hopper")
    page.mouse.move(box["x"] + 0.7 * box["width"], middle + 50, steps=3)
    expect(slider).to_have_attribute("aria-valuetext", "30% Grace Hopper")
    page.mouse.up()
    page.mouse.move(box["x"], middle)

    expect(slider).to_have_attribute("aria-valuetext", "30% Grace Hopper")
    expect(slider).to_be_focused()


def test_a_finger_takes_the_edge_along_and_can_still_scroll_the_page(
    page: Page, wipe: Locator, slider: Locator
) -> None:
    box = box_of(wipe)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    step = box["width"] / 20

    touch(page, *((x - step * number, y) for number in range(7)))
    expect(slider).to_have_js_property("value", "80")
    assert page.evaluate("scrollY") == 0
    touch(page, *((x, y - 20 * number) for number in range(10)))

    expect(slider).to_have_js_property("value", "80")
    assert page.evaluate("scrollY") > 50


def test_a_tap_brings_the_edge_there(page: Page, wipe: Locator, slider: Locator) -> None:
    box = box_of(wipe)

    touch(page, (box["x"] + box["width"] / 4, box["y"] + box["height"] / 2))

    expect(slider).to_have_js_property("value", "75")


def test_the_slider_fits_the_narrowest_phone(
    visitor: Visitor, compare: Locator, slider: Locator
) -> None:
    visitor.page.set_viewport_size({"width": 320, "height": 568})
    come_back(visitor)

    compare.click()

    expect(slider).to_be_in_viewport(ratio=1)
    expect(compare).to_be_in_viewport()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("motion", "sweeps"), [("reduce", []), ("no-preference", ["wipe"])])
def test_the_edge_sweeps_in_unless_the_visitor_prefers_less_motion(
    visitor: Visitor,
    compare: Locator,
    motion: Literal["reduce", "no-preference"],
    sweeps: list[str],
) -> None:
    page = visitor.page
    page.emulate_media(reduced_motion=motion)
    come_back(visitor)
    page.evaluate(
        """() => {
            window.swept = [];
            const slider = document.querySelector(".compare-slider");
            slider.onanimationstart = ({target, animationName}) =>
                target === slider && swept.push(animationName);
        }"""
    )

    compare.click()

    frame = "new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
    assert page.evaluate(f"{frame}.then(() => swept)") == sweeps


@pytest.mark.expects_console_error
def test_a_portrait_that_is_missing_is_not_compared(visitor: Visitor, compare: Locator) -> None:
    visitor.page.route("**/pictures/**", lambda route: route.abort())
    come_back(visitor)

    expect(visitor.page.locator(".premiere-stage .initials")).to_have_text("GH")
    expect(visitor.page.locator(".premiere-stage .initials")).to_be_visible()
    expect(visitor.page.locator("[data-act=revealed]")).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")  # what offers to compare them would be there

    expect(compare).to_be_hidden()


def test_without_the_selfie_there_is_nothing_to_compare(visitor: Visitor, compare: Locator) -> None:
    def forget_selfie(route: Route) -> None:
        reply = route.fetch()
        route.fulfill(response=reply, json={**reply.json(), "selfie_url": None})

    visitor.page.route("**/guest/matches/*", forget_selfie)
    come_back(visitor)
    expect(visitor.page.get_by_text("We no longer have your photo")).to_be_visible()
    expect(visitor.page.get_by_role("img", name="Portrait of Grace Hopper")).to_be_visible()
    expect(visitor.page.locator("[data-act=revealed]")).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")

    expect(compare).to_be_hidden()


def test_the_next_visitor_finds_the_curtain_drawn_and_nothing_to_compare(
    visitor: Visitor, wipe: Locator, compare: Locator
) -> None:
    visitor.retake.click()

    expect(visitor.heading("famous double")).to_be_visible()
    expect(wipe).to_be_hidden()
    expect(compare).to_be_hidden()
