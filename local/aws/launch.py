"""Starts ministack with the project's fixes: `launch.py [--without FIX]… [--plugin FILE]`.

Its settings are ministack's own environment variables, and LOCAL_REKOGNITION_URL. It ends when
its standard input does, so that it never outlives what started it.
"""

import argparse
import os
import runpy
import signal
import sys
import threading

import glue
from checkpoint import Checkpoints
from ministack import app


def end_with_standard_input() -> None:
    """Ask for an orderly end once whoever started this process is gone."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run ministack until it is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", action="append", default=[], choices=glue.FIXES)
    parser.add_argument("--plugin", help="a Python file to run first, as the tests do")
    arguments = parser.parse_args()
    sys.argv[1:] = []  # ministack reads arguments of its own
    glue.install(arguments.without)
    if arguments.plugin:
        runpy.run_path(arguments.plugin)
    Checkpoints().start()
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    app.main()


if __name__ == "__main__":
    main()
