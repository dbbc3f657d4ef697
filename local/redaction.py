"""What a trace hides of a run's payloads.

It hides the versions of objects, the signatures of addresses, the ids of users, and landmarks:
a trace is for people who look for a mistake, and who show it to others.
"""

import json
import re
from collections.abc import Collection
from typing import Any

HIDDEN = {
    "imageversion": "object version",
    "eyes": "landmarks",
    "landmark": "landmarks",
    "landmarks": "landmarks",
    "geometry": "landmarks",
    "owner": "user id",
    "sub": "user id",
    "userid": "user id",
    "username": "user id",
    "version": "object version",
    "versionid": "object version",
    "xamzversionid": "object version",
}
"""What is shown in the place of a key's value; keys in lower case, letters only."""

SIGNED = re.compile(r"(https?://[^\s\"'?]+)\?[^\s\"']*X-Amz-(?:Credential|Signature)[^\s\"']*")


def redact(value: Any, versions: Collection[str] = ()) -> Any:
    """Return JSON without what is to be hidden; the versions are hidden wherever they stand."""
    if isinstance(value, dict):
        return {key: _of_key(key, inner, versions) for key, inner in value.items()}
    if isinstance(value, list):
        return [redact(inner, versions) for inner in value]
    return _of_text(value, versions) if isinstance(value, str) else value


def _of_key(key: str, value: Any, versions: Collection[str]) -> Any:
    words = HIDDEN.get(re.sub(r"[^a-z]", "", key.lower()))
    if not words or value is None:
        return redact(value, versions)
    return f"({words} hidden)"


def _of_text(text: str, versions: Collection[str]) -> str:
    if text[:1] in {"{", "["}:  # JSON in JSON, as the workflow stores celebrities
        try:
            inner = json.loads(text)
        except ValueError:
            pass
        else:
            return json.dumps(redact(inner, versions), ensure_ascii=False)
    for version in versions:
        text = text.replace(version, "(object version hidden)")
    return SIGNED.sub(r"\1?(signature hidden)", text)
