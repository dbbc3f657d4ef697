"""The environment variables that the recogniser reads; no other of its modules reads any."""

import os


def key() -> tuple[str, str]:
    """Return the id and the secret of the key that signs requests; raise KeyError without one."""
    return os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def rate() -> str | None:
    """Return the most calls a second of each operation, as written; None for no limit."""
    return os.environ.get("LOOKALIKE_RECOGNISER_RATE")


def decoder_environment() -> dict[str, str]:
    """Return the environment of a decoder's process: one thread, as each would reserve memory."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
