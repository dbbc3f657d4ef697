"""What the layer and the functions read from the environment. No other module reads it.

Pydantic would do this, too, but its import is a fifth of a cold start, and most functions need it
for nothing else.
"""

import os
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self, dataclass_transform

_BOOLEANS = {"true": True, "false": False}
_READERS: dict[Any, tuple[str, Callable[[str], Any]]] = {
    str: ("a text", str),
    int: ("a whole number", int),
    bool: ("true or false", _BOOLEANS.__getitem__),
}


class InvalidSettings(Exception):
    """Raised with the names of the variables that are missing, or are not of their type."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Settings:
    """The base of all settings. A field, of type str, int or bool, is a variable in upper case."""

    def __init_subclass__(cls) -> None:
        """Make a frozen dataclass of the settings; raise TypeError for a field of another type."""
        # A representation would show secrets.
        dataclass(frozen=True, kw_only=True, repr=False)(cls)
        for field in fields(cls):  # type: ignore[arg-type] # each subclass is a dataclass
            if field.type not in _READERS:
                raise TypeError(f"{cls.__name__}.{field.name} is not of type str, int or bool")

    @classmethod
    def from_environment(cls) -> Self:
        """Read the variables. Raises InvalidSettings, which quotes no value."""
        found: dict[str, Any] = {}
        wrong: list[str] = []
        for field in fields(cls):  # type: ignore[arg-type] # each subclass is a dataclass
            variable = field.name.upper()
            text = os.environ.get(variable)
            kind, read = _READERS[field.type]
            try:
                if text is not None:
                    found[field.name] = read(text)
                elif field.default is MISSING:
                    wrong.append(f"{variable} is missing")
            except (KeyError, ValueError):
                wrong.append(f"{variable} is not {kind}")
        if wrong:
            raise InvalidSettings(", ".join(wrong))
        return cls(**found)
