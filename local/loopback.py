"""This machine's names for itself."""

NAMES = ("localhost", "127.0.0.1", "::1")
