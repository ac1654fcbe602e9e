"""URLs and banners made from templates: `{ref}`, `{commit}`, `{path}` and their like. Knows nothing of any host."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from pagemirror.model.ids import RepoPath

__all__ = ["banner", "web_url"]

_PLAIN: Final = re.compile(r"(?:[\w.~-]+/)*[\w.~-]+", re.ASCII)
_FIELD: Final = re.compile(r"\{(\w+)\}")


def web_url(template: str, *, ref: str, commit: str, path: RepoPath, volatile: bool) -> str:
    """The URL of a file in the repository's web view; ref and path are percent-encoded but for `/`.

    With `volatile`, `{commit}` is left as it is: so a commit alone changes no fingerprint, and it is filled in when a
    page is sent for another reason.
    """
    plain = path if _PLAIN.fullmatch(path) else quote(path.rstrip("/"), safe="/~")
    return plain.join(_around_path(template, ref, "" if volatile else commit))


@lru_cache(maxsize=16)
def _around_path(template: str, ref: str, commit: str) -> tuple[str, ...]:
    """A template cut at `{path}`, which alone is another one for each link; without a commit `{commit}` stays."""
    values = {"ref": quote(ref, safe="/"), **({"commit": commit} if commit else {})}
    return tuple(banner(part, values) for part in template.split("{path}"))


def banner(template: str, values: Mapping[str, str]) -> str:
    """A template with the values put in, each once; a name without a value stays as it is."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), template) if "{" in template else template
