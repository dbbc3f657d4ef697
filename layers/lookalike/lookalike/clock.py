"""Times as the API writes them: RFC 3339, UTC, milliseconds; they sort as text."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def to_text(time: datetime) -> str:
    """Write a time as `2026-11-22T16:01:33.123Z`."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Read a time that `to_text`, or Step Functions, wrote."""
    return datetime.fromisoformat(text)
