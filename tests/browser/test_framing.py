"""Eyes on eyes: where pictures lie, by the page's geometry and as the face engine sees them."""

import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Locator, Page, Route, expect

from rekognition.engine import FaceEngine
from tests.browser.visitor import Stack, Visitor
from tests.pictures import encode, open_face

Eyes = Sequence[Sequence[float]]

FRAME = {"width": 1, "height": 1.25}
DENSITY = 2
# As poster-layout.js places them.
ARCHES, ARCH_TOP, ARCH_WIDTH = (88, 588), 130, 404


PLACES = """frame => import("/scripts/framing.js").then(({eyePlaces}) => eyePlaces(frame))"""
"""Where the eyes should be, in frame's widths."""

PROJECT = """(image, eyes) => {
    const {left, top, width, height, transform, transformOrigin} = getComputedStyle(image);
    const [originX, originY] = transformOrigin.split(" ").map(parseFloat);
    const matrix = new DOMMatrix(transform);
    return eyes.map(([x, y]) => {
        const at = new DOMPoint(x * parseFloat(width) - originX, y * parseFloat(height) - originY);
        const turned = at.matrixTransform(matrix);
        return [parseFloat(left) + originX + turned.x, parseFloat(top) + originY + turned.y]
            .map(length => length / image.parentElement.clientWidth);
    });
}"""
"""Where a picture's eyes are in its frame, in frame's widths."""


@pytest.fixture(scope="module")
def engine() -> Iterator[FaceEngine]:
    engine = FaceEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def browser_context_args(
    browser_context_args: dict[str, Any], browser: Browser, stack: Stack, selfie: Path
) -> dict[str, Any]:
    """What visitors are like here: they have had a match, on a screen of double density."""
    context = browser.new_context(**browser_context_args)
    Visitor(context.new_page(), stack).get_a_match(selfie)
    kept = context.storage_state()
    context.close()
    return {**browser_context_args, "storage_state": kept, "device_scale_factor": DENSITY}


class Faces:
    """Notes where the API says that eyes are; pictures may stand in for the portraits."""

    def __init__(self, page: Page, engine: FaceEngine) -> None:
        self.eyes: dict[str, Eyes] = {}
        """By the celebrity's name; the visitor's own have none."""
        self.stand_ins: list[bytes] = []
        self._engine = engine
        page.route("**/guest/matches/*", self._answer)
        page.route("**/stand-in/*", self._show)

    def _answer(self, route: Route) -> None:
        reply = route.fetch()
        match = reply.json()
        for number, picture in enumerate(self.stand_ins):
            stand_in = {"image_url": f"/stand-in/{number}", "face": self._find(picture)}
            match["celebrities"][number] |= {**stand_in, "images": []}
        self.eyes = {one["name"]: one["face"]["eyes"] for one in match["celebrities"]}
        self.eyes[""] = match["selfie_face"]["eyes"]
        route.fulfill(response=reply, json=match)

    def _find(self, picture: bytes) -> dict[str, Any]:
        (found, _), *_ = self._engine.detect(picture)
        box = {"left": found.left, "top": found.top, "width": found.width, "height": found.height}
        return {"box": box, "eyes": found.landmarks[:2]}

    def _show(self, route: Route) -> None:
        number = int(route.request.url.rsplit("/", 1)[-1])
        route.fulfill(body=self.stand_ins[number], content_type="image/jpeg")


@pytest.fixture
def faces(page: Page, engine: FaceEngine) -> Faces:
    return Faces(page, engine)


@pytest.fixture
def odd_pictures(portraits: list[Path]) -> list[bytes]:
    """A small face far to one side, a tilted head, a landscape picture, and a close crop."""
    face = open_face(next(path for path in portraits if path.stem.startswith("Eileen")))
    wall = Image.new("RGB", (1400, 900), (96, 110, 124)).filter(ImageFilter.GaussianBlur(2))
    small = wall.copy()
    small.paste(face.resize((360, 360)), (1030, 530))
    landscape = wall.copy()
    landscape.paste(face.resize((800, 800)), (60, 100))
    tilted = face.rotate(-12, expand=True, resample=Image.Resampling.BICUBIC)
    close = face.crop((120, 70, 330, 320))
    return [encode(picture, quality=92) for picture in (small, tilted, landscape, close)]


def come_back(visitor: Visitor) -> None:
    visitor.page.goto(visitor.origin)
    visitor.matched_name()


def distance(one: Eyes, other: Eyes) -> float:
    """Return how far the worse of two eyes is from where it should be."""
    pairs = zip(one, other, strict=True)
    return max(math.dist(seen, wanted) for seen, wanted in pairs)


