"""The error that a command shows at the terminal."""


class LocalError(Exception):
    """Raised with a message for the terminal; the command prints it and exits with 1."""
