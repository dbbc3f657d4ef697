"""`python -m rekognition.decoder`: decode pictures for the process that started this one.

A picture can make a decoder run for minutes, fill the memory, or crash it. In a process of its own
it harms no other picture: the kernel ends this process once a picture has had its seconds of CPU
time, and refuses it memory above a limit.

Standard input brings pictures, each behind a `REQUEST`; standard output takes a `READY` at the
start, then for each picture an `ANSWER`, with the pixels behind it.
"""

import os
import resource
import select
import signal
import struct
import sys
import threading
import warnings
from typing import BinaryIO

import cv2

from rekognition.exceptions import RekognitionError
from rekognition.pictures import decode

READY = b"\n"
REQUEST = struct.Struct(">Id")
"""How many bytes follow, and how many seconds of CPU time decoding them may take."""
ANSWER = struct.Struct(">IIII")
"""Height and width of the pixels, width and height of the picture; all 0 for one that is refused.
"""

_MEMORY = 768 * 1024 * 1024
"""Bytes of data, which is 150 MB more than the largest picture needs. macOS does not enforce it."""


def main() -> None:
    """Decode until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it ends the process
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must leave no photograph on the disk
    warnings.simplefilter("ignore")  # Pillow warns of what is odd in a picture
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(READY)
    answers.flush()
    while request := requests.read(REQUEST.size):
        length, seconds = REQUEST.unpack(request)
        _answer(requests.read(length), seconds, answers)
        answers.flush()


def _answer(data: bytes, seconds: float, answers: BinaryIO) -> None:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        picture = decode(data)
    except (RekognitionError, MemoryError, cv2.error):
        answers.write(ANSWER.pack(0, 0, 0, 0))
    else:
        height, width = picture.pixels.shape[:2]
        answers.write(ANSWER.pack(height, width, picture.width, picture.height))
        answers.write(picture.pixels.data)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _end_with_standard_input() -> None:
    """End this process as soon as the one that started it is gone, even in the middle of a picture.

    No events are asked for: what comes is that the other end of the pipe was closed.
    """
    gone = select.poll()
    gone.register(0, 0)
    gone.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
