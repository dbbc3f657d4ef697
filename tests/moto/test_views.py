import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lookalike.faces import Box, Place, Refusal
from lookalike.failures import EXPLANATIONS, FailureCode
from lookalike.matches import MatchStore, Wanted
from lookalike.packs import Pack, Progress
from lookalike.portraits import Nearest, PortraitRecord, PortraitStore, portrait_id_of
from lookalike.ranking import FEWEST_IN_GROUP, SAME_PERSON, Attribution, Celebrity, Method, Portrait
from lookalike.views import (
    Gallery,
    exported_match,
    public_celebrity,
    public_indexing,
    public_match,
    public_pack,
)
from tests.moto.conftest import Clock
from tests.moto.workflow import Workflow

FACE = Place(Box(0.25, 0.1, 0.5, 0.6), ((0.4, 0.35), (0.6, 0.33333)))
GRACE = Portrait(
    portrait_id="portrait-1",
    pack="celebrities",
    key="celebrities/Grace_Hopper.jpg",
    celebrity_id="grace-hopper",
    name="Grace Hopper",
    attribution=Attribution("U.S. Navy", "Public domain", "", "https://example.org/grace"),
    face=FACE,
)


@pytest.fixture
def match_id(matches: MatchStore, workflow: Workflow, now: Clock) -> str:
    """A match that was claimed."""
    assert now
    created, *_ = matches.create(
        None, Wanted("celebrities", "collection-1", "2026-11", "image/jpeg")
    )
    workflow.claim(created, "version-7")
    return created


def shown(match_id: str, gallery: Gallery) -> dict[str, Any]:
    match = public_match(gallery.matches.read(match_id, None), gallery)
    decoded: dict[str, Any] = json.loads(json.dumps(match))
    return decoded


def test_match_in_process_is_shown(match_id: str, gallery: Gallery) -> None:
    match = shown(match_id, gallery)

    assert match.pop("selfie_url").startswith("https://lookalike-selfies.s3.")
    assert match == {
        "match_id": match_id,
        "status": "processing",
        "pack": "celebrities",
        "created_at": "2026-11-22T16:01:33.123Z",
        "updated_at": "2026-11-22T16:01:33.123Z",
        "poll_after_ms": 150,
        "selfie_face": None,
        "other_faces": [],
        "method": None,
        "among": "everyone",
        "selfies": 1,
        "agree": None,
        "one_person": None,
        "certainty": None,
        "celebrities": [],
        "failure": None,
    }


@pytest.mark.parametrize(
    ("milliseconds", "wait"),
    [(199, 150), (200, 400), (2999, 400), (3000, 800), (10_000, 1600)],
)
def test_a_match_is_read_less_often_the_longer_it_takes(
    match_id: str, gallery: Gallery, now: Clock, milliseconds: int, wait: int
) -> None:
    now.pass_by(timedelta(milliseconds=milliseconds))

    assert shown(match_id, gallery)["poll_after_ms"] == wait


@pytest.mark.parametrize(("seconds", "wait"), [(29, 250), (30, 800), (119, 800), (120, 1600)])
def test_a_match_whose_selfie_takes_long_is_read_soon_for_a_while(
    matches: MatchStore, gallery: Gallery, now: Clock, seconds: int, wait: int
) -> None:
    wanted = Wanted("celebrities", "collection-1", "2026-11", "image/jpeg")
    match_id = matches.create(None, wanted).match_id

    now.pass_by(timedelta(seconds=seconds))

    assert shown(match_id, gallery)["poll_after_ms"] == wait


