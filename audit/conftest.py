"""The fixtures of the audits: a real Chromium over a stack of their own."""

from tests.browser.conftest import (
    base_url,
    browser_context_args,
    browser_type_launch_args,
    visitor,
    webcam,
)
from tests.conftest import measured, portraits, pytest_terminal_summary, selfie, stack

__all__ = [
    "base_url",
    "browser_context_args",
    "browser_type_launch_args",
    "measured",
    "portraits",
    "pytest_terminal_summary",
    "selfie",
    "stack",
    "visitor",
    "webcam",
]
