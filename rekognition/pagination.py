"""Tokens that name the row after which a listing continues."""

import base64
import binascii
import hashlib

from rekognition.exceptions import InvalidPaginationTokenError


def make_token(listing: str, after: int) -> str:
    """Return the token with which this listing continues after a row id."""
    return base64.urlsafe_b64encode(f"{after}.{_mark(listing)}".encode()).decode()


def read_token(listing: str, token: str | None) -> int:
    """Return the row id after which the listing continues; 0 without a token.

    Raises `InvalidPaginationTokenError` for a token of another listing.
    """
    if token is None:
        return 0
    try:
        after, mark = base64.urlsafe_b64decode(token.encode()).decode().split(".")
        if mark == _mark(listing):
            return int(after)
    except (binascii.Error, ValueError):
        pass
    raise InvalidPaginationTokenError


def _mark(listing: str) -> str:
    return hashlib.sha256(listing.encode()).hexdigest()[:16]