def test_celebrities_are_shown_as_they_were_stored(
    match_id: str, gallery: Gallery, workflow: Workflow
) -> None:
    celebrities = [Celebrity(1, GRACE, 31.412345678, 88, 310), Celebrity(2, GRACE, 0.0, 0)]
    stored = [one.to_json() for one in celebrities]
    other = Box(0.8, 0.1, 0.1, 0.15).to_json()
    workflow.store(
        *(match_id, "faces", stored),
        support={"certainty": "clear"},
        selfie_face=FACE.to_json(),
        other_faces=[other],
    )

    match = shown(match_id, gallery)

    first, second = match["celebrities"]
    first.pop("image_url")
    assert first == {
        "rank": 1,
        "celebrity_id": "grace-hopper",
        "name": "Grace Hopper",
        "similarity": 31.412346,
        "resemblance": 88,
        "one_in": 310,
        "same_person": False,
        "images": [],
        "face": FACE.to_json(),
        "attribution": {
            "author": "U.S. Navy",
            "license": "Public domain",
            "license_url": "",
            "source_url": "https://example.org/grace",
        },
    }
    assert (second["rank"], second["similarity"], second["resemblance"]) == (2, 0.0, 0)
    assert (match["status"], match["method"]) == ("succeeded", "faces")
    assert match["certainty"] == "clear"
    assert match["other_faces"] == [other]
    assert match["selfie_face"] == {
        "box": {"left": 0.25, "top": 0.1, "width": 0.5, "height": 0.6},
        "eyes": [[0.4, 0.35], [0.6, 0.3333]],
    }


def test_picture_of_a_result_is_that_of_the_portrait_as_it_is_now(
    match_id: str, gallery: Gallery, workflow: Workflow
) -> None:
    workflow.store(match_id, "faces", [Celebrity(1, GRACE, 31.4, 88).to_json()])
    moved = Place(Box(0.5, 0.5, 0.1, 0.1), ((0.52, 0.55), (0.58, 0.55)))
    portrait_id = portrait_id_of(GRACE.key)
    changed = replace(GRACE, portrait_id=portrait_id, face=moved, copies=(480, 160))
    gallery.portraits.replace(None, PortraitRecord(portrait_id, GRACE.key, "version-2", changed))

    (celebrity,) = shown(match_id, gallery)["celebrities"]

    path = f"https://pictures.example/pictures/{portrait_id}/version-2"
    assert celebrity["images"] == [
        {"width": 160, "url": f"{path}/160.jpg"},
        {"width": 480, "url": f"{path}/480.jpg"},
    ]
    assert celebrity["image_url"] == f"{path}/480.jpg"
    assert celebrity["face"] == moved.to_json()


@pytest.mark.parametrize("refusal", [None, "no_face"])
def test_file_of_a_removed_or_refused_portrait_is_not_shown(
    match_id: str, gallery: Gallery, workflow: Workflow, refusal: str | None
) -> None:
    workflow.store(match_id, "faces", [Celebrity(1, GRACE, 31.4, 88).to_json()])
    portrait_id = portrait_id_of(GRACE.key)
    if refusal:
        refused = PortraitRecord(portrait_id, GRACE.key, "version-2", refusal=refusal)
        gallery.portraits.replace(None, refused)

    (celebrity,) = shown(match_id, gallery)["celebrities"]

    nothing = f"https://pictures.example/pictures/{portrait_id}/none/1.jpg"
    assert (celebrity["image_url"], celebrity["images"]) == (nothing, [])


@pytest.mark.parametrize(
    ("method", "best", "same_person"),
    [("faces", True, True), ("faces", False, False), ("landmarks", True, False)],
)
def test_only_the_similarity_of_the_faces_shows_the_same_person(
    match_id: str,
    gallery: Gallery,
    workflow: Workflow,
    method: Method,
    best: bool,
    same_person: bool,
) -> None:
    workflow.store(match_id, method, [Celebrity(1, GRACE, 50.0, 100, None, best).to_json()])

    (celebrity,) = shown(match_id, gallery)["celebrities"]

    assert celebrity["same_person"] is same_person


