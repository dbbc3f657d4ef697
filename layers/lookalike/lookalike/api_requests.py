"""What the API's requests bring: bodies and parameters. The routes that take any import it.

The page polls a route that takes none, and the API starts without Pydantic.
"""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    UUID4,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from lookalike.errors import InvalidRequest
from lookalike.packs import DEFAULT_PACK
from lookalike.portrait_files import LONGEST_DESCRIPTION, Gender
from lookalike.ranking import EVERYONE, Group

WEB_ADDRESS = r"^(https?://\S+)?$"


class NewMatch(BaseModel):
    """The body of `POST /matches`."""

    model_config = ConfigDict(extra="forbid")

    content_type: Literal["image/jpeg", "image/png"] | None = None
    pack: Annotated[str, Field(min_length=1, max_length=64)] = DEFAULT_PACK
    consent: str | None = None
    among: Group = EVERYONE
    together_with: list[str] = []
    photo_of: str | None = None

    @model_validator(mode="after")
    def check_photograph(self) -> Self:
        """Raise ValueError unless the body says where the photograph comes from."""
        if self.photo_of is None and self.content_type is None:
            raise ValueError("content_type is missing")
        if self.photo_of is not None and self.together_with:
            raise ValueError("photo_of and together_with do not go together")
        return self


class NewPortrait(BaseModel):
    """The body of `POST /packs/{pack}/portraits`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    content_type: Literal["image/jpeg", "image/png"]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    celebrity_id: Annotated[str, Field(max_length=200)] = ""
    """Of a celebrity in the pack. If it is empty, the name tells who it is."""
    gender: Gender = ""
    description: Annotated[str, Field(max_length=LONGEST_DESCRIPTION)] = ""
    author: Annotated[str, Field(min_length=1, max_length=500)]
    license: Annotated[str, Field(min_length=1, max_length=200)]
    license_url: Annotated[str, Field(max_length=500, pattern=WEB_ADDRESS)] = ""
    source_url: Annotated[str, Field(max_length=500, pattern=WEB_ADDRESS)] = ""


Parsed = TypeVar("Parsed")
PortraitId: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")])
PageSize: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1, le=50)])
NEW_MATCH, NEW_PORTRAIT = TypeAdapter(NewMatch), TypeAdapter(NewPortrait)
IdempotencyKey: TypeAdapter[UUID4] = TypeAdapter(UUID4)
"""The match_id, which the client chooses. A repeated request then begins no second match."""


def parse(schema: TypeAdapter[Parsed], value: str, *, is_json: bool = False) -> Parsed:
    """Validate what a request brings; raise InvalidRequest with the first thing that is wrong."""
    try:
        return schema.validate_json(value) if is_json else schema.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidRequest(f"{where}: {first['msg']}" if where else first["msg"]) from error
