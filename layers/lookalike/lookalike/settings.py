"""What the layer and the functions read from the environment. No other module reads it."""

import os
from typing import Self

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """The base of all settings. A field is a variable, whose name is in upper case."""

    # An error names what is missing, and quotes nothing else of the environment.
    model_config = ConfigDict(
        alias_generator=str.upper,
        validate_by_name=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def from_environment(cls) -> Self:
        """Read the variables; raise pydantic.ValidationError naming each that is missing."""
        return cls.model_validate(dict(os.environ), by_alias=True, by_name=False)