@pytest.mark.parametrize(
    ("similarity", "same_person"), [(SAME_PERSON, True), (SAME_PERSON - 0.01, False)]
)
def test_result_of_an_older_build_is_shown_without_what_it_lacks(
    match_id: str,
    gallery: Gallery,
    workflow: Workflow,
    similarity: float,
    same_person: bool,
) -> None:
    stored = Celebrity(1, GRACE, similarity, 100).to_json()
    del stored["one_in"], stored["same_person"], stored["face"]
    workflow.store(match_id, "faces", [stored], support={})

    match = shown(match_id, gallery)

    assert match["certainty"] is None
    (celebrity,) = match["celebrities"]
    assert (celebrity["one_in"], celebrity["same_person"]) == (None, same_person)
    assert celebrity["face"] is None


@pytest.mark.parametrize("code", FailureCode)
def test_failure_is_shown_with_its_words(
    match_id: str,
    gallery: Gallery,
    workflow: Workflow,
    code: FailureCode,
) -> None:
    workflow.fail(match_id, Refusal(code).to_json())

    match = shown(match_id, gallery)

    words = EXPLANATIONS[code]
    assert match["status"] == "failed"
    assert match["failure"] == {
        "code": code,
        "message": words.message,
        "hint": words.hint,
        "faces": [],
    }


def test_faces_to_choose_from_are_shown(
    match_id: str, gallery: Gallery, workflow: Workflow
) -> None:
    boxes = (Box(0.1, 0.2, 0.25, 0.3), Box(0.5, 0.2, 1 / 3, 0.3))
    workflow.fail(match_id, Refusal(FailureCode.SEVERAL_FACES, boxes).to_json())

    match = shown(match_id, gallery)

    assert match["failure"]["faces"] == [
        {"left": 0.1, "top": 0.2, "width": 0.25, "height": 0.3},
        {"left": 0.5, "top": 0.2, "width": 0.333333, "height": 0.3},
    ]


def test_export_adds_what_else_is_kept(
    match_id: str, matches: MatchStore, gallery: Gallery
) -> None:
    match = matches.read(match_id, None)

    exported = exported_match(public_match(match, gallery), match, {"ada": 2.5, "bea": 31.4})

    assert exported["match_id"] == match_id
    assert (exported["consent"], exported["content_type"]) == ("2026-11", "image/jpeg")
    assert (exported["together_with"], exported["photo_of"]) == ([], None)
    assert exported["scores"] == [
        {"celebrity_id": "bea", "similarity": 31.4},
        {"celebrity_id": "ada", "similarity": 2.5},
    ]


RIGHTS = {
    "author": "U.S. Navy",
    "license": "Public domain",
    "license_url": "",
    "source_url": "https://example.org/grace",
}


def test_celebrity_is_shown_with_all_of_their_portraits(gallery: Gallery) -> None:
    second = replace(
        GRACE, portrait_id="portrait-2", key="celebrities/2.jpg", attribution=Attribution("B.")
    )

    celebrity = public_celebrity([GRACE, second], gallery.pictures)

    pictures = celebrity.pop("portraits")
    assert celebrity.pop("image_url") == pictures[0]["image_url"]
    assert celebrity == {
        "celebrity_id": "grace-hopper",
        "name": "Grace Hopper",
        "description": "",
        "gender": "",
        "images": [],
        "face": FACE.to_json(),
        "attribution": RIGHTS,
    }
    assert [picture["face"] for picture in pictures] == [FACE.to_json()] * 2
    assert [picture["portrait_id"] for picture in pictures] == ["portrait-1", "portrait-2"]
    assert [picture["attribution"]["author"] for picture in pictures] == ["U.S. Navy", "B."]
    assert "celebrities/Grace_Hopper.jpg?" in pictures[0]["image_url"]
    assert "celebrities/2.jpg?" in pictures[1]["image_url"]


