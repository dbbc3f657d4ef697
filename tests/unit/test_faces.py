import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lookalike.faces import (
    JPEG,
    PNG,
    PORTRAIT_THRESHOLDS,
    THRESHOLDS,
    Box,
    DetectedFace,
    Place,
    Refusal,
    Size,
    Thresholds,
    judge_portrait,
    read_size,
    refuse_faces,
    refuse_size,
)
from lookalike.failures import FailureCode

SIZE = Size(1000, 1000)
MIDDLE = Box(0.25, 0.25, 0.5, 0.5)
ROTATED_BY_90 = 6

boxes = st.builds(
    Box,
    left=st.floats(0, 0.9),
    top=st.floats(0, 0.9),
    width=st.floats(0.01, 0.5),
    height=st.floats(0.01, 0.5),
)


def face(
    box: Box = MIDDLE,
    confidence: float = 99.0,
    *,
    sharpness: float | None = None,
    brightness: float | None = None,
    yaw: float | None = None,
    pitch: float | None = None,
    covered: float | None = None,
) -> DetectedFace:
    return DetectedFace(box, confidence, sharpness, brightness, yaw, pitch, covered)


def encoded(form: str, width: int = 120, height: int = 90, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = io.BytesIO()
    Image.new("RGB", (width, height), (10, 20, 30)).save(data, form, exif=exif)
    return data.getvalue()


def code_of(refusal: Refusal | None) -> FailureCode | None:
    return refusal.code if refusal else None


def refused(*faces: DetectedFace, size: Size = SIZE) -> FailureCode | None:
    """Why a portrait is refused, if it is."""
    judged = judge_portrait(faces, size)
    return judged.code if isinstance(judged, Refusal) else None


# Which face it is about


def test_photo_without_a_face_is_refused() -> None:
    refusal = refuse_faces([], SIZE)

    assert refusal == Refusal(FailureCode.NO_FACE)


def test_photo_of_one_good_face_is_taken() -> None:
    good = face(sharpness=90, brightness=80, yaw=3, pitch=-3, covered=0)

    assert refuse_faces([good], SIZE) is None


def test_a_place_stays_the_same_as_json() -> None:
    place = Place(MIDDLE, ((0.4, 0.3125), (0.6, 0.25)))

    assert Place.of_json(json.loads(json.dumps(place.to_json()))) == place


def test_a_face_without_eyes_has_no_place() -> None:
    assert face().place is None


def test_face_of_which_nothing_is_known_is_taken() -> None:
    assert refuse_faces([face()], SIZE) is None


def test_largest_face_that_is_not_the_most_prominent_makes_several_faces() -> None:
    subject = Box(0.35, 0.35, 0.3, 0.3)
    bystander = Box(0.0, 0.0, 0.35, 0.35)
    assert bystander.area > subject.area
    assert bystander.prominence < THRESHOLDS.rival * subject.prominence

    refusal = refuse_faces([face(subject), face(bystander)], SIZE)

    assert refusal == Refusal(FailureCode.SEVERAL_FACES, (bystander, subject))


def test_rival_above_the_limit_makes_several_faces() -> None:
    subject, rival = Box(0.3, 0.3, 0.4, 0.4), Box(0.3, 0.378, 0.4, 0.244)

    refusal = refuse_faces([face(subject), face(rival)], SIZE)

    assert rival.prominence == pytest.approx(0.61 * subject.prominence)
    assert refusal == Refusal(FailureCode.SEVERAL_FACES, (subject, rival))


def test_rival_below_the_limit_is_ignored() -> None:
    subject, other = Box(0.3, 0.3, 0.4, 0.4), Box(0.3, 0.382, 0.4, 0.236)

    refusal = refuse_faces([face(subject), face(other)], SIZE)

    assert other.prominence == pytest.approx(0.59 * subject.prominence)
    assert refusal is None


def test_owner_chooses_one_of_two_people_who_stand_side_by_side() -> None:
    # Of a photograph: the left face is a quarter larger by area, and neither is meant more.
    left, right = Box(0.156, 0.268, 0.195, 0.5), Box(0.66, 0.301, 0.166, 0.453)

    refusal = refuse_faces([face(left), face(right)], SIZE)

    assert refusal == Refusal(FailureCode.SEVERAL_FACES, (left, right))


def test_rival_exactly_at_the_limit_is_ignored() -> None:
    subject, other = Box(0.25, 0.25, 0.5, 0.5), Box(0.25, 0.375, 0.5, 0.25)

    refusal = refuse_faces([face(subject), face(other)], SIZE, Thresholds(rival=0.5))

    assert other.prominence == 0.5 * subject.prominence
    assert refusal is None


def test_every_face_that_can_be_used_is_offered() -> None:
    left, right = Box(0.2, 0.35, 0.3, 0.3), Box(0.5, 0.35, 0.3, 0.3)
    bystander, dot = Box(0.9, 0.9, 0.08, 0.08), Box(0.0, 0.0, 0.03, 0.03)

    refusal = refuse_faces([face(dot), face(bystander), face(right), face(left)], SIZE)

    assert refusal == Refusal(FailureCode.SEVERAL_FACES, (left, right, bystander))


def test_of_six_equal_faces_each_can_be_chosen() -> None:
    six = [Box(0.05 + 0.32 * (n % 3), 0.1 + 0.45 * (n // 3), 0.2, 0.3) for n in range(6)]

    refusal = refuse_faces([face(box) for box in six], SIZE)

    assert refusal == Refusal(FailureCode.SEVERAL_FACES, tuple(sorted(six)))


@pytest.mark.parametrize("middle", [0.2, 0.22, 0.25])
def test_the_middle_one_of_three_in_a_row_is_not_taken_without_asking(middle: float) -> None:
    row = [Box(0.05, 0.4, 0.2, 0.2), Box(0.4, 0.4, middle, middle), Box(0.75, 0.4, 0.2, 0.2)]

    refusal = refuse_faces([face(box) for box in row], SIZE)

    assert refusal == Refusal(FailureCode.SEVERAL_FACES, tuple(sorted(row)))
    portrait = judge_portrait([face(box) for box in row], SIZE)
    assert isinstance(portrait, Refusal)
    assert portrait.code is FailureCode.SEVERAL_FACES


def test_a_subject_between_two_smaller_bystanders_is_no_group() -> None:
    subject = face(Box(0.3, 0.25, 0.4, 0.4))
    smaller = [face(Box(0.02, 0.3, 0.25, 0.25)), face(Box(0.73, 0.3, 0.25, 0.25))]

    assert judge_portrait([*smaller, subject], SIZE) is subject
    assert refuse_faces([*smaller, subject], SIZE) is None


def test_bystander_at_the_edge_is_ignored() -> None:
    bystander = Box(0.0, 0.0, 0.2, 0.2)

    assert refuse_faces([face(), face(bystander)], SIZE) is None


def test_uncertain_detections_are_ignored() -> None:
    certain, uncertain = face(Box(0.4, 0.4, 0.2, 0.2), 80.0), face(MIDDLE, 79.9)

    assert refuse_faces([uncertain, certain], SIZE) is None


def test_photo_of_uncertain_detections_alone_shows_no_face() -> None:
    assert refuse_faces([face(confidence=79.9)], SIZE) == Refusal(FailureCode.NO_FACE)


def test_bystander_of_the_same_size_is_ignored_in_any_order() -> None:
    subject, bystander = face(Box(0.4, 0.4, 0.2, 0.2)), face(Box(0.0, 0.0, 0.2, 0.2))

    answers = {
        code_of(refuse_faces(faces, SIZE)) for faces in ([subject, bystander], [bystander, subject])
    }

    assert answers == {None}


@given(boxes, boxes)
def test_choices_hold_the_most_prominent_and_the_largest(one: Box, other: Box) -> None:
    refusal = refuse_faces([face(one), face(other)], SIZE, Thresholds(face_side=0))

    if refusal is not None:
        assert refusal.code is FailureCode.SEVERAL_FACES
        assert set(refusal.faces) == {one, other}
    else:
        first, second = sorted((one, other), key=lambda box: (box.prominence, box.area))
        assert second.area >= first.area


@given(boxes)
def test_face_nearer_the_middle_is_more_prominent(box: Box) -> None:
    centred = Box(0.5 - box.width / 2, 0.5 - box.height / 2, box.width, box.height)

    assert 0 <= box.offset <= 1
    assert centred.prominence >= box.prominence


# Whether it is usable


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        (face(brightness=2.9), FailureCode.FACE_TOO_DARK),
        (face(sharpness=17.9), FailureCode.FACE_TOO_BLURRY),
        (face(yaw=60.1), FailureCode.FACE_TURNED_AWAY),
        (face(yaw=-60.1), FailureCode.FACE_TURNED_AWAY),
        (face(pitch=50.1), FailureCode.FACE_TURNED_AWAY),
        (face(pitch=-50.1), FailureCode.FACE_TURNED_AWAY),
        (face(covered=95.1), FailureCode.FACE_COVERED),
    ],
)
def test_face_beyond_a_limit_is_refused(subject: DetectedFace, code: FailureCode) -> None:
    assert refuse_faces([subject], SIZE) == Refusal(code)


@pytest.mark.parametrize(
    "subject",
    [
        face(brightness=3.0),
        face(sharpness=18.0),
        face(yaw=60.0),
        face(yaw=-60.0),
        face(pitch=50.0),
        face(pitch=-50.0),
        face(covered=95.0),
    ],
)
def test_face_at_a_limit_is_taken(subject: DetectedFace) -> None:
    assert refuse_faces([subject], SIZE) is None


@pytest.mark.parametrize("box", [Box(0.48, 0.3, 0.039, 0.4), Box(0.3, 0.48, 0.4, 0.039)])
def test_face_with_a_short_side_is_too_small(box: Box) -> None:
    assert refuse_faces([face(box)], SIZE) == Refusal(FailureCode.FACE_TOO_SMALL)


def test_face_of_the_least_side_is_taken() -> None:
    assert refuse_faces([face(Box(0.25, 0.25, 0.5, 0.5))], Size(80, 80)) is None


@pytest.mark.parametrize(
    ("mended", "code"),
    [
        (0, FailureCode.FACE_TOO_SMALL),
        (1, FailureCode.FACE_TOO_DARK),
        (2, FailureCode.FACE_TOO_BLURRY),
        (3, FailureCode.FACE_TURNED_AWAY),
        (4, FailureCode.FACE_COVERED),
        (5, None),
    ],
)
def test_faults_are_named_from_the_easiest_to_mend(mended: int, code: FailureCode | None) -> None:
    box = MIDDLE if mended > 0 else Box(0.49, 0.49, 0.02, 0.02)
    brightness = 80.0 if mended > 1 else 0.0
    sharpness = 80.0 if mended > 2 else 0.0
    yaw = 0.0 if mended > 3 else 90.0
    covered = 0.0 if mended > 4 else 100.0
    subject = DetectedFace(box, 99.0, sharpness, brightness, yaw, 0.0, covered)

    refusal = refuse_faces([subject], SIZE)

    assert code_of(refusal) is code


def test_several_faces_are_named_before_their_faults() -> None:
    left, right = Box(0.4, 0.49, 0.02, 0.02), Box(0.58, 0.49, 0.02, 0.02)

    refusal = refuse_faces([face(left, brightness=0), face(right, brightness=0)], SIZE)

    assert code_of(refusal) is FailureCode.SEVERAL_FACES


def test_faults_of_a_bystander_do_not_matter() -> None:
    bystander = face(Box(0.0, 0.0, 0.02, 0.02), sharpness=0, brightness=0, yaw=90)

    assert refuse_faces([bystander, face()], SIZE) is None


# Portraits


def test_portrait_of_one_face_is_about_that_face() -> None:
    one = face()

    assert judge_portrait([one], SIZE) is one


def test_portrait_is_about_the_most_prominent_face_even_where_another_is_larger() -> None:
    subject, bystander = face(Box(0.35, 0.35, 0.3, 0.3)), face(Box(0.0, 0.0, 0.35, 0.35))
    assert bystander.box.area > subject.box.area

    assert judge_portrait([bystander, subject], SIZE) is subject
    assert code_of(refuse_faces([bystander, subject], SIZE)) is FailureCode.SEVERAL_FACES


@pytest.mark.parametrize("faces", [[], [face(confidence=79.9)]], ids=["none", "uncertain"])
def test_portrait_without_a_face_is_refused(faces: list[DetectedFace]) -> None:
    assert refused(*faces) is FailureCode.NO_FACE


def test_portrait_of_a_couple_is_refused() -> None:
    couple = face(Box(0.2, 0.35, 0.3, 0.3)), face(Box(0.5, 0.35, 0.3, 0.3))

    assert refused(*couple) is FailureCode.SEVERAL_FACES


SUBJECT = face(Box(0.3, 0.3, 0.4, 0.4))
BESIDE = face(Box(0.05, 0.35, 0.3, 0.3)), face(Box(0.65, 0.35, 0.3, 0.3))


@pytest.mark.parametrize(
    ("others", "code"),
    [(BESIDE[:1], None), (BESIDE[1:], None), (BESIDE, FailureCode.SEVERAL_FACES)],
    ids=["left", "right", "both"],
)
def test_portrait_of_a_person_between_two_others_is_a_groups(
    others: tuple[DetectedFace, ...], code: FailureCode | None
) -> None:
    for other in others:
        assert 0.25 < other.box.prominence / SUBJECT.box.prominence < PORTRAIT_THRESHOLDS.rival

    assert refused(SUBJECT, *others) is code


def test_crowd_in_the_background_does_not_matter() -> None:
    crowd = [face(Box(n / 10, 0.0, 0.08, 0.08), sharpness=0) for n in range(9)]

    assert judge_portrait([*crowd, SUBJECT], SIZE) is SUBJECT


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        (face(yaw=75.0), None),
        (face(yaw=-75.0), None),
        (face(yaw=75.1), FailureCode.FACE_TURNED_AWAY),
        (face(pitch=50.1), FailureCode.FACE_TURNED_AWAY),
        (face(brightness=2.9), FailureCode.FACE_TOO_DARK),
        (face(sharpness=17.9), FailureCode.FACE_TOO_BLURRY),
        (face(covered=95.1), FailureCode.FACE_COVERED),
        (face(Box(0.48, 0.48, 0.039, 0.039)), FailureCode.FACE_TOO_SMALL),
    ],
)
def test_portrait_may_be_a_profile_and_must_be_good_otherwise(
    subject: DetectedFace, code: FailureCode | None
) -> None:
    assert refused(subject) is code


