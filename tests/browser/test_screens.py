"""Pictures of the page's screens, made with licensed portraits only.

They go to the folder that SCREENS names (`make screens` says docs/screens); without it one size in
one scheme is taken, and thrown away.
"""

import contextlib
import io
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from lookalike.portraits import portrait_id_of
from tests.browser.canned import CannedPacks
from tests.browser.visitor import RESULT_WITHIN_MS, Visitor
from tests.pictures import encode, open_face, scenery, two_faces
from tests.running_stack import FINISHING, RunningStack, wait_for

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES = ["light", "dark"]

pytestmark = pytest.mark.usefixtures("without_hopper")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(os.environ.get("SCREENS", tmp_path))


@pytest.fixture(scope="module")
def without_hopper(stack: RunningStack) -> Iterator[None]:
    """Remove Grace Hopper's portrait from the pack, so that her selfie resembles another person."""
    with without(stack, "Grace_Hopper"):
        yield


@contextlib.contextmanager
def without(stack: RunningStack, name: str) -> Iterator[None]:
    """Remove a person's portrait from the pack until the block ends."""
    bucket = stack.outputs.portraits_bucket
    keys = [entry["Key"] for entry in stack.s3.list_objects_v2(Bucket=bucket)["Contents"]]
    key = next(key for key in keys if name in key)
    kept = stack.s3.get_object(Bucket=bucket, Key=key)
    body = kept["Body"].read()
    record: Any = {"portrait_id": {"S": portrait_id_of(key)}}

    def is_indexed() -> bool:
        table = stack.outputs.portraits_table
        return "Item" in stack.dynamodb.get_item(TableName=table, Key=record)

    stack.s3.delete_object(Bucket=bucket, Key=key)
    wait_for(lambda: not is_indexed(), FINISHING)
    yield
    stack.s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=body,
        Metadata=kept["Metadata"],
        ContentType=kept["ContentType"],
    )
    wait_for(is_indexed, FINISHING)


@pytest.fixture(scope="module")
def matches(stack: RunningStack, portraits: list[Path]) -> Any:
    """A member with several matches: their address, password and the id of the newest."""
    email, password = f"{uuid.uuid4().hex}@example.org", "a short sentence"
    bearer = stack.sign_up(email=email, password=password)
    for name in ("Nikola_Tesla", "Eileen_Collins", "Barack_Obama"):
        path = next(path for path in portraits if path.stem == name)
        with without(stack, name):
            stack.play(encode(open_face(path)), bearer)
    stack.play(encode(scenery()), bearer)
    return email, password


VARIANTS = [(size, scheme) for size in SIZES for scheme in SCHEMES]


@pytest.fixture(params=VARIANTS if "SCREENS" in os.environ else VARIANTS[:1])
def visitor(request: pytest.FixtureRequest, page: Page, stack: RunningStack) -> Visitor:
    size, scheme = request.param
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    request.node.user_properties.append(("variant", f"{size}-{scheme}"))
    return Visitor(page, stack)


@pytest.fixture
def take(request: pytest.FixtureRequest, page: Page, folder: Path) -> Any:
    """Take a picture of the page, called after the screen, the size and the scheme."""

    def save(screen: str) -> Path:
        variant = dict(request.node.user_properties)["variant"]
        path = folder / f"{screen}-{variant}.webp"
        shown = """[...document.images]
            .filter(image => image.checkVisibility())
            .every(image => image.complete && image.naturalWidth > 0)"""
        wait_for(lambda: page.evaluate(shown), FINISHING)
        page.evaluate("document.querySelector('.status-line').classList.remove('visible')")
        # A phone's bar sticks to the bottom of the view, and a dialog covers only the view.
        whole = variant.startswith("desktop") and not page.locator("dialog[open]").count()
        taken = page.screenshot(full_page=whole)
        with Image.open(io.BytesIO(taken)) as opened:
            picture = opened.convert("RGB")
        assert len(picture.getcolors(2**24) or []) > 50, "nothing is shown"
        picture.save(path, quality=85, method=6)
        return path

    return save


@pytest.fixture
def collins(portraits: list[Path]) -> Path:
    """The portrait of Eileen Collins, whose own is in the pack."""
    return next(path for path in portraits if path.stem == "Eileen_Collins")


def test_the_first_screen(visitor: Visitor, take: Any) -> None:
    visitor.open()

    take("welcome")


def test_the_result_and_what_can_be_done_with_it(visitor: Visitor, take: Any, selfie: Path) -> None:
    name = visitor.get_a_match(selfie)
    take("result")
    assert name != "Grace Hopper"

    visitor.button("Compare").click()
    take("compare")

    visitor.button("Make a poster").click()
    expect(visitor.page.get_by_role("img", name="Poster")).to_be_visible()
    take("poster")


def test_packs(visitor: Visitor, take: Any, packs: CannedPacks) -> None:
    several(packs)
    visitor.open()
    visitor.page.get_by_label("Scientists").check()
    expect(visitor.page.get_by_role("progressbar")).to_be_visible()
    take("packs")

    visitor.page.get_by_role("link", name="Who you can be matched with").click()
    expect(visitor.heading("The line-up")).to_be_visible()
    visitor.page.get_by_role("radio", name="Celebrities").check()
    visitor.page.locator("summary", has_text="Marie Curie").click()
    expect(visitor.page.get_by_role("img", name="Portrait of Marie Curie")).to_be_visible()
    take("line-up")


