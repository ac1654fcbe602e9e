"""Settings from environment variables: PAGEMIRROR_ and the key, its parts joined by two underscores.

pydantic-settings reads them. Its import costs a fifth of what all the rest here does, so it waits until there is one.
"""

from collections.abc import Iterable, Mapping

from pagemirror.config.errors import Problem
from pagemirror.config.layers import Layer, Tree, has
from pagemirror.config.lines import Key
from pagemirror.config.nearest import did_you_mean
from pagemirror.config.values import Text

__all__ = ["PREFIX", "read_environment", "variable_name"]

PREFIX = "PAGEMIRROR_"
_JOINT = "__"


def variable_name(key: Iterable[str]) -> str:
    """Give the variable that sets a key."""
    return PREFIX + _JOINT.join(key).upper()


def read_environment(env: Mapping[str, str], sections: Iterable[str]) -> tuple[Layer, tuple[Problem, ...]]:
    """Read the variables that are settings; those with two underscores that are in no section are problems.

    Variables like PAGEMIRROR_CONFIG or PAGEMIRROR_ADMIN_TOKEN are no settings and left alone.
    """
    known = tuple(sections)
    names: dict[Key, str] = {}
    problems: list[Problem] = []
    for name in sorted(env):
        key = tuple(name.removeprefix(PREFIX).lower().split(_JOINT)) if name.startswith(PREFIX) else ()
        if key and key[0] in known:
            names[key] = name
        elif len(key) > 1:
            problems.append(_unknown(name, key, known))
    tree = _explode({name: env[name] for name in names.values()}) if names else {}
    problems.extend(_hidden(name) for key, name in names.items() if not has(tree, key))

    def place(key: Key) -> str:
        ends = range(len(key), 0, -1)
        name = next((names[key[:end]] for end in ends if key[:end] in names), variable_name(key))
        return f"environment {name}"

    return Layer(tree=tree, place=place), tuple(problems)


def _explode(variables: Mapping[str, str]) -> Tree:
    from pagemirror.config.variables import explode  # noqa: PLC0415 - see above

    return {name: _as_text(value) for name, value in explode(variables).items()}


def _as_text(value: object) -> object:
    """Mark strings as given where only text can be given."""
    match value:
        case str():
            return Text(value)
        case dict():
            return {name: _as_text(each) for name, each in value.items()}
        case _:
            return value


def _unknown(name: str, key: Key, sections: tuple[str, ...]) -> Problem:
    rest = key[1:]
    meant = did_you_mean(key[0], sections, form=PREFIX + "{}")
    meant = meant.upper().replace(" DID YOU MEAN", " Did you mean").removesuffix("?")
    meant = f"{meant}{_JOINT}{_JOINT.join(rest).upper()}?" if meant else ""
    return Problem(key=".".join(key), place=f"environment {name}", message=f"Unknown setting.{meant}")


def _hidden(name: str) -> Problem:
    return Problem(
        key="",
        place=f"environment {name}",
        message="This variable sets a key inside a value that another variable sets whole.",
        hint="Unset one of the two.",
    )
