"""`python -m tests.run_stack PORT STATE`: `lookalike up`, with the tests' faults."""

import sys
from pathlib import Path

from local.up import run

if __name__ == "__main__":
    port, state = sys.argv[1:]
    sys.exit(run(int(port), Path(state), None, plugin=Path(__file__).with_name("faults.py")))
