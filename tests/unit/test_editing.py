"""What the terminal says of a change of the sources."""

import re

import pytest

from local.editing import deploy_edit
from local.errors import LocalError
from local.state import ROOT

LAYER = ROOT / "layers" / "lookalike" / "lookalike"


class Stack:
    """A stack that runs, whose sources were edited."""

    def __init__(self, *, outdated: bool = True, error: str = "", stopped: bool = False) -> None:
        self.outdated, self.error, self.stopped = outdated, error, stopped
        self.said: list[str] = []

    def is_outdated(self) -> bool:
        return self.outdated

    def redeploy(self) -> None:
        self.said.append("(builds)")
        if self.error:
            raise LocalError(self.error)

    def edit(self, *names: str) -> bool:
        """Take a change of files of the layer."""
        return deploy_edit(self, self.said.append, [LAYER / name for name in names])  # type: ignore[arg-type]


def test_the_changed_file_is_named_before_it_is_built_and_the_seconds_afterwards() -> None:
    stack = Stack()

    assert stack.edit("measures.py")

    first, builds, last = stack.said
    assert first.startswith("A change: layers/lookalike/lookalike/measures.py … ")
    assert "a match runs the old code" in first
    assert builds == "(builds)"
    assert re.fullmatch(r"The change is deployed \(\d+ s\)\.", last)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "A change: made while the stack started …"),
        (("a.py", "b.py"), "/a.py, layers/lookalike/lookalike/b.py …"),
        (("a.py", "b.py", "c.py", "d.py", "e.py"), "/c.py and 2 more …"),
    ],
)
def test_a_few_files_are_named_and_the_others_counted(names: tuple[str, ...], words: str) -> None:
    stack = Stack()

    stack.edit(*names)

    assert words in stack.said[0]


def test_a_file_that_was_only_touched_is_no_change() -> None:
    stack = Stack(outdated=False)

    assert stack.edit("measures.py")
    assert stack.said == []


def test_a_change_that_cannot_be_built_is_said() -> None:
    stack = Stack(error="sam build failed")

    assert stack.edit("measures.py")
    assert stack.said[-1] == (
        "The change is not deployed, the stack runs on without it: sam build failed"
    )


def test_a_stack_that_ends_while_it_builds_says_nothing() -> None:
    stack = Stack(error="the stack ends", stopped=True)

    assert not stack.edit("measures.py")
    assert stack.said[-1] == "(builds)"