@given(st.lists(boxes, min_size=1, max_size=6))
def test_portraits_face_is_the_most_prominent_or_none(found: list[Box]) -> None:
    faces = [face(box) for box in found]

    judged = judge_portrait(faces, Size(10_000, 10_000))

    if isinstance(judged, DetectedFace):
        assert judged.box.prominence == max(box.prominence for box in found)
    else:
        assert judged == Refusal(FailureCode.SEVERAL_FACES)


# Size


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_size_of_a_jpeg_and_png_is_read(form: str) -> None:
    assert read_size(io.BytesIO(encoded(form))) == Size(120, 90)


def test_size_of_a_rotated_jpeg_is_that_of_the_upright_picture() -> None:
    assert read_size(io.BytesIO(encoded("JPEG", orientation=ROTATED_BY_90))) == Size(90, 120)


def test_orientation_of_a_png_is_ignored_as_the_recogniser_does() -> None:
    assert read_size(io.BytesIO(encoded("PNG", orientation=ROTATED_BY_90))) == Size(120, 90)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "BMP", "TIFF"])
def test_pictures_of_other_forms_have_no_size(form: str) -> None:
    assert read_size(io.BytesIO(encoded(form))) is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"I am no picture at all.", id="text"),
        pytest.param(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", id="heic"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", id="svg"),
        pytest.param(JPEG, id="jpeg cut"),
        pytest.param(PNG, id="png cut"),
        pytest.param(PNG + b"\x00\x00\x00\rIHDR" + bytes(8), id="png of no pixels"),
    ],
)
def test_what_is_no_picture_has_no_size(content: bytes) -> None:
    assert read_size(io.BytesIO(content)) is None


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_picture_cut_anywhere_has_its_size_or_none(form: str) -> None:
    whole = encoded(form)

    sizes = {read_size(io.BytesIO(whole[:length])) for length in range(len(whole))}

    assert sizes == {None, Size(120, 90)}


@given(st.sampled_from([JPEG, PNG]), st.binary(max_size=300))
def test_reading_a_size_never_fails(magic: bytes, rest: bytes) -> None:
    size = read_size(io.BytesIO(magic + rest))

    assert size is None or min(size) > 0


def test_picture_without_a_size_is_unsupported() -> None:
    assert refuse_size(None) == Refusal(FailureCode.UNSUPPORTED_IMAGE)


@pytest.mark.parametrize("size", [Size(80, 80), Size(80, 4000), Size(10_000, 5_200)])
def test_picture_within_the_limits_is_taken(size: Size) -> None:
    assert refuse_size(size) is None


@pytest.mark.parametrize("size", [Size(79, 4000), Size(4000, 79)])
def test_picture_with_a_side_below_80_pixels_is_too_small(size: Size) -> None:
    assert refuse_size(size) == Refusal(FailureCode.IMAGE_TOO_SMALL)


@pytest.mark.parametrize("size", [Size(10_000, 5_201), Size(1_000_000, 53)])
def test_picture_above_52_megapixels_is_too_large(size: Size) -> None:
    assert refuse_size(size) == Refusal(FailureCode.IMAGE_TOO_LARGE)
