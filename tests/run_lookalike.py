"""`python -m tests.run_lookalike …`: the command, on a machine that finds the local AWS's API.

Its address is a name under localhost. For browsers such a name is this machine; for a resolver it
need not be.
"""

import socket
from typing import Any

from cli.main import main

resolve = socket.getaddrinfo


def _resolve(host: Any, *arguments: Any, **more: Any) -> Any:
    return resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *arguments, **more)


if __name__ == "__main__":
    socket.getaddrinfo = _resolve
    main()
