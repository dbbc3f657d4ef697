"""`python -m rekognition.decoder`: decode pictures for the process that started this one.

A picture can make a decoder run for minutes, fill the memory, or crash it. In a separate process it
harms no other picture: the kernel ends this process when a picture has used its seconds of CPU
time, and refuses it memory above a limit.

The process reads from standard input a `REQUEST` and a picture at a time. It writes to standard
output a `READY` at the start, then for each picture an `ANSWER` and its pixels.
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
"""How many bytes follow, and how many seconds of CPU time it may take to decode them."""
ANSWER = struct.Struct(">IIII")
"""Height and width of the pixels, width and height of the picture; all 0 for a refused picture.
"""

_MEMORY = 768 * 1024 * 1024
"""Bytes of data, which is 150 MB more than the largest picture needs. macOS does not enforce it."""


def main() -> None:
    """Decode until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one handles Ctrl-C
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it ends the process
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must leave no photograph on the disk
    warnings.simplefilter("ignore")  # Pillow warns of oddities in a picture
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
    """End this process as soon as the one that started it is gone, even while it decodes.

    The poll asks for no events, so it reports only that the other end of the pipe is closed.
    """
    gone = select.poll()
    gone.register(0, 0)
    gone.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
