"""Replies, as raw JSON, held against botocore's description of the service."""

import re
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": float,
    "timestamp": float,
}


def broken_promises(shape: Shape | None, value: Any, path: str = "") -> list[str]:
    """Return one sentence for every way in which the value is not of the shape."""
    assert shape is not None
    of_type = isinstance(value, _TYPES[shape.type_name])
    if not of_type:
        return [f"{path} is no {shape.type_name}: {value!r}"]
    if isinstance(shape, StructureShape):
        broken = [f"{path} has an unknown {name}" for name in value if name not in shape.members]
        for name, member in shape.members.items():
            if name in value:
                broken += broken_promises(member, value[name], f"{path}.{name}")
        return broken
    if isinstance(shape, ListShape):
        # Minimum lengths are for requests: the type of an answer's DeletedFaces, which may well
        # be empty, is that of the request's FaceIds.
        return [
            sentence
            for number, item in enumerate(value)
            for sentence in broken_promises(shape.member, item, f"{path}[{number}]")
        ]
    return _broken_constraints(shape, value, path)


def _broken_constraints(shape: Shape, value: Any, path: str) -> list[str]:
    constraints = shape.metadata
    size = len(value) if isinstance(value, str) else value
    broken = []
    if size < constraints.get("min", size):
        broken.append(f"{path} is below its minimum: {value!r}")
    if size > constraints.get("max", size):
        broken.append(f"{path} is above its maximum: {value!r}")
    if "enum" in constraints and value not in constraints["enum"]:
        broken.append(f"{path} is none of its enum: {value!r}")
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], value):
        broken.append(f"{path} does not match its pattern: {value!r}")
    return broken
