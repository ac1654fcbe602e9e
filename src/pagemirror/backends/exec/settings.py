"""The keys of a target that only Exec knows."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from pagemirror.model.patterns import check_pattern

__all__ = ["ExecSettings", "NamesByPattern"]


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Pattern = Annotated[str, StringConstraints(min_length=1), AfterValidator(check_pattern)]
NamesByPattern = Mapping[Pattern, Annotated[tuple[Name, ...], BeforeValidator(_as_list)]]


class ExecSettings(BaseModel):
    """`publish`, `visibility`, `folders`, `skills`, `sources`.

    The last three give names or ids by pattern (as in .gitignore, relative to `source.path`); the last pattern that
    matches a file decides, and the file's own front matter comes before it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    publish: bool = Field(default=True, description="publish pages; false leaves them drafts")
    visibility: Literal["private", "workspace"] | None = Field(default=None, description="who sees a new page")
    folders: NamesByPattern = Field(default_factory=dict, description="folders by pattern: names, paths or ids")
    skills: NamesByPattern = Field(default_factory=dict, description="skills by pattern: names, slugs or ids")
    sources: NamesByPattern = Field(default_factory=dict, description="sources by pattern: titles, URLs or ids")
