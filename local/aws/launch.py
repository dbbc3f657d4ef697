"""`python -m local.aws.launch [--without FIX]… [--plugin FILE]`: ministack with the fixes.

Its settings are ministack's own environment variables, and those of local/aws/settings.py. It ends
when its standard input closes, so it never outlives the process that started it.
"""

import argparse
import runpy
import sys

from ministack import app

from local.aws import glue
from rekognition.lifeline import end_with_standard_input


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
    end_with_standard_input()
    app.main()


if __name__ == "__main__":
    main()
