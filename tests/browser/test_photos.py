"""Photographs of every kind, on their way from a file to the JPEG that is sent."""

import io
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageStat
from playwright.sync_api import Page, expect

from tests.browser.visitor import Stack, Visitor
from tests.pictures import TURNS, encode, open_face, turned
from tests.running_stack import FINISHING, wait_for

READ_PHOTO = """async (base64) => {
    const {readPhoto} = await import("/scripts/photo.js");
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
    try {
        const {jpeg} = await readPhoto(new File([bytes], "photo"));
        return btoa(String.fromCharCode(...new Uint8Array(await jpeg.arrayBuffer())));
    } catch (error) {
        return {code: error.code};
    }
}"""

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 160, 60), (30, 60, 200), (255, 255, 255)


@pytest.fixture
def read_photo(page: Page, stack: Stack) -> Callable[[bytes], Any]:
    """Prepare a photo as the page does; return the JPEG, or what was wrong."""
    page.goto(stack.origin)

    def read(photo: bytes) -> Any:
        answer = page.evaluate(READ_PHOTO, b64encode(photo).decode())
        return Image.open(io.BytesIO(b64decode(answer))) if isinstance(answer, str) else answer

    return read


@pytest.fixture
def welcome(visitor: Visitor) -> Visitor:
    visitor.open()
    visitor.consent.check()
    return visitor


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (300, 200), RED).save(path)
    return path


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("not a photograph")
    return path


def quarters() -> Image.Image:
    """Paint each quarter of a picture in its own colour."""
    painted = Image.new("RGB", (400, 300), WHITE)
    for corner, colour in {(0, 0): RED, (200, 0): GREEN, (0, 150): BLUE}.items():
        painted.paste(colour, (*corner, corner[0] + 200, corner[1] + 150))
    return painted


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """Return the colours near a picture's corners, clockwise from the top left."""
    right, bottom = picture.width - 20, picture.height - 20
    boxes = [(10, 10), (right, 10), (right, bottom), (10, bottom)]
    areas = [picture.convert("RGB").crop((x, y, x + 10, y + 10)) for x, y in boxes]
    return [tuple(round(mean) for mean in ImageStat.Stat(area).mean) for area in areas]


def assert_alike(found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) < 20, (found, wanted)


def test_a_phones_photo_is_sent_upright_smaller_and_without_its_metadata(
    visitor: Visitor, selfie: Path, tmp_path: Path
) -> None:
    face = open_face(selfie, side=4032)
    upright = face.resize((3024, 3024 * face.height // face.width))
    turn = TURNS[6]
    assert turn is not None
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Model] = "A telephone"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    photo = tmp_path / "phone.jpg"
    stored = upright.transpose(turn)
    photo.write_bytes(encode(stored, exif=exif.tobytes(), comment=b"At home", quality=90))

    visitor.get_a_match(photo)

    api = visitor.page.request
    match_id = visitor.kept_match()
    assert match_id
    match = api.get(visitor.match_address(match_id)).json()
    sent = api.get(match["selfie_url"]).body()
    with Image.open(io.BytesIO(sent)) as picture:
        assert picture.format == "JPEG"
        assert picture.height == 1600 > picture.width
        assert picture.info.keys().isdisjoint({"exif", "xmp", "comment"})
    assert b"A telephone" not in sent


def test_a_photo_is_upright_however_the_camera_was_held(
    read_photo: Callable[[bytes], Any],
) -> None:
    painted = quarters()

    read = {orientation: read_photo(turned(painted, orientation)) for orientation in TURNS}

    for picture in read.values():
        assert picture.size == painted.size
        for found, wanted in zip(corners(picture), [RED, GREEN, WHITE, BLUE], strict=True):
            assert_alike(found, wanted)


def test_other_formats_become_jpegs(read_photo: Callable[[bytes], Any]) -> None:
    for kind in ["PNG", "WEBP", "GIF"]:
        picture = read_photo(encode(quarters(), kind))

        assert (picture.format, picture.size) == ("JPEG", (400, 300))
        assert_alike(corners(picture)[0], RED)


def test_what_is_transparent_becomes_white(read_photo: Callable[[bytes], Any]) -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))

    picture = read_photo(encode(clear, "PNG"))

    assert_alike(corners(picture)[0], WHITE)


def test_printers_colours_are_turned_into_those_of_a_screen(
    read_photo: Callable[[bytes], Any],
) -> None:
    yellow = Image.new("CMYK", (100, 100), (0, 0, 255, 0))

    picture = read_photo(encode(yellow))

    assert picture.mode == "RGB"
    red, green, blue = corners(picture)[0]
    assert min(red, green) > 200
    assert blue < 80


def test_a_panorama_keeps_its_shape(read_photo: Callable[[bytes], Any]) -> None:
    panorama = Image.new("RGB", (12000, 1500), BLUE)

    picture = read_photo(encode(panorama))

    assert picture.size == (1600, 200)


def test_a_small_photo_is_not_blown_up(read_photo: Callable[[bytes], Any]) -> None:
    assert read_photo(encode(quarters())).size == (400, 300)


def test_heic_is_known_by_its_first_bytes(read_photo: Callable[[bytes], Any]) -> None:
    for brand in [b"heic", b"heix", b"mif1"]:
        heic = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic"

        assert read_photo(heic) == {"code": "heic_image"}


