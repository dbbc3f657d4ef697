"""A thousand broken pictures and every bomb, while other guests play (`make soak`).

It needs an idle machine: it compares a guest's wait beside a bomb with the wait alone.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.failures import FailureCode
from lookalike.pictures import LARGEST_SELFIE
from tests.bombs import BOMBS
from tests.crowd import Guests, Outcome, photographs
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack

MUTATED = 1000
AT_ONCE = 8
LONGER = 5.0
"""Seconds by which another guest's picture may lengthen a guest's wait."""
SEED = 20261127


def mutated(pictures: list[bytes], draw: random.Random) -> bytes:
    """Return a picture changed as by a broken disk, a bad cable or a curious visitor."""
    data = bytearray(draw.choice(pictures))
    for _ in range(draw.choice([1, 1, 2, 8, 64])):
        at = draw.randrange(len(data) or 1)
        match draw.randrange(4):
            case 0:
                data[at : at + 1] = draw.randbytes(1)
            case 1:
                del data[at : at + draw.randrange(1, 64)]
            case 2:
                data[at:at] = draw.randbytes(draw.randrange(1, 64))
            case 3 if len(data) > 64:
                del data[draw.randrange(64, len(data)) :]
    return bytes(data) or b"x"


@pytest.fixture(scope="module")
def guests(stack: RunningStack) -> Guests:
    """The guests of the running stack's page."""
    return Guests(stack.origin)


def is_named(outcome: Outcome) -> bool:
    return outcome.status == "succeeded" or outcome.code in {*FailureCode} - {
        FailureCode.SERVICE_UNAVAILABLE,
        FailureCode.TIMED_OUT,
    }


def test_a_broken_picture_has_a_named_end(
    guests: Guests, selfie: Path, measured: Callable[[str], None]
) -> None:
    draw = random.Random(SEED)
    face = open_face(selfie)
    whole = [
        encode(face),
        encode(face, progressive=True),
        encode(face.convert("L")),
        encode(face.convert("CMYK")),
        encode(face, "PNG"),
    ]

    ends = []
    for _ in range(0, MUTATED, AT_ONCE):
        ends += guests.play_at_once(mutated(whole, draw) for _ in range(AT_ONCE))

    measured(f"{len(ends)} broken: {dict(Counter(one.code or one.status for one in ends))}")
    assert [one for one in ends if not is_named(one)] == []


def test_no_guest_waits_for_another_guests_bomb(
    guests: Guests, portraits: list[Path], measured: Callable[[str], None]
) -> None:
    photos = photographs(portraits, 60)
    guests.play_at_once(photos[:4])  # from here on the functions' processes run
    alone = max(guests.play(photo).seconds for photo in photos[4:10])
    bombs = [made for make in BOMBS.values() if len(made := make()) <= LARGEST_SELFIE]
    ends: list[Outcome] = []
    attack = threading.Thread(target=lambda: ends.extend(guests.play_at_once(bombs)))

    attack.start()
    others = []
    for photo in photos[10:]:
        others.append(guests.play(photo))
        if not attack.is_alive():
            break
    attack.join()

    slowest = max(one.seconds for one in others)
    measured(
        f"{len(bombs)} bombs at once: {dict(Counter(one.code or one.status for one in ends))}; "
        f"the others wait {slowest:.1f} s at most, {alone:.1f} s alone"
    )
    assert {one.status for one in others} == {"succeeded"}
    assert [one for one in ends if one.status == "lost"] == []
    assert slowest < alone + LONGER
