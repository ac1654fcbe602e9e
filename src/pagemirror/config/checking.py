"""From the merged tree to settings, or to the list of all that is wrong with it.

Asks for a backend by name only; what its own keys mean is the backend's model's business.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from pagemirror.config.environment import variable_name
from pagemirror.config.errors import Problem
from pagemirror.config.explaining import wrong_value
from pagemirror.config.fields import Surroundings, mirror_name
from pagemirror.config.layers import DEFAULT, Layer, Tree, place_of, show_key
from pagemirror.config.lines import Key
from pagemirror.config.models import BackendSettings, Mirror, Settings, Target
from pagemirror.config.nearest import did_you_mean
from pagemirror.config.values import Text
from pagemirror.model.errors import UsageError

__all__ = ["CORE_KEYS", "Backends", "check"]

CORE_KEYS = frozenset(Target.model_fields) - {"own"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backends:
    """Where to ask for backends: one by its name, and the names only when one is not known."""

    find: Callable[[str], BackendSettings | None]  # None, or UsageError with the reason, where there is none
    names: Callable[[], Sequence[str]]


@dataclass(slots=True, kw_only=True)
class _Check:
    """One run over a merged tree; problems gather as it goes."""

    layers: Sequence[Layer]
    backends: Backends
    surroundings: Surroundings
    problems: list[Problem] = field(default_factory=list)
    own_keys: dict[str, frozenset[str]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  # mirrors whose backend isn't known: the rest of the target can't be

    def place(self, key: Key) -> str:
        """Say where a key, or the nearest table around it, stands; empty where nowhere."""
        for end in range(len(key), 0, -1):
            place = place_of(self.layers, key[:end])
            if place != DEFAULT:
                return place
        return ""

    def add(self, key: Key, message: str, hint: str = "") -> None:
        self.problems.append(Problem(key=show_key(key), place=self.place(key), message=message, hint=hint))

    def mirror(self, name: str, table: Tree) -> Tree:
        """Prepare a mirror's table: its target's own keys apart, and the backend's defaults filled in."""
        key: Key = ("mirrors", name)
        try:
            mirror_name(name)
        except ValueError as error:
            self.add(key, f"{show_key(key)}: {error}.")
        source = table.get("source", {})
        prepared = {**table, "source": {"repo": ".", **source} if isinstance(source, dict) else source}
        target = table.get("target")
        if isinstance(target, dict):
            prepared["target"] = self.target(name, target)
        return prepared

    def target(self, name: str, table: Tree) -> Tree:
        key: Key = ("mirrors", name, "target")
        core = {each: value for each, value in table.items() if each in CORE_KEYS}
        backend = core.get("backend")
        if not isinstance(backend, str):
            self.lost.add(name)
            return core
        known = self.backend((*key, "backend"), str(backend))
        if known is None:
            self.lost.add(name)
            return core
        if core.get("base_url") in {None, ""}:
            core.pop("base_url", None)
            core |= {"base_url": known.base_url} if known.base_url else {}
        own = {each: value for each, value in table.items() if each not in CORE_KEYS}
        self.own_keys[name] = frozenset(known.own_model.model_fields)
        limits = {"requests_per_minute": known.requests_per_minute, "requests_per_day": known.requests_per_day}
        return {**limits, **core, "own": self.own(key, own, known.own_model)}

    def backend(self, key: Key, name: str) -> BackendSettings | None:
        """Ask for a backend; why there is none is a problem."""
        try:
            known = self.backends.find(name)
        except UsageError as error:  # a plug-in that can't be loaded
            self.add(key, f"{error.message}.", error.hint)
            return None
        if known is None:
            names = tuple(self.backends.names())
            message = f'There is no backend "{name}"; there are: {", ".join(sorted(names))}.'
            self.add(key, message + did_you_mean(name, names))
        return known

    def own(self, key: Key, given: Tree, model: type[BaseModel]) -> Mapping[str, object]:
        """Check the keys that only the backend knows."""
        values = {each: _decode(model, each, value) for each, value in given.items()}
        try:
            return model.model_validate(values, context=self.surroundings).model_dump()
        except ValidationError as error:
            self.explain(error, key)
            return {}

    def explain(self, error: ValidationError, above: Key = ()) -> None:
        """Turn pydantic's errors into problems."""
        for each in error.errors(include_url=False):
            key = (*above, *(str(part) for part in each["loc"]))
            match each["type"]:
                case "extra_forbidden":
                    self.unknown(key)
                case "missing":
                    self.missing(key)
                case _:
                    self.problems.append(wrong_value(key, self.place(key), each))

    def missing(self, key: Key) -> None:
        match key:
            case ("mirrors", name, "target", "base_url"):
                if name not in self.lost:
                    self.add(key, f"{show_key(key)} is missing; this backend has no usual address.")
            case ("mirrors", _, "target", "backend"):
                self.add(key, f"{show_key(key)} is missing; there are: {', '.join(sorted(self.backends.names()))}.")
            case ("mirrors", name, "target"):
                self.add(key, f"[{show_key(key)}] is missing: it says where the pages of {name} go.")
            case _:
                self.add(key, f"{show_key(key)} is missing.")

    def unknown(self, key: Key) -> None:
        """Name the key that was probably meant, or the table it belongs in."""
        place = self.place(key)
        known = self.known(key[:-1])
        if place.startswith("environment "):
            meant = did_you_mean(variable_name(key), [variable_name((*key[:-1], each)).lower() for each in known])
            message = f"Unknown setting.{meant.upper().replace('DID YOU MEAN', 'Did you mean')}"
        else:
            message = (
                f"Unknown key {show_key(key)}.{self.elsewhere(key) or did_you_mean(key[-1], known) or _listed(known)}"
            )
        self.problems.append(Problem(key=show_key(key), place=place, message=message))

    def known(self, table: Key) -> frozenset[str]:
        """Give the keys that a table may have."""
        match table:
            case ():
                return frozenset(Settings.model_fields)
            case ("mirrors", _):
                return frozenset(Mirror.model_fields)
            case ("mirrors", name, "target"):
                return CORE_KEYS | self.own_keys.get(name, frozenset())
            case ("mirrors", _, section):
                return _fields(Mirror, section)
            case (section,):
                return _fields(Settings, section)
            case _:
                return frozenset()

    def elsewhere(self, key: Key) -> str:
        """Name the table that has a key of just this name, or nothing."""
        match key:
            case ("mirrors", name, *_, last):
                tables: list[Key] = [("mirrors", name), *(("mirrors", name, each) for each in Mirror.model_fields)]
            case _:
                last = key[-1]
                tables = [(each,) for each in Settings.model_fields]
        found = next((table for table in tables if last in self.known(table)), None)
        return f" It belongs in [{show_key(found)}]." if found else ""