def test_a_heic_that_the_browser_cannot_read_gets_its_own_words(
    welcome: Visitor, tmp_path: Path
) -> None:
    heic = tmp_path / "IMG_0001.HEIC"
    heic.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")

    with welcome.page.expect_file_chooser() as chooser:
        welcome.button("Choose a photo").click()
    chooser.value.set_files(heic)

    expect(welcome.heading("open HEIC")).to_be_focused()


def test_a_cut_off_photo_is_refused(read_photo: Callable[[bytes], Any]) -> None:
    assert read_photo(encode(quarters())[:300]) == {"code": "unsupported_image"}


def test_a_photo_can_be_pasted(welcome: Visitor) -> None:
    welcome.page.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement("canvas"), {width: 90, height: 90});
            const blob = await new Promise(resolve => canvas.toBlob(resolve));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "pasted.png", {type: blob.type}));
            document.body.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData, bubbles: true}));
        }"""
    )

    expect(welcome.heading("Happy with this photo?")).to_be_visible()


def test_pasted_words_are_no_photo(welcome: Visitor) -> None:
    welcome.page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "a word");
            document.body.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData, bubbles: true}));
        }"""
    )

    expect(welcome.heading("famous double")).to_be_visible()


def test_a_photo_can_be_dropped(welcome: Visitor, drag: Callable[..., None], picture: Path) -> None:
    drag(picture)

    expect(welcome.heading("Happy with this photo?")).to_be_visible()
    expect(welcome.page.get_by_text("Drop your photo here")).to_be_hidden()


def test_a_photo_can_be_turned_before_it_is_sent(
    welcome: Visitor, drag: Callable[..., None], picture: Path
) -> None:
    drag(picture)
    shown = welcome.page.get_by_role("img", name="The photo you are about to send")
    expect(shown).to_have_js_property("naturalWidth", 300)

    welcome.button("Rotate").click()

    expect(shown).to_have_js_property("naturalWidth", 200)
    expect(shown).to_have_js_property("naturalHeight", 300)


def test_the_page_shows_where_to_drop_until_the_drag_is_over(
    welcome: Visitor, drag: Callable[..., None], picture: Path
) -> None:
    drag(picture, drop=False)
    expect(welcome.page.get_by_text("Drop your photo here")).to_be_visible()

    welcome.page.dispatch_event("body", "dragleave")

    expect(welcome.page.get_by_text("Drop your photo here")).to_be_hidden()
    expect(welcome.heading("famous double")).to_be_visible()


def test_of_what_is_dropped_a_text_is_refused_and_a_photo_then_taken(
    welcome: Visitor, drag: Callable[..., None], text: Path, picture: Path
) -> None:
    drag(text)

    expect(welcome.heading("open that picture")).to_be_visible()
    drag(picture)
    expect(welcome.heading("Happy with this photo?")).to_be_visible()


def test_of_several_dropped_photos_the_first_is_taken(
    welcome: Visitor, drag: Callable[..., None], picture: Path, selfie: Path
) -> None:
    drag(picture, selfie)

    shown = welcome.page.get_by_role("img", name="The photo you are about to send")
    expect(shown).to_be_visible()
    assert shown.evaluate("async image => (await image.decode(), image.naturalWidth)") == 300


def test_nothing_is_taken_by_dropping_it_without_consent(
    visitor: Visitor, drag: Callable[..., None], picture: Path
) -> None:
    visitor.open()
    visitor.page.evaluate(
        """() => {
            window.seen = [];
            addEventListener("photo-file", () => seen.push("taken"));
            addEventListener("drop", ({defaultPrevented}) =>
                seen.push(defaultPrevented ? "kept from the browser" : "opened by the browser"));
        }"""
    )

    drag(picture, drop=False)
    expect(visitor.consent).to_be_in_viewport()  # the page may have scrolled to it by now
    drag(picture)

    seen: list[str] = wait_for(lambda: visitor.page.evaluate("seen"), FINISHING)
    assert seen == ["kept from the browser"]
    expect(visitor.page.get_by_text("Please tick this box first")).to_be_visible()
    expect(visitor.consent).to_be_focused()
    expect(visitor.heading("famous double")).to_be_visible()


@pytest.mark.expects_console_error
def test_a_part_of_the_page_that_cannot_be_loaded_offline_is_reported_as_that(
    welcome: Visitor, picture: Path
) -> None:
    welcome.page.context.set_offline(True)

    with welcome.page.expect_file_chooser() as chooser:
        welcome.button("Choose a photo").click()
    chooser.value.set_files(picture)

    expect(welcome.heading("re offline")).to_be_visible()
    welcome.page.context.set_offline(False)


@pytest.mark.expects_console_error
@pytest.mark.parametrize("part", ["scripts/photo.js", "scripts/photo-preview.js"])
def test_a_part_of_the_page_that_cannot_be_loaded_is_reported(
    welcome: Visitor, picture: Path, part: str
) -> None:
    welcome.page.route(f"**/{part}", lambda route: route.abort())

    with welcome.page.expect_file_chooser() as chooser:
        welcome.button("Choose a photo").click()
    chooser.value.set_files(picture)

    expect(welcome.heading("Part of the page didn")).to_be_focused()
    expect(welcome.button("Reload the page")).to_be_visible()
