"""What the commands print at a terminal, and into a pipe."""

import io

import pytest
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from cli import terminal

LONG = "word " * 100


def printing(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool) -> io.StringIO:
    """Let the commands print to a terminal of 80 columns, or to a pipe."""
    output = io.StringIO()
    console = Console(
        file=output, width=80, force_terminal=is_terminal, color_system=None, legacy_windows=False
    )
    monkeypatch.setattr(terminal, "console", console)
    return output


@pytest.mark.parametrize(("is_terminal", "wraps"), [(True, True), (False, False)])
def test_what_is_drawn_is_wrapped_at_a_terminals_edge_alone(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, wraps: bool
) -> None:
    output = printing(monkeypatch, is_terminal=is_terminal)

    terminal.show(Tree(Text(LONG)))

    assert (len(output.getvalue().splitlines()) > 1) is wraps
    assert output.getvalue().split() == LONG.split()


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_wait_is_shown_at_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    output = printing(monkeypatch, is_terminal=is_terminal)

    with terminal.waiting("Looking …"):
        pass

    assert ("Looking …" in output.getvalue()) is is_terminal
