"""Reading what a person, or a test that plays one, sends to the sandbox's own API."""

from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.interface import WrongInput

__all__ = ["flag", "known_names", "number", "optional_text", "text"]


def text(values: Json, name: str) -> str:
    """Read text that must be there."""
    value = optional_text(values, name)
    if not value:
        raise WrongInput(f"{name} is missing")
    return value


def optional_text(values: Json, name: str) -> str | None:
    """Read text that may be left out."""
    value = values.get(name)
    if value is None or isinstance(value, str):
        return value
    raise WrongInput(f"{name} is text, not {value!r}")


def flag(values: Json, name: str, *, default: bool) -> bool:
    """Read true or false."""
    value = values.get(name, default)
    if isinstance(value, bool):
        return value
    raise WrongInput(f"{name} is true or false, not {value!r}")


def number(values: Json, name: str) -> float:
    """Read a number that must be there."""
    value = values.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise WrongInput(f"{name} is a number, not {value!r}")


def known_names(values: Json, names: tuple[str, ...]) -> None:
    """Refuse a name that nothing would read."""
    for name in values:
        if name not in names:
            raise WrongInput(f"{name} means nothing here; there are {', '.join(names)}")
