"""`run`: the service."""

import sys
from typing import TextIO

import typer

from pagemirror.cli.invocation import Invocation
from pagemirror.cli.ports import is_terminal
from pagemirror.model.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(context: typer.Context) -> int:
    """The service, until it is stopped.

    Keeps all mirrors level: watches files and refs, fetches, takes webhooks, looks for edits on the targets, and tells
    how things stand.

    SIGHUP reads the config anew; SIGTERM or Ctrl-C finishes the requests under way, a second one stops at once.
    """
    invocation: Invocation = context.obj
    if sys.platform == "win32":
        raise UsageError("The service needs a POSIX system.", hint="Run pagemirror sync from the task scheduler.")
    from pagemirror.daemon import Surroundings, serve  # noqa: PLC0415 - server, loop and logs: only here

    ports = invocation.ports
    invocation.log(invocation.log_level or "info", _style("auto", ports.stderr))
    return serve(
        Surroundings(
            config=invocation.config,
            env=ports.env,
            cwd=ports.cwd,
            log_level=invocation.log_level,
            logs=lambda log: invocation.log(log.level, _style(log.format, ports.stderr)),
            leave=ports.leave,
        )
    )


def _style(style: str, stream: TextIO) -> str:
    """Lines for people on a terminal, JSON for whoever collects them."""
    return style if style != "auto" or is_terminal(stream) else "json"
