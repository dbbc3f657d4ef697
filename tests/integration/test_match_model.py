"""A few stories of matches that hypothesis makes up; soak/test_match_model.py plays many more."""

import time
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.match_model import MatchModel, Studio
from tests.running_stack import RunningStack

SECONDS = 45.0
"""After which the story that has begun comes to its end."""


def test_whatever_happens_a_match_has_one_end_and_one_owner(
    stack: RunningStack, portraits: list[Path]
) -> None:
    studio, deadline = Studio(portraits), time.monotonic() + SECONDS

    class Story(MatchModel):
        def __init__(self) -> None:
            super().__init__(stack, studio, deadline)

    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=8,
            stateful_step_count=15,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
