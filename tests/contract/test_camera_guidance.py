"""Whether the camera's screen speaks up before the server refuses a photograph (needs FACES)."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import deno
import numpy as np
import pytest

from evaluation.degradations import as_png, blurred, brightened, moved
from evaluation.looks import Looker
from local.state import ROOT
from lookalike.failures import FailureCode
from rekognition.engine import FaceEngine
from rekognition.search import Pixels

COPY = (120, 160)
"""Width and height of the copy that is measured."""
SHOWN = (150, 200)
"""Pixels of a photograph that the viewfinder shows: the face fills the oval."""
FACE = (125, 118)
"""Where the face is in these photographs."""
SLOW = 1.5
"""How far a camera moves between two looks, as a multiple of how far it moves in one exposure:
a tenth of a second at most, and looks are 150 ms apart."""
STILL = (1, 1.5)
"""Pixels that a hand moves between two looks: a hundredth of the width that is shown."""
ALL = 780 - 165

Film = tuple[Pixels, Pixels]
"""Two looks at one photograph."""


def view(pixels: Pixels, across: float = 0, down: float = 0) -> Pixels:
    """Return what the viewfinder shows of a photograph, as small as the page looks at it."""
    width, height = SHOWN
    left, top = FACE[0] - width / 2 + across, FACE[1] - height / 2 + down
    scale = COPY[0] / width
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    small = cv2.warpAffine(
        pixels, matrix, COPY, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    return small.astype(np.uint8, copy=False)


def film(pixels: Pixels, way: float = STILL[0], *, upwards: bool = False) -> Film:
    across, down = (0.0, way / 2) if upwards else (way / 2, 0.0)
    return view(pixels, -across, -down), view(pixels, across, down)


def backlit(pixels: Pixels) -> Film:
    """Return looks at a face at a third of its light, before a window."""
    face = np.zeros(COPY[::-1], np.uint8)
    cv2.ellipse(face, (60, 78), (39, 54), 0, 0, 360, 1, -1)
    dark, window = view(brightened(pixels, 0.35)), np.full((*COPY[::-1], 3), 235, np.uint8)
    shown = np.where(face[..., None] == 1, dark, window).astype(np.uint8)
    return shown, shown


def measure(films: Sequence[Film], folder: Path) -> list[dict[str, Any]]:
    """Return what the page's own modules say of the second look of each film."""
    frames = folder / "frames"
    looks = [cv2.cvtColor(look, cv2.COLOR_BGR2RGBA).tobytes() for one in films for look in one]
    frames.write_bytes(b"".join(looks))
    script = ROOT / "tests" / "scripts" / "measure-frames.js"
    done = subprocess.run(
        [
            *(deno.find_deno_bin(), "run", "--no-check", "--no-remote", "--allow-read"),
            *(str(script), str(frames), *map(str, COPY)),
        ],
        capture_output=True,
        check=True,
    )
    said: list[dict[str, Any]] = json.loads(done.stdout)
    return said[1::2]


@pytest.fixture(scope="module")
def photographs(faces_folder: Path) -> list[Pixels]:
    files = sorted(
        path for kind in ("selfies", "strangers") for path in (faces_folder / kind).iterdir()
    )
    return [np.asarray(cv2.imread(str(path)), np.uint8) for path in files]


@pytest.fixture(scope="module")
def looker() -> Iterator[Looker]:
    with closing(FaceEngine()) as engine:
        yield Looker(engine)


def test_good_photographs_get_no_hint(
    photographs: list[Pixels], tmp_path: Path, measured: Callable[[str], None]
) -> None:
    some = photographs[::3]
    films = [film(one, way, upwards=up) for one in some for way in STILL for up in (True, False)]

    said = measure(films, tmp_path)

    hinted = [one["problem"] for one in said if one["problem"]]
    measured(f"hints about {len(some)} good photographs in still hands: {hinted}")
    measured(f"luma of a face: {np.percentile([one['face'] for one in said], [0, 5, 50, 95, 100])}")
    assert len(photographs) == ALL
    assert len(hinted) <= len(said) / 100


@pytest.mark.parametrize(
    ("name", "change", "way", "code", "problem"),
    [
        *(
            (f"brightness x {n}", lambda one, n=n: brightened(one, n), 0, "face_too_dark", "dark")
            for n in (0.3, 0.1, 0.05, 0.03)
        ),
        *(
            (
                f"{n} px, at {a}",
                lambda one, n=n, a=a: moved(one, n, a),
                n,
                "face_too_blurry",
                "moving",
            )
            for n in (9, 15, 25)
            for a in (0, 90)
        ),
    ],
)
def test_a_photograph_that_the_server_would_refuse_gets_a_hint_before(
    name: str,
    change: Callable[[Pixels], Pixels],
    way: int,
    code: str,
    problem: str,
    photographs: list[Pixels],
    looker: Looker,
    tmp_path: Path,
    measured: Callable[[str], None],
) -> None:
    changed = [change(one) for one in photographs[::40]]
    films = [film(one, SLOW * way, upwards=name.endswith("at 90")) for one in changed]

    said = [one["problem"] == problem for one in measure(films, tmp_path)]
    refused = [looker.look(as_png(one)).refusal in {code, FailureCode.NO_FACE} for one in changed]

    measured(f"{name}: of {len(changed)} {sum(said)} hinted at, {sum(refused)} refused")
    assert all(hint for hint, late in zip(said, refused, strict=True) if late)


def test_a_face_before_a_window_is_told_to_turn(
    photographs: list[Pixels], tmp_path: Path, measured: Callable[[str], None]
) -> None:
    said = measure([backlit(one) for one in photographs[::5]], tmp_path)

    told = sum(one["problem"] == "backlit" for one in said)
    measured(f"of {len(said)} faces before a window {told} are told so")
    assert told >= 0.9 * len(said)


def test_the_sharper_of_two_frames_is_the_one_that_moved_less(
    photographs: list[Pixels], tmp_path: Path
) -> None:
    lengths = (1, 3, 9, 15)
    some = photographs[::20]

    films = [film(moved(one, length, 45), 0) for one in some for length in lengths]
    said = [one["sharpness"] for one in measure(films, tmp_path)]

    rows = np.array(said).reshape(len(some), len(lengths))
    assert (np.diff(rows) < 0).all()


def test_a_frame_out_of_focus_is_not_taken(photographs: list[Pixels], tmp_path: Path) -> None:
    some = photographs[::20]

    films = [film(change, 0) for one in some for change in (one, blurred(one, 1))]
    said = [one["sharpness"] for one in measure(films, tmp_path)]

    assert all(sharp > soft for sharp, soft in zip(said[::2], said[1::2], strict=True))