def _listed(known: frozenset[str]) -> str:
    return f" Known here: {', '.join(sorted(known))}." if known else ""


def check(
    merged: Tree, *, layers: Sequence[Layer], backends: Backends, surroundings: Surroundings
) -> Settings | tuple[Problem, ...]:
    """Check a merged tree whole; the settings come back only where nothing is wrong."""
    run = _Check(layers=layers, backends=backends, surroundings=surroundings)
    prepared = dict(merged)
    mirrors = merged.get("mirrors")
    if isinstance(mirrors, dict):
        prepared["mirrors"] = {
            name: run.mirror(name, table) if isinstance(table, dict) else table for name, table in mirrors.items()
        }
    try:
        settings = Settings.model_validate(prepared, context=surroundings)
    except ValidationError as error:
        run.explain(error)
        return tuple(run.problems)
    _check_former_names(settings, run)
    return tuple(run.problems) or settings


def _check_former_names(settings: Settings, run: _Check) -> None:
    taken: dict[str, str] = {}
    for name, mirror in sorted(settings.mirrors.items()):
        was = mirror.was
        if not was:
            continue
        if was in settings.mirrors:
            run.add(("mirrors", name, "was"), f'mirrors.{name}.was = "{was}" names a mirror that is still configured.')
        elif was in taken:
            message = f'mirrors.{name}.was = "{was}": the records can\'t move to {taken[was]} and {name} both.'
            run.add(("mirrors", name, "was"), message)
        taken.setdefault(was, name)


def _fields(model: type[BaseModel], section: str) -> frozenset[str]:
    found = model.model_fields.get(section)
    table = found.annotation if found is not None else None
    return frozenset(table.model_fields) if isinstance(table, type) and issubclass(table, BaseModel) else frozenset()


def _decode(model: type[BaseModel], name: str, value: object) -> object:
    """Read a backend's own key that came as text: JSON where the key is no text itself, a list also between commas."""
    found = model.model_fields.get(name)
    if not isinstance(value, Text) or found is None:
        return value
    kinds = _kinds(found.annotation)
    if str in kinds:
        return str(value)
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        if kinds & {list, tuple, set, frozenset}:
            return [part.strip() for part in value.split(",") if part.strip()]
        return str(value)


def _kinds(annotation: Any) -> frozenset[Any]:
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return frozenset(kind for each in get_args(annotation) for kind in _kinds(each))
    if origin is Literal:
        return frozenset(type(each) for each in get_args(annotation))
    return frozenset({origin or annotation})
