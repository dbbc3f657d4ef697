"""What can go wrong for someone at a terminal."""


class LocalError(Exception):
    """Raised with words for the terminal; the command prints them and exits with 1."""
