"""Checks requests against the service's own model, which botocore contains."""

import base64
import binascii
import re
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from rekognition.exceptions import (
    ImageTooLargeError,
    InvalidParameterError,
    SerializationError,
)


@cache
def service_model() -> ServiceModel:
    """Return botocore's description of Amazon Rekognition."""
    return botocore.session.Session().get_service_model("rekognition")


def parse(operation: str, members: object) -> dict[str, Any]:
    """Return the request's members with the types of the operation's model, and blobs decoded.

    Members that the model does not know and members that are null are left out, as AWS does.
    Raises `SerializationError` for a wrong type, `InvalidParameterError` for a broken constraint.
    """
    shape = service_model().operation_model(operation).input_shape
    assert shape is not None
    parsed: dict[str, Any] = _parse(shape, members, "")
    return parsed


def _parse(shape: Shape, value: Any, path: str) -> Any:
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            assert isinstance(shape, StructureShape)
            return _parse_structure(shape, value, path)
        case "list" if isinstance(value, list):
            assert isinstance(shape, ListShape)
            _check_range(shape, len(value), path, "length")
            return [
                _parse(shape.member, item, f"{path}.{number}.member")
                for number, item in enumerate(value, start=1)
            ]
        case "map" if isinstance(value, dict):
            assert isinstance(shape, MapShape)
            _check_range(shape, len(value), path, "length")
            return {
                _parse(shape.key, key, f"{path}.key"): _parse(shape.value, item, f"{path}.value")
                for key, item in value.items()
            }
        case "string" if isinstance(value, str):
            return _parse_string(shape, value, path)
        case "blob" if isinstance(value, str):
            return _parse_blob(shape, value, path)
        case "integer" | "long" if isinstance(value, int) and not isinstance(value, bool):
            _check_range(shape, value, path, "value")
            return value
        case "float" if isinstance(value, int | float) and not isinstance(value, bool):
            _check_range(shape, value, path, "value")
            return float(value)
    raise SerializationError(f"Member '{path.lstrip('.')}' must be a {shape.type_name}")


def _parse_structure(shape: StructureShape, value: dict[str, Any], path: str) -> dict[str, Any]:
    for name in shape.required_members:
        if value.get(name) is None:
            raise _broken(f"{path}.{name}", "Member must not be null")
    return {
        name: _parse(member, value[name], f"{path}.{name}")
        for name, member in shape.members.items()
        if value.get(name) is not None
    }


def _parse_string(shape: Shape, value: str, path: str) -> str:
    _check_range(shape, len(value), path, "length")
    pattern = shape.metadata.get("pattern")
    # Python has no \p classes. Only the patterns of tags use them, and tags are not kept.
    if pattern and "\\p{" not in pattern and not re.fullmatch(pattern, value):
        raise _broken(path, f"Member must satisfy regular expression pattern: {pattern}")
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        raise _broken(path, f"Member must satisfy enum value set: {allowed}")
    return value


def _parse_blob(shape: Shape, value: str, path: str) -> bytes:
    try:
        data = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise SerializationError(f"Member '{path.lstrip('.')}' must be base64") from error
    # The only blob in the model is a picture, whose limit has a separate error.
    if len(data) > shape.metadata["max"]:
        raise ImageTooLargeError(f"Image bytes exceed {shape.metadata['max']}")
    _check_range(shape, len(data), path, "length")
    return data


def _check_range(shape: Shape, size: float, path: str, of: str) -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        raise _broken(path, f"Member must have {of} greater than or equal to {least}")
    if most is not None and size > most:
        raise _broken(path, f"Member must have {of} less than or equal to {most}")


def _broken(path: str, constraint: str) -> InvalidParameterError:
    # The message leaves out the value: it can be a photograph, or a person's name.
    return InvalidParameterError(
        f"1 validation error detected: Value at '{path.lstrip('.')}' "
        f"failed to satisfy constraint: {constraint}"
    )
