"""What is wrong with a config, all of it at once: a message names the key, the place and the way out.

    UsageError
    └── ConfigError      the config can't be found, read or used (exit 2)

No message holds a value that may be a secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pagemirror.model.errors import UsageError

__all__ = ["ConfigError", "Problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. `place` is "file:line", "environment NAME", "command line" or empty."""

    key: str
    place: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Give the line that a person reads."""
        where = f"{self.place}: " if self.place else ""
        way_out = f" {self.hint}" if self.hint else ""
        return f"{where}{self.message}{way_out}"


class ConfigError(UsageError):
    """The config can't be found, read or used; nothing was started. `problems` holds each thing that is wrong."""

    default_code = "config"

    def __init__(self, message: str, *, hint: str = "", code: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, hint=hint, code=code)
        self.problems = tuple(problems)

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> "ConfigError":
        """Make one error of all problems: one is the message itself, more are a list in the order of the file."""
        if len(problems) == 1:
            only = problems[0]
            place = f"{only.place}: " if only.place else ""
            return cls(f"{place}{only.message}", hint=only.hint, problems=problems)
        ordered = sorted(problems, key=_reading_order)
        lines = "".join(f"\n  {problem}" for problem in ordered)
        hint = "Mend these lines; nothing was started."
        return cls(f"The config has {len(ordered)} problems:{lines}", hint=hint, problems=ordered)


def _reading_order(problem: Problem) -> tuple[str, int, str]:
    file, _, line = problem.place.rpartition(":")
    return (file, int(line), problem.message) if line.isdecimal() else (problem.place, 0, problem.message)
