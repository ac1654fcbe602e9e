"""Switches: the points that an API's documentation leaves open, each a named choice with a default.

An API declares them as a frozen dataclass whose fields are `Annotated[type, "what it decides"]`; this module reads
values for them from text or JSON and describes them. It knows no API.
"""

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

__all__ = ["SwitchError", "apply_values", "describe", "values_of"]

S = TypeVar("S")
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


class SwitchError(ValueError):
    """A switch that does not exist, or a value that it does not have; the message names what there is."""


def apply_values(switches: S, values: Mapping[str, object]) -> S:
    """Return the switches with these values; raise `SwitchError` and change nothing if one is wrong."""
    kinds = _kinds(type(switches))
    read = {name: _read(name, _kind_of(name, kinds), value) for name, value in values.items()}
    return dataclasses.replace(switches, **read)  # type: ignore[type-var]  # the callers pass dataclasses only


def values_of(switches: Any) -> dict[str, object]:
    """Return the switches as plain JSON values."""
    return dict(dataclasses.asdict(switches))


def describe(kind: type[Any]) -> list[dict[str, object]]:
    """List every switch of a class with its choices, default and meaning."""
    hints = get_type_hints(kind, include_extras=True)
    rows: list[dict[str, object]] = []
    for item in dataclasses.fields(kind):
        plain, meaning = get_args(hints[item.name])
        rows.append({"name": item.name, "choices": _choices(plain), "default": item.default, "meaning": meaning})
    return rows


def _kinds(kind: type[Any]) -> dict[str, Any]:
    return {name: get_args(hint)[0] for name, hint in get_type_hints(kind, include_extras=True).items()}


def _kind_of(name: str, kinds: Mapping[str, Any]) -> Any:
    if name in kinds:
        return kinds[name]
    near = difflib.get_close_matches(name, kinds, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(kinds))}"
    raise SwitchError(f"no switch is called {name}{hint}")


def _choices(kind: Any) -> list[str] | str:
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    return "true | false" if kind is bool else "a number"


def _read(name: str, kind: Any, value: object) -> object:
    text = str(value).strip()
    if get_origin(kind) is Literal:
        if text in get_args(kind):
            return text
    elif kind is bool:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
    else:
        try:
            number = kind(text)
        except ValueError:
            number = -1
        if number >= 0:
            return number
    choices = _choices(kind)
    listed = choices if isinstance(choices, str) else ", ".join(choices)
    raise SwitchError(f"{name} cannot be {text!r}; it can be {listed}")
