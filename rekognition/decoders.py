"""Decodes pictures in processes that can be ended, so that no picture holds up the others."""

import heapq
import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO

import numpy as np

from rekognition.decoder import ANSWER, READY, REQUEST
from rekognition.exceptions import (
    InternalServerError,
    InvalidImageFormatError,
    ThrottlingError,
)
from rekognition.pictures import Picture, check
from rekognition.settings import decoder_environment

CHEAP = 0.3
"""Seconds of CPU time. Nearly every photograph takes less; the others are decoded one at a time."""
CHEAP_LIMIT, COSTLY_LIMIT = 2.0, 4.0
"""Seconds of CPU time after which a decoder gives up: several times what a picture should take."""
CLOCK_LIMIT = 30.0
"""Seconds after which a picture is given up with less CPU time, as in a stopped process."""
PATIENCE = 0.3
"""Seconds for which a costly picture waits for its turn before the call is throttled.

It is short because a function's process that waits cannot take cheap pictures.
"""
MOST_WAITING = 8
"""The most costly pictures that may wait; each holds a thread of the service."""

_PROCESSES = 2


class Decoders:
    """Two processes that decode pictures, of which a costly picture has at most one.

    So one process always takes cheap pictures, and memory is bounded. Costly pictures take turns,
    the cheapest first. A process that ends is replaced.
    """

    def __init__(self) -> None:
        self._idle = [_Decoder() for _ in range(_PROCESSES)]
        self._all = list(self._idle)
        self._costly: list[tuple[float, int]] = []
        self._costly_runs = False
        self._numbers = itertools.count()
        self._changed = threading.Condition()

    def decode(self, data: bytes) -> Picture:
        """Return the picture that the bytes hold.

        Raises what `pictures.decode` raises, `InvalidImageFormatError` also where decoding takes
        too much time or memory or crashes; and `ThrottlingError` where too many costly ones wait.
        """
        cost = check(data).cost
        if cost > COSTLY_LIMIT:
            raise InvalidImageFormatError  # the decoder would give it up
        if cost <= CHEAP:
            with self._decoder() as decoder:
                return decoder.decode(data, CHEAP_LIMIT)
        with self._turn(cost), self._decoder() as decoder:
            return decoder.decode(data, COSTLY_LIMIT)

    def close(self) -> None:
        """End the processes."""
        for decoder in self._all:
            decoder.end()

    @property
    def process_ids(self) -> list[int]:
        """The ids of the processes."""
        return [decoder.process_id for decoder in self._all]

    @contextmanager
    def _decoder(self) -> Iterator["_Decoder"]:
        with self._changed:
            self._changed.wait_for(lambda: len(self._idle) > 0)
            decoder = self._idle.pop()
        try:
            yield decoder
        finally:
            with self._changed:
                self._idle.append(decoder)
                self._changed.notify_all()

    @contextmanager
    def _turn(self, cost: float) -> Iterator[None]:
        """Wait until no other costly picture is decoded, and no cheaper one waits."""
        turn = cost, next(self._numbers)
        with self._changed:
            if len(self._costly) >= MOST_WAITING:
                raise ThrottlingError
            heapq.heappush(self._costly, turn)
            mine = self._changed.wait_for(
                lambda: not self._costly_runs and self._costly[0] == turn, PATIENCE
            )
            self._costly.remove(turn)
            heapq.heapify(self._costly)
            self._costly_runs |= mine
            self._changed.notify_all()
        if not mine:
            raise ThrottlingError
        try:
            yield
        finally:
            with self._changed:
                self._costly_runs = False
                self._changed.notify_all()


class _Decoder:
    """A `rekognition.decoder`, replaced when it ends. Only one thread may use it at a time."""

    def __init__(self) -> None:
        self._process = _start()
        self._ready = False

    @property
    def process_id(self) -> int:
        return self._process.pid

    def decode(self, data: bytes, seconds: float) -> Picture:
        """Return the picture; try a second process if the first ended before it had the picture.

        Raises as `Decoders.decode` does, and `InternalServerError` where no process starts.
        """
        for _ in range(2):
            deadline = threading.Timer(CLOCK_LIMIT, self._process.kill)
            deadline.start()
            started = time.monotonic()
            try:
                return self._ask(data, seconds)
            except (EOFError, OSError):
                had_started = self._ready
                code = self._replace()
                late = time.monotonic() - started >= CLOCK_LIMIT
                if code == -signal.SIGPROF or late:
                    break
            finally:
                deadline.cancel()
        if not had_started:
            raise InternalServerError("The process that decodes pictures cannot be started")
        if code == -signal.SIGKILL and not late:  # by the kernel, or by an operator
            raise InternalServerError("The process that decodes pictures was killed")
        raise InvalidImageFormatError

    def end(self) -> None:
        """End the process, which has nothing to keep."""
        self._process.kill()
        self._process.communicate()  # closes the pipes, too

    def _ask(self, data: bytes, seconds: float) -> Picture:
        requests, answers = _pipes(self._process)
        if not self._ready:
            _fill(answers, bytearray(len(READY)))
            self._ready = True
        _send(requests, REQUEST.pack(len(data), seconds))
        _send(requests, data)
        answer = bytearray(ANSWER.size)
        _fill(answers, answer)
        rows, columns, width, height = ANSWER.unpack(answer)
        if not rows:
            raise InvalidImageFormatError
        pixels = np.empty((rows, columns, 3), np.uint8)
        _fill(answers, pixels.data.cast("B"))
        return Picture(pixels, width, height)

    def _replace(self) -> int:
        """Start another process; return the exit code of this one."""
        self.end()
        code = self._process.returncode
        self._process, self._ready = _start(), False
        return code


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        # -P: Python imports nothing from the current folder.
        [sys.executable, "-P", "-m", "rekognition.decoder"],
        env=decoder_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[FileIO, FileIO]:
    assert isinstance(process.stdin, FileIO)
    assert isinstance(process.stdout, FileIO)
    return process.stdin, process.stdout


def _send(target: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[target.write(rest) :]


def _fill(source: FileIO, target: bytearray | memoryview) -> None:
    """Read until `target` is full; raise EOFError where the source ends before."""
    rest = memoryview(target)
    while rest:
        count = source.readinto(rest)
        if not count:
            raise EOFError
        rest = rest[count:]
