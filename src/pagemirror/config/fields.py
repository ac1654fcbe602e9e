"""The types of the settings' fields: how each is read from TOML or text, shown again, and described to editors.

Where the surroundings count (the folder of the config file), they come in as the validation's context.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from pagemirror.config.nearest import did_you_mean
from pagemirror.config.references import SecretRef
from pagemirror.config.urls import check_http_url, check_repo, has_host, resolve_state_url
from pagemirror.config.values import (
    Limit,
    Text,
    parse_duration,
    parse_flag,
    parse_integer,
    parse_limit,
    parse_size,
    show_duration,
    show_limit,
    show_size,
)
from pagemirror.model.patterns import check_pattern

__all__ = [
    "AtLeastOne",
    "Banner",
    "BaseUrl",
    "Duration",
    "FilePath",
    "Flag",
    "Integer",
    "Limited",
    "Listen",
    "MirrorName",
    "OptionalUrl",
    "PageUrl",
    "Patterns",
    "RepositoryUrl",
    "Secret",
    "Size",
    "SourceFolder",
    "StateUrl",
    "Surroundings",
    "WebUrl",
    "mirror_name",
]

_MIRROR = re.compile(r"[a-z0-9_]+", re.ASCII)
_PLACE = re.compile(r"\{([^{}\s]*)\}")
_LISTEN = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):(\d{1,5})")
_PORTS = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What reading a value may need besides the value."""

    base_dir: Path


def _base_dir(info: ValidationInfo) -> Path | None:
    return info.context.base_dir if isinstance(info.context, Surroundings) else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotes is needed")  # noqa: TRY004 - pydantic collects ValueError only
    return str(value)


def mirror_name(value: object) -> str:
    """Take a mirror's name: a-z, 0-9 and _."""
    name = _text(value)
    if not _MIRROR.fullmatch(name):
        raise ValueError("a mirror's name is made of a-z, 0-9 and _")
    return name


def _former_name(value: object) -> str:
    return "" if value == "" else mirror_name(value)


def _secret(value: object) -> SecretRef | None:
    if value is None or isinstance(value, SecretRef):
        return value
    text = _text(value)
    return SecretRef.parse(text) if text else None


def _patterns(value: object) -> tuple[str, ...]:
    if isinstance(value, Text) and not value.strip():
        return ()
    if not isinstance(value, list | tuple):
        raise ValueError('a list of patterns is needed, like ["guides/**"]')  # noqa: TRY004 - as above
    if not all(isinstance(item, str) and item.strip() for item in value):
        raise ValueError("each pattern is a text in quotes, not empty and not only spaces")
    return tuple(check_pattern(str(item)) for item in value)


def _state_url(value: object, info: ValidationInfo) -> str:
    return resolve_state_url(_text(value), _base_dir(info))


def _repo(value: object, info: ValidationInfo) -> str:
    return check_repo(_text(value), _base_dir(info))


def _file_path(value: object, info: ValidationInfo) -> Path | None:
    text = str(value) if isinstance(value, Path) else _text(value or "")
    return (_base_dir(info) or Path()) / Path(text).expanduser() if text else None


def _source_folder(value: object) -> str:
    path = PurePosixPath(_text(value))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError('a folder inside the repository is needed, counted from its root, like "docs" or "."')
    return str(path)


def _base_url(value: object) -> str:
    return check_http_url(_text(value))


def _optional_url(value: object) -> str:
    text = _text(value)
    if text and not has_host(text):
        raise ValueError('a URL is needed, like "https://example.com/"; "" = none')
    return text


def _places(known: tuple[str, ...]) -> Callable[[object], str]:
    """Make the check of a text's {places}; braces around spaces are prose and stay."""

    def check(value: object) -> str:
        text = _text(value)
        for name in _PLACE.findall(text):
            if name not in known:
                allowed = " ".join(f"{{{each}}}" for each in known)
                nearest = did_you_mean(name, known, form="{{{}}}")
                raise ValueError(f"{{{name}}} is not known here; allowed: {allowed}.{nearest}")
        return text

    return check


