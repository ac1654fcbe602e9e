"""The keys of a target that only Raven Docs knows."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pagemirror.backends.interface import SECRET, reference

__all__ = ["RavendocsSettings"]

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Reference = Annotated[str, AfterValidator(reference)]


class RavendocsSettings(BaseModel):
    """`dialect`, `workspace_id`, `space_id`, `archive_parent` and `listing`; for rpc `email` and `password`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    space_id: Identifier = Field(description="the id of the space whose pages are mirrored")
    workspace_id: str = Field(default="", description="rest: the workspace's id, which every request names")
    dialect: Literal["rest", "rpc"] = Field(
        default="rest",
        description="which of the product's APIs the server speaks: rest, as documented, or rpc, the published server",
    )
    archive_parent: str = Field(
        default="",
        description='rest: the id of a page under which archived pages go; "" marks them where they stand',
    )
    listing: Literal["all", "roots"] = Field(
        default="all",
        description="rest: what a listing without a parent holds: all pages of the space, or those at the top",
    )
    email: Reference = Field(
        default="", json_schema_extra=SECRET, description="rpc: where the user's e-mail address is, such as env:NAME"
    )
    password: Reference = Field(
        default="", json_schema_extra=SECRET, description="rpc: where the user's password is, such as file:PATH"
    )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        """Refuse what the dialect doesn't use, and miss what it needs."""
        if self.dialect == "rest":
            if not self.workspace_id.strip():
                raise ValueError('workspace_id is missing; dialect = "rest" names it in every request')
            if self.email or self.password:
                raise ValueError('email and password belong to dialect = "rpc"; dialect = "rest" takes a token')
            return self
        if not _UUID.fullmatch(self.space_id):
            raise ValueError('space_id is a UUID in dialect = "rpc", such as 01890a5d-ac96-774b-bcce-b302099a8057')
        if self.archive_parent:
            raise ValueError('archive_parent belongs to dialect = "rest"; with "rpc" pages go into the trash')
        if bool(self.email) != bool(self.password):
            raise ValueError("email and password belong together; one of them is missing")
        return self
