"""The global options may stand before or after the command: this moves them to the front, where Typer expects them.

Knows the names of the global options and nothing of the commands. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Arguments", "arrange"]

_WITH_VALUE = ("--config", "--log-level", "--output")
_WITHOUT_VALUE = ("--quiet",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """A command line with its global options in front.

    `command` is its first word, empty where there is none. `output` and `log_level` are what was asked, unchecked, so
    that an error in the rest can be told in that form.
    """

    words: tuple[str, ...]
    command: str
    output: str
    log_level: str


def arrange(argv: Sequence[str]) -> Arguments:
    """Move the global options to the front; what stands after `--` stays as it is."""
    front: list[str] = []
    rest: list[str] = []
    values = dict.fromkeys(_WITH_VALUE, "")
    words = list(argv)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
            break
        if word in _WITHOUT_VALUE:
            front.append(word)
        elif name in _WITH_VALUE and equals:
            front.append(word)
            values[name] = value
        elif word in _WITH_VALUE and words:
            values[word] = words.pop(0)
            front += [word, values[word]]
        else:
            rest.append(word)
    command = next((word for word in rest if not word.startswith("-")), "")
    output = values["--output"] or "human"
    return Arguments(words=(*front, *rest), command=command, output=output, log_level=values["--log-level"])
