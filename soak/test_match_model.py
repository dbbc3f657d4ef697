"""Many stories of matches that hypothesis generates, with kills in them (`make soak`)."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from tests.crowd import family
from tests.match_model import MatchModel, Studio
from tests.running_stack import FINISHING, RunningStack, wait_for

SECONDS = float(os.environ.get("MODEL_SECONDS", "900"))
"""Seconds after which the current story ends."""
STORIES = 400
SEED = int(os.environ.get("MODEL_SEED") or random.getrandbits(32))
MARKS = {
    "everything": "",
    "the local AWS": "local.aws.launch",
    "the recogniser": "rekognition\0",
}
"""The processes that may be killed, each with the words that identify its command."""


class MortalModel(MatchModel):
    """The same rules, on a stack some of whose processes are killed."""

    @rule(victim=st.sampled_from(sorted(MARKS)), rarely=st.integers(0, 2))
    def kill(self, victim: str, rarely: int) -> None:
        if self._is_over() or rarely:  # it takes long
            return
        self.note_kill()
        # Kill the recogniser before the processes that decode for it: if it loses two of them while
        # it lives, it blames the picture, and refuses it as unreadable.
        for pid in sorted(family(self.stack.process.pid)):
            kill(pid, MARKS[victim])
        if victim != "the recogniser":
            self.stack.process.wait(60)
            self.stack.start()
        wait_for(self._has_recogniser, FINISHING)  # the stack starts it again

    def _has_recogniser(self) -> bool:
        try:
            self.stack.recogniser_calls()
        except requests.RequestException:
            return False
        return True


def kill(pid: int, mark: str) -> None:
    try:
        if mark in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return  # it has ended without a kill


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RunningStack]:
    """A stack to kill."""
    running = RunningStack(tmp_path / "killed")
    yield running
    running.stop()


@pytest.mark.parametrize("model", [MatchModel, MortalModel])
def test_whatever_happens_a_match_has_one_end_and_one_owner(
    own: RunningStack,
    portraits: list[Path],
    measured: Callable[[str], None],
    model: type[MatchModel],
) -> None:
    studio, deadline = Studio(portraits), time.monotonic() + SECONDS / 2
    stories: Counter[str] = Counter()

    class Story(model):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__(own, studio, deadline)

        def teardown(self) -> None:
            super().teardown()
            stories["stories"] += bool(self.known)
            stories["matches"] += len(self.known)
            stories.update(known.end[1] for known in self.known if known.end)

    run_state_machine_as_test(
        seed(SEED)(Story),
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=25,
            database=None,
            deadline=None,
            phases=[Phase.generate],  # a shorter story would take as long again
            suppress_health_check=[*HealthCheck],
        ),
    )

    measured(f"{model.__name__}, MODEL_SEED={SEED}: {dict(stories)}")
