"""The merged settings as rows for people: key, value with secrets masked, where it came from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pagemirror.config.explaining import MASK, may_be_secret
from pagemirror.config.layers import show_key
from pagemirror.config.lines import Key
from pagemirror.config.loading import Loaded
from pagemirror.config.references import SecretRef
from pagemirror.config.urls import mask_url

__all__ = ["Row", "show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One setting. `value` is written as in TOML."""

    key: str
    value: str
    origin: str


def show(loaded: Loaded) -> tuple[Row, ...]:
    """List every setting in the order of the reference, mirrors by name."""
    return tuple(
        Row(key=show_key(key), value=_value(key, value), origin=loaded.origin(".".join(key)))
        for key, value in _leaves((), loaded.settings.model_dump())
    )


def _leaves(above: Key, table: dict[str, object]) -> Iterator[tuple[Key, object]]:
    for name, value in sorted(table.items()) if above == ("mirrors",) else table.items():
        key = (*above, name)
        if isinstance(value, dict) and (len(key) <= len(("mirrors", "name")) or _is_section(key)):
            yield from _leaves(key, value)
        elif name == "own" and above[2:] == ("target",) and isinstance(value, dict):
            yield from _leaves(above, value)
        else:
            yield key, value


def _is_section(key: Key) -> bool:
    return len(key) == len(("mirrors", "name", "section")) and key[0] == "mirrors"


def _value(key: Key, value: object) -> str:
    if may_be_secret(key) and not _may_be_shown(value):
        return MASK
    if key[-1] == "notify_url" and isinstance(value, str) and value:
        parts = urlsplit(value)
        return json.dumps(f"{parts.scheme}://{parts.hostname or ''}/{MASK}")
    return mask_url(json.dumps("" if value is None else value, ensure_ascii=False, default=str))


def _may_be_shown(value: object) -> bool:
    """Tell a reference, or nothing at all, from what a plug-in's own key may hold."""
    if value is None or value == "":
        return True
    try:
        return isinstance(value, str) and bool(SecretRef.parse(value))
    except ValueError:
        return False
