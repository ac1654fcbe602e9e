"""Questions to a person at a terminal. Knows streams, and nothing of what is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from pagemirror.model.errors import PagemirrorError, UsageError

__all__ = ["Asker"]


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks on one stream and reads from another; without a person there, the default is the answer."""

    read: TextIO
    write: TextIO

    @property
    def somebody_there(self) -> bool:
        """Whether a person can answer."""
        return not self.read.closed and self.read.isatty()

    def ask(
        self,
        question: str,
        *,
        flag: str,
        default: str = "",
        needed: bool = True,
        check: Callable[[str], None] | None = None,
    ) -> str:
        """One answer; asked again while it is refused by `check`, or is empty and `needed`."""
        if not self.somebody_there:
            if needed and not default:
                raise UsageError(
                    f"{flag} is missing, and nobody is at the terminal to be asked; no file was written.",
                    hint=f"Give {flag} on the command line.",
                    code="missing",
                )
            return default
        while True:
            self.write.write(f"{question}{f' [{default}]' if default else ''}: ")
            self.write.flush()
            line = self.read.readline()
            if not line:
                raise UsageError("The answers ended before the questions did; no file was written.", code="missing")
            answer = line.strip() or default
            if not answer and needed:
                self.write.write("  That is needed.\n")
                continue
            try:
                if check is not None and answer:
                    check(answer)
            except PagemirrorError as error:
                self.write.write(f"  {error.message} {error.hint}\n")
                continue
            return answer
