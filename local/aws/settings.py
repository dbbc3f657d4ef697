"""The environment variables that the local AWS reads; no other module of `local.aws` reads any.

ministack reads others itself; local/stack.py sets them all.
"""

import os
from pathlib import Path


def root_key() -> tuple[str, str]:
    """Return the id and the secret of the root key."""
    return os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def region() -> str:
    """Return the region that requests are signed for."""
    return os.environ.get("AWS_REGION", "us-east-1")


def rekognition_url() -> str:
    """Return the address of the local Rekognition."""
    return os.environ["LOCAL_REKOGNITION_URL"]


def state_folder() -> Path:
    """Return the folder in which ministack and the journal keep the services' state."""
    return Path(os.environ["STATE_DIR"])


def bridge_host() -> str:
    """Return the host, with a port, by which containers call; "" where none can."""
    return os.environ.get("LOOKALIKE_BRIDGE", "")


def take_codes_pipe() -> int | None:
    """Return the file descriptor that takes Cognito's codes, if there is one; drop the variable.

    The functions' processes, which start later, do not see it.
    """
    pipe = os.environ.pop("LOOKALIKE_CODES_PIPE", None)
    return int(pipe) if pipe else None
