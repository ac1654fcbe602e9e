"""All commands put together, and the options that all of them have."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from pagemirror.cli.invocation import ANNOTATING, Invocation, Output, read_output
from pagemirror.cli.ports import Ports
from pagemirror.model.errors import UsageError

__all__ = ["command_line"]

_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "init": ("init",),
    "check": ("check",),
    "sync": ("plan", "sync"),
    "run": ("run",),
    "status": ("status",),
    "decisions": ("conflicts", "resolve"),
    "pull": ("pull",),
    "adopt": ("adopt",),
    "texts": ("history", "restore"),
    "doctor": ("doctor",),
    "settings": ("config",),
    "state": ("state",),
    "about": ("backends", "version"),
    "completion": ("completion",),
    "trying": ("sandbox", "demo"),
}
"""The modules of the commands, in the order in which help lists them."""

_LEVELS = ("debug", "info", "warning", "error")
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def command_line(command: str = "") -> typer.Typer:
    """Make the command line; its context's object is a `Ports`, which each command gets as an `Invocation`.

    With the name of a command it has only that one's family: the others are not needed, and need not be imported.
    """
    app = typer.Typer(
        name="pagemirror",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings=_CONTEXT,
        epilog="The options above may stand before or after the command.",
    )
    app.callback(invoke_without_command=True)(_globals)
    named = [family for family, commands in _FAMILIES.items() if command in commands]
    for family in named or _FAMILIES:
        import_module(f"pagemirror.cli.{family}").register(app)
    return app


def _globals(
    context: typer.Context,
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="The config file.", show_default=False)
    ] = None,
    log_level: Annotated[
        str | None,
        typer.Option("--log-level", metavar="L", help=f"{' | '.join(_LEVELS)}; to stderr.", show_default=False),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", metavar="FORM", help="human | json | markdown | github.")
    ] = "human",
    quiet: Annotated[bool, typer.Option("--quiet", help="Only problems.")] = False,
    show_version: Annotated[bool, typer.Option("--version", help="The version.")] = False,
) -> None:
    """Mirror a Git folder of Markdown into page APIs."""
    ports: Ports = context.obj
    if log_level is not None and log_level not in _LEVELS:
        raise UsageError(f"--log-level can't be {log_level!r}.", hint=f"Use one of {', '.join(_LEVELS)}.")
    command = context.invoked_subcommand
    if output == Output.GITHUB and command not in {None, *ANNOTATING}:
        raise UsageError(
            f"--output github is not for {command}, so nothing was done.",
            hint=f"It is for {' and '.join(ANNOTATING)}; use markdown for a comment, or json for a program.",
        )
    context.obj = Invocation(ports=ports, output=read_output(output), config=config, log_level=log_level, quiet=quiet)
    if show_version:
        from pagemirror.cli import about  # noqa: PLC0415 - a command of its own

        about.version(context)
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise UsageError("No command was named.", hint="pagemirror --help lists them; pagemirror plan changes nothing.")
