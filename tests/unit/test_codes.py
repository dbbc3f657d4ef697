"""How the terminal shows where a code was sent."""

import pytest

from local.codes import masked


def test_an_address_is_shown_by_its_first_letter_and_its_domain() -> None:
    assert masked("ada@example.org") == "a…@example.org"


@pytest.mark.parametrize("control", ["\x1b]0;title\x07", "\x9b31m", "\r", "\n", "\u202e"])
def test_an_address_commands_no_terminal(control: str) -> None:
    shown = masked(f"{control[0]}@{control}example.org")

    assert shown.isprintable()
    assert shown.endswith("example.org")


def test_a_domain_fills_no_screen() -> None:
    assert len(masked("a@" + "x" * 10_000)) < 300
