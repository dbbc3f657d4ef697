import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from rekognition import decoders as module
from rekognition.decoders import Decoders
from rekognition.exceptions import (
    ImageTooLargeError,
    InternalServerError,
    InvalidImageFormatError,
    InvalidParameterError,
    ThrottlingError,
)
from rekognition.pictures import Picture, decode
from tests import bombs
from tests.contract.pictures import encode, noise
from tests.running_stack import wait_for

SELFIE = encode(noise(640, 480), "JPEG")
LARGE, LARGER = bombs.black_png(), bombs.black_png(colour=bombs.RGBA)
"""Costly ones, and the second costs more."""


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    running = Decoders()
    running.decode(SELFIE)
    running.decode(SELFIE)
    yield running
    running.close()


@pytest.fixture
def others() -> Iterator[ThreadPoolExecutor]:
    """Threads of others who send pictures."""
    with ThreadPoolExecutor(16) as pool:
        yield pool


def same(one: Picture, other: Picture) -> bool:
    sizes = (one.width, one.height) == (other.width, other.height)
    return sizes and np.array_equal(one.pixels, other.pixels)


def signal_all(decoders: Decoders, number: signal.Signals) -> None:
    for process in decoders.process_ids:
        os.kill(process, number)


@pytest.mark.parametrize("data", [SELFIE, encode(noise(3000, 2000)), LARGE])
def test_picture_is_the_one_that_is_decoded_here(decoders: Decoders, data: bytes) -> None:
    assert same(decoders.decode(data), decode(data))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"no picture", InvalidImageFormatError),
        (SELFIE[:5000], InvalidImageFormatError),
        (bombs.progressive_jpeg(101, side=100), InvalidImageFormatError),
        (bombs.black_png(10_000, 5_201, depth=1), ImageTooLargeError),
        (encode(noise(79, 200)), InvalidParameterError),
    ],
)
def test_picture_that_is_refused_harms_no_other(
    decoders: Decoders, data: bytes, error: type[Exception]
) -> None:
    before = decoders.process_ids

    with pytest.raises(error):
        decoders.decode(data)

    assert same(decoders.decode(SELFIE), decode(SELFIE))
    assert decoders.process_ids == before


