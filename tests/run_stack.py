"""`python -m tests.run_stack PORT STATE CATALOG`: `lookalike up`, with the tests' faults."""

import sys
from pathlib import Path

from local.up import run

if __name__ == "__main__":
    port, state, catalog = sys.argv[1:]
    faults = Path(__file__).with_name("faults.py")
    sys.exit(run(int(port), Path(state), Path(catalog) if catalog else None, plugin=faults))
