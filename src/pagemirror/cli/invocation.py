"""One invocation: the global options, the process around it, and how a command tells its result."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from pagemirror.cli.facade import App
from pagemirror.cli.output.github import append_summary
from pagemirror.cli.output.lines import Line, line
from pagemirror.cli.output.printing import Printer
from pagemirror.cli.ports import Ports, is_terminal
from pagemirror.model.errors import UsageError

if TYPE_CHECKING:
    from pagemirror.cli.output.progress import View

__all__ = ["ANNOTATING", "Invocation", "Output", "check_mirrors", "read_output"]


_DEFAULT_LEVEL = "info"
_QUIET_LEVEL = "warning"  # a command shows its result; what a service would log at `info` says the same once more


class Output(StrEnum):
    """In which form a result is told."""

    HUMAN = "human"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"


ANNOTATING = ("check", "plan", "sync")
"""The commands that have something to say at a file and line."""


def read_output(text: str) -> Output:
    """Read the value of --output."""
    try:
        return Output(text)
    except ValueError as error:
        raise UsageError(f"--output can't be {text!r}.", hint="Use human, json, markdown or github.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What the commands get: options that all of them have, and where to print. `log_level` is None if not asked."""

    ports: Ports
    output: Output
    config: Path | None
    log_level: str | None
    quiet: bool

    @contextmanager
    def app(self) -> Iterator[App]:
        """The configured mirrors, for the time of the context."""
        ports = self.ports
        self.log(self.log_level or _QUIET_LEVEL, "auto")
        app = ports.open_app(self.config, env=ports.env, cwd=ports.cwd, overrides={}, log_level=self.log_level)
        level = self.log_level or (_QUIET_LEVEL if app.log.level == _DEFAULT_LEVEL else app.log.level)
        self.log(level, app.log.format)
        try:
            yield app
        finally:
            app.close()

    def tell(
        self,
        *,
        human: Callable[[], Iterable[Line]],
        markdown: Callable[[], str],
        document: Callable[[], dict[str, Any]],
        annotations: Callable[[], str] | None = None,
    ) -> None:
        """Print a result in the form that was asked; beside annotations the Markdown is the job's summary."""
        printer = Printer(self.ports.stdout, colours=self.ports.colours(self.ports.stdout))
        match self.output:
            case Output.HUMAN:
                printer.lines(human())
            case Output.JSON:
                printer.document(document())
            case Output.MARKDOWN:
                printer.text(markdown())
            case Output.GITHUB if annotations is None:
                printer.text(markdown())
            case Output.GITHUB:
                printer.text(annotations())
                append_summary(self.ports.env, markdown())
            case _:
                assert_never(self.output)

    def progress_view(self, *, wanted: bool | None) -> "View | None":
        """What shows a pass's progress; `wanted` is None where nobody said."""
        from pagemirror.cli.output.progress import BarView, PlainView  # noqa: PLC0415 - not needed by most commands

        if wanted is False or (wanted is None and self.quiet):
            return None
        stderr = self.ports.stderr
        if is_terminal(stderr):
            return BarView(stderr, self.ports.clock(), colours=self.ports.colours(stderr))
        return PlainView(stderr, self.ports.clock())

    def remark(self, text: str) -> None:
        """Say something that is no result."""
        Printer(self.ports.stderr, colours=False).lines([line(text)])

    def log(self, level: str, style: str) -> None:
        """Send the logs of this process to stderr from now on."""
        from pagemirror.cli import logs  # noqa: PLC0415 - brings logging

        stderr = self.ports.stderr
        logs.configure(level=level, style=style, stream=stderr, colours=self.ports.colours(stderr))

    def now(self) -> float:
        """Seconds since 1970."""
        return self.ports.clock().now()


def check_mirrors(app: App, names: Sequence[str]) -> None:
    """Refuse names that no mirror has, naming the nearest; and a config without any."""
    if not app.mirrors:
        raise UsageError(
            "The config has no mirror, so nothing was done.",
            code="no_mirror",
            hint="Add [mirrors.NAME.source] and [mirrors.NAME.target] to pagemirror.toml; "
            "config.example.toml shows each key.",
        )
    unknown = [name for name in names if name not in app.mirrors]
    if not unknown:
        return
    from pagemirror.config.nearest import did_you_mean  # noqa: PLC0415 - for mistakes only

    known = ", ".join(app.mirrors)
    raise UsageError(
        f"No mirror is called {unknown[0]!r}.",
        code="unknown_mirror",
        hint=f"The config has: {known}.{did_you_mean(unknown[0], app.mirrors)}",
    )
