"""What the long tests share with the others: a stack, photographs, and what they measured."""

from tests.conftest import measured, portraits, pytest_terminal_summary, selfie, stack

__all__ = ["measured", "portraits", "pytest_terminal_summary", "selfie", "stack"]