def test_a_visitor_on_their_own_portrait(
    visitor: Visitor, take: Any, packs: CannedPacks, collins: Path
) -> None:
    several(packs)
    assert visitor.get_a_match(collins) == "Eileen Collins"
    visitor.page.get_by_text("How we got this number").click()

    take("same-person")


def test_curating(
    visitor: Visitor, take: Any, packs: CannedPacks, stack: RunningStack, collins: Path
) -> None:
    visitor.open()
    visitor.sign_in(*stack.sign_up_curator())
    expect(visitor.page.get_by_role("link", name="Account")).to_be_visible()
    visitor.page.get_by_role("link", name="Line-up", exact=True).click()
    visitor.button("Add a portrait").click()
    form = visitor.page.locator(".portrait-form")
    form.get_by_label("Photo", exact=True).set_input_files(collins)
    form.get_by_label("Name").fill("Colonel Collins")
    form.get_by_label("Who took it").fill("NASA")
    form.get_by_label("Licence").select_option("Public domain")
    form.get_by_label("Where it comes from").fill("https://flic.kr/p/r9qvLn")
    take("curating")

    twin = next(one for one in packs.starters if one["name"] == "Eileen Collins")
    shown = {"image_url": twin["image_url"], "same_face_as": twin}
    packs.verdict = {"status": "indexed", **shown}
    visitor.button("Put it on the bill").click()
    expect(visitor.button("Take it off again")).to_be_visible()
    take("same-face")


def several(packs: CannedPacks) -> None:
    """Put packs up whose people are those of the starter portraits."""
    packs.put("film-stars", "Film stars", packs.starters)
    arriving = {"stage": "fetching", "done": 12, "total": 240}
    packs.put("scientists", "Scientists", packs.starters[:3], arriving)
    packs.put("musicians", "Musicians", packs.starters)


def test_the_photo_before_it_is_sent(visitor: Visitor, take: Any, selfie: Path) -> None:
    visitor.open()
    visitor.consent.check()
    visitor.choose(selfie)

    take("preview")


def test_looking(visitor: Visitor, take: Any, stack: RunningStack, selfie: Path) -> None:
    with stack.hold("rekognition", ""):
        visitor.send(selfie)
        expect(visitor.page.get_by_text("Comparing you with our celebrities")).to_be_visible()

        take("looking")


def test_an_account(visitor: Visitor, take: Any, matches: tuple[str, str]) -> None:
    visitor.open()
    visitor.page.get_by_role("link", name="Sign in").click()
    expect(visitor.heading("Sign in")).to_be_visible()
    take("sign-in")
    visitor.button("Create an account").click()
    visitor.fill_in(f"{uuid.uuid4().hex}@example.org", "a short sentence")
    visitor.button("Create account").click()
    expect(visitor.heading("Check your email")).to_be_visible()
    take("code")

    visitor.button("Back to sign in").click()
    visitor.fill_in(*matches)
    visitor.button("Sign in").click()
    visitor.matched_name()
    visitor.page.get_by_role("link", name="My matches").click()
    expect(visitor.page.locator(".match-history li")).to_have_count(3)
    take("matches")
    visitor.page.get_by_role("link", name="Account").click()
    visitor.page.locator(".my-data .email").evaluate("it => { it.textContent = 'you@example.org' }")
    take("account")
    visitor.button("Delete my account").click()
    take("forget")


def test_the_privacy_notes(visitor: Visitor, take: Any) -> None:
    visitor.open()
    visitor.page.get_by_text("More", exact=True).click()
    visitor.page.get_by_role("link", name="What happens with your photo").first.click()

    take("privacy")


@pytest.mark.expects_console_error
def test_being_offline(visitor: Visitor, take: Any) -> None:
    visitor.page.route("**/config.json", lambda route: route.abort())
    visitor.page.goto(visitor.origin)
    expect(visitor.heading("re offline")).to_be_visible()

    take("offline")


def test_a_refusal(visitor: Visitor, take: Any, tmp_path: Path) -> None:
    photo = tmp_path / "scenery.jpg"
    photo.write_bytes(encode(scenery()))
    visitor.send(photo)
    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)

    take("no-face")


def test_a_choice_of_faces(visitor: Visitor, take: Any, selfie: Path, tmp_path: Path) -> None:
    photo = tmp_path / "two.jpg"
    photo.write_bytes(encode(two_faces(open_face(selfie))))
    visitor.send(photo)
    expect(visitor.heading("Which one are you?")).to_be_visible(timeout=RESULT_WITHIN_MS)

    take("several-faces")


def test_the_camera(visitor: Visitor, take: Any) -> None:
    visitor.open()
    visitor.consent.check()
    visitor.button("Take a selfie").click()
    expect(visitor.button("Take the photo")).to_be_enabled()

    take("camera")
