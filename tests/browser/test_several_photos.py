"""Several photos of one person: adding one to a result, and what becomes of those before."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Request, expect

from tests.browser.visitor import RESULT_WITHIN_MS, Visitor
from tests.pictures import encode, open_face, scenery


@pytest.fixture
def another_selfie(selfie: Path, tmp_path: Path) -> Path:
    """The same face, from a mirror."""
    path = tmp_path / "mirrored.jpg"
    mirrored = open_face(selfie).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    path.write_bytes(encode(mirrored, quality=95))
    return path


@pytest.fixture
def wishes(visitor: Visitor) -> list[dict[str, object]]:
    """What the page asks for in each new match."""
    asked: list[dict[str, object]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/guest/matches"):
            asked.append(dict(request.post_data_json or {}))

    visitor.page.on("request", note)
    return asked


def add_button(visitor: Visitor) -> Locator:
    return visitor.button("Add another photo to be sure")


def choose_another(visitor: Visitor, photo: Path) -> None:
    add_button(visitor).click()
    expect(visitor.heading("One more, to be sure")).to_be_focused()
    with visitor.page.expect_file_chooser() as chooser:
        visitor.button("Choose a photo").click()
    chooser.value.set_files(photo)
    expect(visitor.heading("Add this photo?")).to_be_focused()


def add(visitor: Visitor, photo: Path) -> None:
    choose_another(visitor, photo)
    visitor.button("Use this photo").click()


def says(visitor: Visitor, words: str) -> None:
    expect(visitor.page.locator(".match-card .agreement")).to_have_text(
        words, timeout=RESULT_WITHIN_MS
    )


def test_a_second_photo_makes_the_result_surer(
    visitor: Visitor, selfie: Path, another_selfie: Path, wishes: list[dict[str, object]]
) -> None:
    name = visitor.get_a_match(selfie)
    first = visitor.kept_match()

    choose_another(visitor, another_selfie)
    expect(visitor.page.locator(".photo-preview .note")).to_be_visible()
    visitor.button("Use this photo").click()

    says(visitor, f"Both photos say {name}.")
    assert wishes[-1]["together_with"] == [first]
    assert visitor.kept_match() != first


def test_after_a_reload_a_third_photo_is_added_to_both(
    visitor: Visitor, selfie: Path, another_selfie: Path, wishes: list[dict[str, object]]
) -> None:
    name = visitor.get_a_match(selfie)
    first = visitor.kept_match()
    add(visitor, another_selfie)
    says(visitor, f"Both photos say {name}.")
    second = visitor.kept_match()
    visitor.page.reload()
    says(visitor, f"Both photos say {name}.")

    add(visitor, selfie)

    says(visitor, f"All 3 photos say {name}.")
    assert wishes[-1]["together_with"] == [first, second]


def test_the_camera_takes_another_photo_too(visitor: Visitor, selfie: Path) -> None:
    name = visitor.get_a_match(selfie)
    add_button(visitor).click()

    visitor.button("Take a selfie").click()
    visitor.button("Take the photo").click()
    visitor.button("Skip the countdown").click()
    expect(visitor.heading("Add this photo?")).to_be_focused()
    visitor.button("Use this photo").click()

    says(visitor, f"Both photos say {name}.")


def test_a_refused_photo_leaves_the_result_and_another_may_be_added(
    visitor: Visitor, selfie: Path, another_selfie: Path, tmp_path: Path
) -> None:
    name = visitor.get_a_match(selfie)
    nobody = tmp_path / "scenery.jpg"
    nobody.write_bytes(encode(scenery()))
    add(visitor, nobody)
    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)
    with visitor.page.expect_file_chooser():
        visitor.button("Choose another photo").click()

    visitor.button("Back to my result").click()
    assert visitor.matched_name() == name
    add(visitor, nobody)
    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)
    visitor.page.reload()
    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)
    visitor.button("Back to my result").click()
    assert visitor.matched_name() == name
    add(visitor, another_selfie)

    says(visitor, f"Both photos say {name}.")


@pytest.mark.expects_console_error
def test_where_the_earlier_photo_has_gone_the_new_one_goes_alone_and_the_result_says_so(
    visitor: Visitor, selfie: Path, another_selfie: Path
) -> None:
    visitor.get_a_match(selfie)
    first = visitor.kept_match()
    assert first
    assert visitor.page.request.delete(visitor.match_address(first)).ok

    add(visitor, another_selfie)

    expect(visitor.page.locator(".match-card .without")).to_contain_text(
        "An earlier photo is gone", timeout=RESULT_WITHIN_MS
    )
    expect(visitor.page.locator(".match-card .agreement")).to_be_hidden()


def test_retake_starts_over_with_a_single_photo(
    visitor: Visitor,
    selfie: Path,
    another_selfie: Path,
    wishes: list[dict[str, object]],
) -> None:
    name = visitor.get_a_match(selfie)
    add(visitor, another_selfie)
    says(visitor, f"Both photos say {name}.")

    visitor.retake.click()
    visitor.choose(selfie)
    visitor.button("Use this photo").click()
    visitor.matched_name()

    expect(visitor.page.locator(".match-card .agreement")).to_be_hidden()
    assert "together_with" not in wishes[-1]
    visitor.page.wait_for_function("localStorage.getItem('match.discarded') === null")


def test_deleting_the_result_deletes_every_photo_of_it(
    visitor: Visitor, selfie: Path, another_selfie: Path
) -> None:
    name = visitor.get_a_match(selfie)
    first = visitor.kept_match()
    add(visitor, another_selfie)
    says(visitor, f"Both photos say {name}.")
    second = visitor.kept_match()

    visitor.button("Delete this match").click()
    expect(visitor.page.get_by_text("Your photos and their result are deleted")).to_be_visible()
    visitor.button("Delete for good").click()
    expect(visitor.heading("famous double")).to_be_visible()

    for match_id in (first, second):
        assert match_id
        assert visitor.page.request.get(visitor.match_address(match_id)).status == 404
