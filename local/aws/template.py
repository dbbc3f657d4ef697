"""How ministack expands a SAM template."""

import contextvars
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import engine
from samtranslator.translator import transform as sam  # type: ignore[import-untyped]


def sam_parameters() -> None:
    """Give SAM's transform the parameters that a deployment was given, not the defaults alone.

    It puts values in the place of parameters in what it expands, such as an API's CORS rules.
    """
    given: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar(
        "given", default=None
    )
    # ministack calls this for a template that declares AWS::LanguageExtensions, before SAM's.
    read: Callable[..., dict[str, Any]] = engine._transform_parameters
    expand: Callable[..., Any] = sam.transform

    def read_and_keep(*args: Any) -> dict[str, Any]:
        values = read(*args)
        given.set(values)
        return values

    def expand_with_parameters(template: Any, parameters: Any, *args: Any) -> Any:
        values = given.get() or {}
        given.set(None)  # the next template has its own
        return expand(template, {**values, **parameters}, *args)

    engine._transform_parameters = read_and_keep
    sam.transform = expand_with_parameters