def seen_in(frame: Locator, engine: FaceEngine) -> Eyes:
    """Return where the engine sees the eyes on a screenshot, in frame's widths."""
    with Image.open(io.BytesIO(frame.screenshot(animations="disabled"))) as shot:
        return seen_on(shot, engine)


def seen_on(picture: Image.Image, engine: FaceEngine) -> Eyes:
    (found, _), *_ = engine.detect(encode(picture.convert("RGB"), quality=95))
    return [(x, y * picture.height / picture.width) for x, y in sorted(found.landmarks[:2])]


def check_poster(page: Page, engine: FaceEngine, places: Eyes) -> None:
    """Look for both faces on the poster, each in its arch."""
    page.get_by_role("button", name="Make a poster").click()
    dialog = page.get_by_role("dialog", name="Your poster")
    with page.expect_download() as saved:
        dialog.get_by_role("button", name="Save").click()
    with Image.open(saved.value.path()) as opened:
        for left in ARCHES:
            arch = opened.crop((left, ARCH_TOP, left + ARCH_WIDTH, ARCH_TOP + 5 * ARCH_WIDTH // 4))
            assert distance(seen_on(arch, engine), places) < 0.04, left
    dialog.get_by_role("button", name="Close").click()


def check_pictures(page: Page, faces: Faces, engine: FaceEngine) -> None:
    """Look at the stage and at the comparison, once by geometry and once with the engine's eyes."""
    places = page.evaluate(PLACES, FRAME)
    name = page.locator(".star figcaption").inner_text()
    stage = page.locator(".premiere-stage")
    for side, whose in ((".you", ""), (".star", name)):
        image = stage.locator(f"{side} img")
        expect(image).to_have_class(re.compile("framed"))
        assert distance(image.evaluate(PROJECT, faces.eyes[whose]), places) < 0.01, (name, side)
        seen = seen_in(stage.locator(f"{side} .arch"), engine)
        assert distance(seen, places) < 0.04, (name, side)

    page.get_by_role("button", name="Compare", exact=True).click()
    slider = stage.get_by_role("slider")
    for share in ("0", "100"):
        slider.fill(share)
        assert distance(seen_in(page.locator(".wipe"), engine), places) < 0.04, (name, share)
    page.get_by_role("button", name="Compare", exact=True).click()
    check_poster(page, engine, places)


def test_eyes_are_on_eyes_for_each_person_on_the_stage(
    visitor: Visitor, faces: Faces, engine: FaceEngine
) -> None:
    come_back(visitor)
    check_pictures(visitor.page, faces, engine)

    for runner_up in visitor.page.locator(".bill button").all():
        runner_up.click()
        check_pictures(visitor.page, faces, engine)


def test_eyes_are_on_eyes_in_odd_pictures(
    visitor: Visitor, faces: Faces, engine: FaceEngine, odd_pictures: list[bytes]
) -> None:
    faces.stand_ins = odd_pictures
    come_back(visitor)
    check_pictures(visitor.page, faces, engine)

    for runner_up in visitor.page.locator(".bill button").all()[: len(odd_pictures) - 1]:
        runner_up.click()
        check_pictures(visitor.page, faces, engine)


def test_a_runner_up_takes_the_stage_and_the_first_comes_back_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    come_back(visitor)
    first = visitor.matched_name()
    runner_up = page.locator(".bill button").first
    name = runner_up.locator(".name").inner_text()
    expect(page.get_by_role("img", name=f"Portrait of {first}")).to_be_visible()

    visitor.tab_to(runner_up)
    page.keyboard.press("Enter")

    expect(runner_up).to_have_attribute("aria-pressed", "true")
    expect(visitor.heading(f"You also look like {name}")).to_be_visible()
    expect(page.get_by_role("img", name=f"Portrait of {name}")).to_be_visible()
    visitor.button("Compare").click()
    expect(page.get_by_role("slider", name=f"Between you and {name}")).to_be_visible()
    visitor.button("Make a poster").click()
    poster = page.get_by_role("dialog").get_by_role("img")
    expect(poster).to_have_accessible_name(re.compile(f"you also look like {name}"))
    visitor.button("Close").click()

    back = visitor.button(f"Back to {first}")
    back.focus()
    page.keyboard.press("Enter")

    expect(visitor.heading(f"You look most like {first}")).to_be_focused()
    expect(runner_up).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("slider", name=f"Between you and {first}")).to_be_visible()
