"""EventBridge's patterns and input transformers, as far as this project's rules use them."""

import json
import re
from typing import Any


def matches(pattern: Any, event: Any) -> bool:
    """Return whether an event matches a pattern of exact values and prefixes."""
    return all(
        name in event
        and (_any(part, event[name]) if isinstance(part, list) else matches(part, event[name]))
        for name, part in pattern.items()
    )


def resolved(pattern: Any, names: dict[str, str]) -> Any:
    """Return a pattern with the physical name in place of each `Ref`."""
    match pattern:
        case {"Ref": str(name)}:
            return names[name]
        case dict():
            return {name: resolved(part, names) for name, part in pattern.items()}
        case list():
            return [resolved(part, names) for part in pattern]
    return pattern


def rendered(transformer: Any, event: Any) -> str:
    """Return what an input transformer makes of an event, of which it may name strings alone."""
    values = {name: _follow(path, event) for name, path in transformer["InputPathsMap"].items()}
    # EventBridge quotes a string where the template, outside its own quotes, names it.
    return re.sub(r"<([\w.-]+)>", lambda name: values[name[1]], transformer["InputTemplate"])


def _follow(path: str, event: Any) -> str:
    for name in path.removeprefix("$.").split("."):
        event = event[name]
    if not isinstance(event, str):
        raise NotImplementedError(f"{path} is no string")
    return json.dumps(event)


def _any(conditions: list[Any], value: Any) -> bool:
    return any(_one(condition, value) for condition in conditions)


def _one(condition: Any, value: Any) -> bool:
    match condition:
        case str():
            return bool(value == condition)
        case {"prefix": str(prefix), **others} if not others:
            return str(value).startswith(prefix)
    raise NotImplementedError(f"no rule of ours has used {condition} yet")
