"""What a first config needs to know, and the file that comes of it. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Answers", "mirror_name", "toml"]

_NO_NAME: Final = re.compile(r"[^a-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """One mirror as a person described it; "" leaves a key out, so that its default holds.

    `own` are the keys that only the backend knows. `token` is a reference, never a secret.
    """

    name: str
    repo: str
    ref: str
    path: str
    web_url: str
    raw_url: str
    backend: str
    base_url: str
    token: str
    page_url: str
    own: Mapping[str, str] = field(default_factory=dict)


def mirror_name(folder: str) -> str:
    """A mirror's name from a folder's: a-z, 0-9 and _."""
    return _NO_NAME.sub("_", folder.lower()).strip("_") or "docs"


def toml(answers: Answers) -> str:
    """The config file."""
    head = f"[mirrors.{answers.name}"
    source = {
        "repo": answers.repo if answers.repo != "." else "",
        "ref": answers.ref if answers.ref != "HEAD" else "",
        "path": answers.path,
        "web_url": answers.web_url,
        "raw_url": answers.raw_url,
    }
    target = {
        "backend": answers.backend,
        "base_url": answers.base_url,
        "token": answers.token,
        "page_url": answers.page_url,
        **answers.own,
    }
    return (
        "# A mirror of Markdown in Git. `pagemirror config show` tells every setting with its default.\n\n"
        f"{head}.source]\n{_table(source)}\n{head}.target]\n{_table(target)}"
    )


def _table(values: Mapping[str, str]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items() if value)


def _value(text: str) -> str:
    """A basic string, whose escapes JSON shares; what is no text is read from one by the backend's own model."""
    return json.dumps(text, ensure_ascii=False)
