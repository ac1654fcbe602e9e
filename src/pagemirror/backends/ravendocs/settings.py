"""The keys of a target that only Raven Docs knows."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

__all__ = ["RavendocsSettings"]


def _dialect(value: object) -> object:
    if value == "rpc":
        raise ValueError(
            'the dialect "rpc" (pages/create, pages/info, …) is not spoken yet and comes later; "rest" is the API as '
            "it is documented"
        )
    return value


Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class RavendocsSettings(BaseModel):
    """`dialect`, `workspace_id`, `space_id`, `archive_parent` and `listing`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workspace_id: Identifier = Field(description="the workspace's id, which every request names")
    space_id: Identifier = Field(description="the id of the space whose pages are mirrored")
    dialect: Annotated[Literal["rest"], BeforeValidator(_dialect)] = Field(
        default="rest", description="which of the product's APIs the server speaks: rest, as documented"
    )
    archive_parent: str = Field(
        default="", description='the id of a page under which archived pages go; "" marks them where they stand'
    )
    listing: Literal["all", "roots"] = Field(
        default="all", description="what a listing without a parent holds: all pages of the space, or those at the top"
    )