def test_picture_that_takes_too_much_processor_time_is_refused_and_its_process_replaced(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = decoders.process_ids
    monkeypatch.setattr(module, "CHEAP_LIMIT", 0.02)
    slow = encode(noise(3000, 2000))

    with pytest.raises(InvalidImageFormatError):
        decoders.decode(slow)

    monkeypatch.undo()
    assert len(set(before) & set(decoders.process_ids)) == 1
    assert same(decoders.decode(slow), decode(slow))


def test_picture_that_is_sure_to_take_too_long_is_refused_at_once(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = decoders.process_ids
    monkeypatch.setattr(module, "COSTLY_LIMIT", 0.1)

    with pytest.raises(InvalidImageFormatError):
        decoders.decode(LARGE)

    assert decoders.process_ids == before


def test_picture_whose_process_stands_still_is_given_up(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOCK_LIMIT", 0.2)
    signal_all(decoders, signal.SIGSTOP)

    with pytest.raises(InvalidImageFormatError):
        decoders.decode(SELFIE)

    monkeypatch.undo()
    signal_all(decoders, signal.SIGCONT)
    assert same(decoders.decode(SELFIE), decode(SELFIE))


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not bound a process's memory")
def test_picture_that_takes_too_much_memory_is_refused_and_the_next_one_read(
    decoders: Decoders,
) -> None:
    for process in decoders.process_ids:
        limit = 200 * 1024 * 1024  # of 768: no picture that is let in needs more than those
        resource.prlimit(process, resource.RLIMIT_DATA, (limit, limit))

    with pytest.raises(InvalidImageFormatError):
        decoders.decode(LARGER)

    assert same(decoders.decode(SELFIE), decode(SELFIE))


def test_process_that_is_killed_while_it_waits_is_replaced(decoders: Decoders) -> None:
    before = decoders.process_ids
    signal_all(decoders, signal.SIGKILL)

    with ThreadPoolExecutor(2) as pool:
        pictures = list(pool.map(decoders.decode, [SELFIE] * 8))

    assert all(same(picture, decode(SELFIE)) for picture in pictures)
    assert len(set(before) & set(decoders.process_ids)) < 2


def test_picture_whose_process_is_killed_is_decoded_by_the_next(
    decoders: Decoders, others: ThreadPoolExecutor
) -> None:
    before = decoders.process_ids
    signal_all(decoders, signal.SIGSTOP)
    picture = others.submit(decoders.decode, SELFIE)
    wait_for(lambda: len(decoders._idle) == 1, 30)

    signal_all(decoders, signal.SIGKILL)

    assert same(picture.result(60), decode(SELFIE))
    assert set(before) != set(decoders.process_ids)


@pytest.mark.parametrize(
    ("by", "error"),
    [(signal.SIGSEGV, InvalidImageFormatError), (signal.SIGKILL, InternalServerError)],
)
def test_picture_is_blamed_for_a_crash_and_not_for_a_kill(
    decoders: Decoders,
    monkeypatch: pytest.MonkeyPatch,
    by: signal.Signals,
    error: type[Exception],
) -> None:
    ask = module._Decoder._ask

    def crash(decoder: module._Decoder, data: bytes, seconds: float) -> Picture:
        ask(decoder, data, seconds)  # by now it has started
        os.kill(decoder.process_id, by)
        return ask(decoder, data, seconds)

    monkeypatch.setattr(module._Decoder, "_ask", crash)

    with pytest.raises(error):
        decoders.decode(SELFIE)

    monkeypatch.undo()
    assert same(decoders.decode(SELFIE), decode(SELFIE))


def test_fault_of_ours_is_not_blamed_on_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    broken = Decoders()

    with pytest.raises(InternalServerError):
        broken.decode(SELFIE)

    broken.close()


def test_others_are_served_while_a_costly_picture_is_decoded_and_more_wait(
    decoders: Decoders, others: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 60)
    signal_all(decoders, signal.SIGSTOP)
    costly = [others.submit(decoders.decode, LARGER) for _ in range(4)]
    wait_for(lambda: len(decoders._idle) == 1 and len(decoders._costly) == 3, 30)
    os.kill(decoders._idle[0].process_id, signal.SIGCONT)  # the other decodes a costly one

    for _ in range(5):
        assert same(decoders.decode(SELFIE), decode(SELFIE))

    assert not any(picture.done() for picture in costly)
    signal_all(decoders, signal.SIGCONT)
    assert [picture.result(60).width for picture in costly] == [7210] * 4


def test_cheapest_of_the_costly_pictures_is_next(
    decoders: Decoders, others: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 60)
    order: list[str] = []

    def decode_and_note(name: str, data: bytes) -> None:
        decoders.decode(data)
        order.append(name)

    def send(name: str, data: bytes) -> "Future[None]":
        return others.submit(decode_and_note, name, data)

    signal_all(decoders, signal.SIGSTOP)
    sent = [send("first", LARGE)]
    wait_for(lambda: decoders._costly_runs, 30)
    for waiting, (name, data) in enumerate([("larger", LARGER), ("large", LARGE)], start=1):
        sent.append(send(name, data))
        wait_for(lambda waiting=waiting: len(decoders._costly) == waiting, 30)  # type: ignore[misc]

    signal_all(decoders, signal.SIGCONT)

    for one in sent:
        one.result(60)
    assert order == ["first", "large", "larger"]


@pytest.mark.parametrize(("name", "value"), [("PATIENCE", 0.1), ("MOST_WAITING", 0)])
def test_costly_picture_that_would_wait_too_long_is_to_come_later(
    decoders: Decoders,
    others: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: float,
) -> None:
    signal_all(decoders, signal.SIGSTOP)
    first = others.submit(decoders.decode, LARGE)
    wait_for(lambda: decoders._costly_runs, 30)
    monkeypatch.setattr(module, name, value)

    with pytest.raises(ThrottlingError):
        decoders.decode(LARGE)

    signal_all(decoders, signal.SIGCONT)
    assert first.result(60).width == 7210
    assert decoders.decode(SELFIE).width == 640
    assert decoders._costly == []


def test_no_process_is_left_after_the_end() -> None:
    decoders = Decoders()
    decoders.decode(SELFIE)
    processes = decoders.process_ids

    decoders.close()

    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_as_many_callers_as_there_are_get_their_own_pictures(decoders: Decoders) -> None:
    pictures = [encode(noise(100 + number, 90)) for number in range(40)]
    got: dict[int, Picture] = {}

    def send(number: int) -> None:
        got[number] = decoders.decode(pictures[number])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {number: picture.width for number, picture in got.items()} == {
        number: 100 + number for number in range(40)
    }
