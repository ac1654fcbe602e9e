"""Which backends there are: the built-in ones, and those of installed plug-ins.

Built-in ones are found without asking the package metadata, which is slow. Knows no backend's insides.
"""

import difflib
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from pagemirror.backends.interface import Backend
from pagemirror.model.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "backend", "names"]

GROUP = "pagemirror.backends"

_BUILT_IN = {
    "exec": "pagemirror.backends.exec",
    "pharen": "pagemirror.backends.pharen",
    "ravendocs": "pagemirror.backends.ravendocs",
}


class PlugIn(Protocol):
    """What a package offers: a name, what it stands for, and how to load it."""

    @property
    def name(self) -> str:
        """The backend's name."""
        ...

    @property
    def value(self) -> str:
        """`module:object`."""
        ...

    def load(self) -> object:
        """Import it."""
        ...


def names(installed: "Callable[[], Sequence[PlugIn]] | None" = None) -> tuple[str, ...]:
    """The names of all backends, sorted; nothing of a plug-in is imported."""
    plug_ins = (installed or _installed)()
    return tuple(sorted({*_BUILT_IN, *(plug_in.name for plug_in in plug_ins)}))


def backend(name: str, installed: "Callable[[], Sequence[PlugIn]] | None" = None) -> Backend:
    """The backend of this name; raises `UsageError` for an unknown name or a plug-in that can't be loaded.

    A built-in name always means the built-in backend.
    """
    module = _BUILT_IN.get(name)
    if module is not None:
        built_in: Backend = import_module(module).BACKEND
        return built_in
    plug_ins = (installed or _installed)()
    found = {plug_in.value: plug_in for plug_in in plug_ins if plug_in.name == name}
    if not found:
        raise _unknown(name, names(lambda: plug_ins))
    if len(found) > 1:
        raise UsageError(
            f"several plug-ins give a backend {name}: {', '.join(sorted(found))}",
            hint="uninstall all but one",
        )
    return _load(next(iter(found.values())))


def _load(plug_in: PlugIn) -> Backend:
    where = f"backend {plug_in.name} ({plug_in.value})"
    try:
        loaded = plug_in.load()
    except Exception as error:
        raise UsageError(
            f"{where} can't be loaded: {type(error).__name__}: {error}",
            hint="its package is broken, or made for another version of pagemirror",
        ) from error
    if not isinstance(loaded, Backend):
        raise UsageError(
            f"{where} is no backend: it lacks {', '.join(_lacking(loaded)) or 'the interface'}",
            hint="its package is made for another version of pagemirror",
        )
    return loaded


def _lacking(loaded: object) -> list[str]:
    members = [*Backend.__annotations__, *(key for key in vars(Backend) if not key.startswith("_"))]
    return sorted(key for key in set(members) if not hasattr(loaded, key))


def _unknown(name: str, there: tuple[str, ...]) -> UsageError:
    near = difflib.get_close_matches(name, there, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(there)}"
    return UsageError(f"there is no backend called {name!r}", hint=hint)


def _installed() -> "Sequence[EntryPoint]":
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and built-in backends don't need it

    return tuple(entry_points(group=GROUP))
