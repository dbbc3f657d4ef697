"""`python -m benchmarks.counted_stack PORT STATE`: `lookalike up`, whose requests are counted.

The daily limits are on, as on AWS, since they cost requests of a table.
"""

import sys
from pathlib import Path

from cli.up import run
from local.stack import DAILY_LIMITS

if __name__ == "__main__":
    port, state = sys.argv[1:]
    plugin = Path(__file__).with_name("counting.py")
    limits = dict.fromkeys(DAILY_LIMITS, "1000")
    sys.exit(run(int(port), Path(state), None, plugin=plugin, parameters=limits))