@pytest.mark.parametrize(
    ("first", "second", "described"),
    [("admiral", "", "admiral"), ("", "admiral", "admiral"), ("admiral", "coder", "admiral")],
)
def test_celebrity_is_described_as_the_first_portrait_that_describes_them_says(
    gallery: Gallery, first: str, second: str, described: str
) -> None:
    shown = [replace(GRACE, description=one) for one in (first, second)]

    assert public_celebrity(shown, gallery.pictures)["description"] == described


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (None, None),
        (Progress("indexing", 12, 240), {"stage": "indexing", "done": 12, "total": 240}),
    ],
    ids=["settled", "filling"],
)
def test_pack_is_shown_with_its_progress(
    progress: Progress | None, shown: dict[str, Any] | None
) -> None:
    pack = Pack("poets", "Poets", "collection-1", change="c", portraits=7, progress=progress)

    assert json.loads(json.dumps(public_pack(pack))) == {
        "pack": "poets",
        "title": "Poets",
        "portraits": 7,
        "among": ["everyone"],
        "progress": shown,
    }


def test_group_of_few_people_is_not_offered() -> None:
    pack = Pack("poets", "Poets", "collection-1", groups={"women": FEWEST_IN_GROUP, "men": 4})

    assert public_pack(pack)["among"] == ["everyone", "women"]


# What a curator sees of a portrait

KEY = "celebrities/curated/grace.jpg"
INDEXED = PortraitRecord("portrait-1", KEY, "version-1", GRACE)


def test_portrait_that_is_not_uploaded_yet_is_awaited(
    portraits: PortraitStore, gallery: Gallery
) -> None:
    assert public_indexing("portrait-1", None, portraits, gallery.pictures) == {
        "portrait_id": "portrait-1",
        "status": "awaiting_upload",
        "name": None,
        "image_url": None,
        "failure": None,
        "same_face_as": None,
        "poll_after_ms": 400,
    }


def test_indexed_portrait_is_shown_with_its_name_and_picture(
    portraits: PortraitStore, gallery: Gallery
) -> None:
    shown = public_indexing("portrait-1", INDEXED, portraits, gallery.pictures)

    assert shown.pop("image_url").startswith("https://lookalike-portraits.s3.")
    assert shown == {
        "portrait_id": "portrait-1",
        "status": "indexed",
        "name": "Grace Hopper",
        "failure": None,
        "same_face_as": None,
        "poll_after_ms": 400,
    }


def test_face_of_another_person_is_named(portraits: PortraitStore, gallery: Gallery) -> None:
    other = replace(
        GRACE,
        portrait_id=portrait_id_of("celebrities/Björk.jpg"),
        key="celebrities/Björk.jpg",
        celebrity_id="bjork",
        name="Björk",
    )
    portraits.replace(None, PortraitRecord(other.portrait_id, other.key, "version-1", other))
    same = replace(INDEXED, nearest=Nearest("face-1", other.portrait_id, "face-2", 99.5))

    shown = public_indexing("portrait-1", same, portraits, gallery.pictures)["same_face_as"]

    assert shown["name"] == "Björk"
    assert "celebrities/Bj%C3%B6rk.jpg?" in shown["image_url"]


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        *((str(code), code) for code in FailureCode),
        ("unnamed", FailureCode.UNSUPPORTED_IMAGE),
    ],
)
def test_refused_portrait_says_why(
    portraits: PortraitStore, gallery: Gallery, refusal: str, code: FailureCode
) -> None:
    record = PortraitRecord("portrait-1", KEY, "version-1", refusal=refusal)

    shown = json.loads(
        json.dumps(public_indexing("portrait-1", record, portraits, gallery.pictures))
    )

    assert (shown["status"], shown["name"], shown["image_url"]) == ("refused", None, None)
    assert shown["failure"]["code"] == code
    assert shown["failure"]["message"] == EXPLANATIONS[code].message
    assert shown["failure"]["hint"] == EXPLANATIONS[code].hint


@pytest.mark.parametrize(
    ("first", "second", "said"), [("female", "", "female"), ("", "other", "other"), ("", "", "")]
)
def test_a_gender_is_that_of_any_portrait(
    gallery: Gallery, first: str, second: str, said: str
) -> None:
    shown = [replace(GRACE, gender=first), replace(GRACE, gender=second)]

    assert public_celebrity(shown, gallery.pictures)["gender"] == said