def _banner(value: object) -> str:
    text = _places(("web_url", "path", "commit", "author"))(value)
    if "\n" in text.strip():
        raise ValueError("a banner is one line of Markdown")
    return text.strip()


def _listen(value: object) -> str:
    text = _text(value)
    found = _LISTEN.fullmatch(text)
    if text and (found is None or int(found[1]) > _PORTS):
        raise ValueError('an address and a port are needed, like "127.0.0.1:8580"; "" = off')
    return text


def _string(description: str, pattern: str = "", **more: object) -> WithJsonSchema:
    schema: Mapping[str, object] = {"type": "string", "description": description, **more}
    return WithJsonSchema({**schema, "pattern": pattern} if pattern else dict(schema))


Integer = Annotated[int, BeforeValidator(parse_integer), Field(ge=0)]
AtLeastOne = Annotated[int, BeforeValidator(parse_integer), Field(ge=1)]
Flag = Annotated[bool, BeforeValidator(parse_flag)]
Duration = Annotated[
    timedelta,
    PlainValidator(parse_duration),
    PlainSerializer(show_duration, return_type=str),
    _string("a number and a unit: 90s, 15m, 24h, 7d", r"^\d+(\.\d+)?\s*[smhd]$"),
]
Size = Annotated[
    int,
    PlainValidator(parse_size),
    PlainSerializer(show_size, return_type=str),
    _string("a number and a unit: 500kB, 5MB, 1GB, 5MiB", r"^\d+(\.\d+)?\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)$"),
]
Limited = Annotated[
    Limit,
    PlainValidator(parse_limit),
    PlainSerializer(show_limit, return_type=str),
    WithJsonSchema(
        {
            "description": "a number of pages or a share of them",
            "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$|^\d+$"}],
        },
    ),
]
Secret = Annotated[
    SecretRef | None,
    PlainValidator(_secret),
    PlainSerializer(lambda ref: "" if ref is None else str(ref), return_type=str),
    _string("where the secret is: env:NAME, file:PATH or credential:NAME", "^$|^(env|file|credential):.+$"),
]
Patterns = Annotated[
    tuple[str, ...],
    PlainValidator(_patterns),
    PlainSerializer(list, return_type=list[str]),
    WithJsonSchema({"type": "array", "items": {"type": "string", "minLength": 1}}),
]
StateUrl = Annotated[
    str,
    PlainValidator(_state_url),
    _string("sqlite:///path, postgresql+psycopg://… or git:refs/…", r"^(sqlite:///|postgresql\+psycopg://|git:refs/)"),
]
RepositoryUrl = Annotated[str, PlainValidator(_repo), _string("a local repository, or a URL")]
FilePath = Annotated[
    Path | None,
    PlainValidator(_file_path),
    PlainSerializer(lambda path: "" if path is None else str(path), return_type=str),
    _string("a file"),
]
SourceFolder = Annotated[str, PlainValidator(_source_folder), _string("a folder, from the repository's root")]
BaseUrl = Annotated[str, PlainValidator(_base_url), _string("an http or https URL", "^https?://")]
OptionalUrl = Annotated[str, PlainValidator(_optional_url), _string("a URL, or empty")]
WebUrl = Annotated[str, PlainValidator(_places(("ref", "commit", "path"))), _string("{ref} {commit} {path}")]
PageUrl = Annotated[
    str,
    PlainValidator(_places(("id", "slug", "slug_id", "workspace"))),
    _string("{id} {slug} {slug_id} {workspace}"),
]
Banner = Annotated[str, PlainValidator(_banner), _string("a Markdown line: {web_url} {path} {commit} {author}")]
Listen = Annotated[str, PlainValidator(_listen), _string("address:port, or empty for off")]
MirrorName = Annotated[str, PlainValidator(_former_name), _string("a mirror's name, or empty", "^[a-z0-9_]*$")]
