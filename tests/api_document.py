"""openapi.yaml, for the tests that hold it against what there is."""

import copy
import functools
from collections.abc import Iterator
from typing import Any

import yaml

from local.state import ROOT

METHODS = {"delete", "get", "post"}

Document = dict[str, Any]


@functools.cache
def written() -> Document:
    """Return the document; read only."""
    parsed: Document = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    return parsed


def closed() -> Document:
    """Return the document with no room for properties that it does not name.

    Clients are to ignore those, but a test is to find them.
    """
    document = copy.deepcopy(written())
    for part in parts(document):
        if part.get("type") == "object" and "properties" in part:
            part.setdefault("additionalProperties", False)
    return document


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping within a value, itself included."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            yield from parts(child)


def at(reference: str) -> Any:
    """List what a reference within the document leads to; raise KeyError where that is nothing."""
    part: Any = written()
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


def resolved(part: Any) -> Any:
    """Return a part of the document with what its references lead to in their place."""
    if isinstance(part, dict):
        if "$ref" in part:
            return resolved(at(part["$ref"]))
        return {name: resolved(value) for name, value in part.items()}
    return [resolved(one) for one in part] if isinstance(part, list) else part


def schema(name: str) -> Any:
    """Return one of the document's schemas, resolved."""
    return resolved(written()["components"]["schemas"][name])


@functools.cache
def operations() -> dict[str, Any]:
    """Return every operation, resolved and with its path's parameters, by route key."""
    found = {}
    for path, item in written()["paths"].items():
        for method in METHODS & item.keys():
            operation = resolved(item[method])
            own = operation.get("parameters", [])
            operation["parameters"] = [*resolved(item.get("parameters", [])), *own]
            found[f"{method.upper()} {path}"] = operation
    return found


def problems(part: Any) -> set[tuple[int, str]]:
    """Return the status and the code of every problem within a resolved part of the document."""
    return {
        (one["properties"]["status"]["const"], one["properties"]["code"]["const"])
        for one in parts(part)
        if {"status", "code", "detail"} <= one.get("properties", {}).keys()
    }
