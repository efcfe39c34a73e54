"""What the shapes of all parts of a project file are made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Tag

Row = list[float]


def _whole_characters(value: str) -> str:
    # JSON's \\ud800 alone is no character and could never be written to a file.
    value.encode()
    return value


Text = Annotated[str, AfterValidator(_whole_characters)]


# Unions are told apart by what is given, so that only the branch that is meant complains. The
# tags turn up in the places of pydantic's errors, where `_path` leaves them out.


def _switch_or_number(value: object) -> str:
    return "<switch>" if isinstance(value, bool) else "<number>"


Value = Annotated[
    Annotated[bool, Tag("<switch>")] | Annotated[float, Tag("<number>")],
    Discriminator(_switch_or_number),
]


class Part(BaseModel):
    """An object whose keys are all known."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
