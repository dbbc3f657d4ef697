"""`python -m tests.run_stack PORT STATE CATALOG …`: `lookalike up`, with the tests' faults.

What follows the catalog are parameters of the template, each `NAME=VALUE`.

It fetches more celebrities only where a test says whom to ask, LOOKALIKE_QUERY_URL.
"""

import os
import sys
from pathlib import Path

from cli.up import run

if __name__ == "__main__":
    port, state, catalog, *parameters = sys.argv[1:]
    faults = Path(__file__).with_name("faults.py")
    sys.exit(
        run(
            int(port),
            Path(state),
            Path(catalog) if catalog else None,
            origin="https://faces.example",
            fetch_more="LOOKALIKE_QUERY_URL" in os.environ,
            plugin=faults,
            parameters=dict(parameter.split("=", 1) for parameter in parameters),
        )
    )
