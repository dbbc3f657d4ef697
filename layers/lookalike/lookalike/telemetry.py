"""The functions' logger and metrics."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger, Metrics

# Most invocations count nothing. Powertools warns of that, in a line of plain text that would stand
# among the JSON of the log.
warnings.filterwarnings("ignore", "No application metrics to publish")

logger = Logger()
metrics = Metrics()


@contextmanager
def about_match(match_id: str | None) -> Iterator[None]:
    """Put a match into every line that is logged in the block, and log what the block raises.

    Every match is named by its reference. A guest's match_id is a key, and the workflow's functions
    do not know whether a match is a guest's.
    """
    keys = {} if match_id is None else {"match": reference_to(match_id)}
    with logger.append_context_keys(**keys):
        try:
            yield
        except Exception:
            logger.exception("invocation failed")
            raise


def reference_to(match_id: str) -> str:
    """Return 16 hexadecimal digits that name a match in the logs, and open nothing."""
    return hashlib.sha256(match_id.encode(errors="replace")).hexdigest()[:16]
