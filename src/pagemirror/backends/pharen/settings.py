"""The keys of a target that only Pharen knows."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = ["PharenSettings"]


def _resource(path: str) -> str:
    """A resource path in one form: with a slash in front, none at the end."""
    plain = path.strip().strip("/")
    if not plain or any(char in plain for char in "?#\\ ") or ".." in plain.split("/"):
        raise ValueError('must be a path such as "/new-page", without ?, #, blanks and ..')
    return f"/{plain}"


class PharenSettings(BaseModel):
    """`path` and `title_path`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, AfterValidator(_resource)] = Field(
        default="/new-page", description="the pages' resource path below base_url"
    )
    title_path: bool = Field(default=False, description="put the folders' titles in front of the page's title")
