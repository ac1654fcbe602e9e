"""One run of the command line, from its words to its exit code: every error ends here, in the form that was asked.

A user's mistake is a sentence with a way out; only what nobody foresaw has a traceback, and only with
`--log-level debug`.
"""

import errno
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.main import get_command

from pagemirror.cli.arguments import Arguments, arrange
from pagemirror.cli.command_line import command_line
from pagemirror.cli.completion import COMPLETE_VARIABLE
from pagemirror.cli.invocation import Output, read_output
from pagemirror.cli.output.documents import Failure, document
from pagemirror.cli.output.github import failure_annotation
from pagemirror.cli.output.lines import Line, Piece, Style, block
from pagemirror.cli.output.printing import Printer, let_go
from pagemirror.cli.output.run_markdown import failure_markdown
from pagemirror.cli.ports import Ports
from pagemirror.model.errors import PagemirrorError, UsageError

__all__ = ["run"]

_USAGE, _NO_ROOM, _INTERNAL, _INTERRUPTED = 2, 8, 70, 130
_EMPTY: dict[str, dict[str, Any]] = {
    "check": {"mirrors": []},
    "sync": {"mirrors": []},
    "plan": {"mirrors": []},
    "status": {"mirrors": []},
    "doctor": {"checks": []},
    "adopt": {"ties": []},
    "pull": {"mirrors": []},
    "conflicts": {"conflicts": []},
    "history": {"texts": []},
    "resolve": {"decision": None},
    "restore": {"decision": None},
    "state": {"mirrors": []},
    "backends": {"backends": []},
}
"""What a command's document holds when it failed, so that its shape stays the same."""


def run(argv: Sequence[str], ports: Ports) -> int:
    """Run one command; never raises but for what ends the process."""
    arguments = arrange(argv)
    if COMPLETE_VARIABLE in ports.env:
        from typer import _completion_classes  # noqa: PLC0415 - only where a shell asks; there is no public way

        _completion_classes.completion_init()
    try:
        code: int | None = get_command(command_line(arguments.command)).main(
            args=list(arguments.words), prog_name="pagemirror", standalone_mode=False, obj=ports
        )
    except PagemirrorError as error:
        failure = Failure(code=error.code, message=error.message, hint=error.hint)
        return _fail(failure, error.exit_code, arguments, ports)
    except typer.TyperException as error:
        return _fail(_misused(error, arguments), _USAGE, arguments, ports)
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted(arguments, ports)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return _broken(error, arguments, ports)
        let_go(ports.stdout)
        failure = Failure(
            code="output", message=f"The text can't be written: {error.strerror}.", hint="Make room there."
        )
        return _fail(failure, _NO_ROOM, arguments, ports)
    except Exception as error:  # noqa: BLE001 - the last line of defence; it is told, with a code of its own
        return _broken(error, arguments, ports)
    return _interrupted(arguments, ports) if code == _INTERRUPTED and not _told(arguments) else code or 0


def _broken(error: Exception, arguments: Arguments, ports: Ports) -> int:
    if arguments.log_level == "debug":
        ports.stderr.write("".join(traceback.format_exception(error)))
    return _fail(_internal(error), _INTERNAL, arguments, ports)


def _told(arguments: Arguments) -> bool:
    """Whether the command has printed its own end: an interrupted `sync` has."""
    return arguments.command == "sync"


def _interrupted(arguments: Arguments, ports: Ports) -> int:
    failure = Failure(code="interrupted", message="Interrupted; nothing more was done.")
    return _fail(failure, _INTERRUPTED, arguments, ports)


def _misused(error: typer.TyperException, arguments: Arguments) -> Failure:
    hint = f"pagemirror {arguments.command} --help" if arguments.command in _EMPTY else "pagemirror --help"
    message = error.format_message().strip()
    return Failure(code=UsageError.default_code, message=message, hint=f"{hint} tells what there is.")


def _internal(error: Exception) -> Failure:
    from pagemirror.transport.redaction import redact, shorten  # noqa: PLC0415 - for the worst case only

    return Failure(
        code="internal",
        message=f"Internal error: {type(error).__name__}: {shorten(redact(str(error)))}",
        hint="This is a bug in pagemirror. Please report it with what --log-level debug prints. "
        "What was done is recorded; the next sync continues from there.",
    )


def _fail(failure: Failure, code: int, arguments: Arguments, ports: Ports) -> int:
    try:
        output = read_output(arguments.output)
    except UsageError:
        output = Output.HUMAN
    if output is Output.HUMAN:
        Printer(ports.stderr, colours=ports.colours(ports.stderr)).lines(_lines(failure))
        return code
    printer = Printer(ports.stdout, colours=False)
    if output is Output.JSON:
        printer.document(document(code, failure, **_EMPTY.get(arguments.command, {})))
    elif output is Output.GITHUB:
        printer.text(failure_annotation(failure))
    else:
        printer.text(failure_markdown(failure))
    return code


def _lines(failure: Failure) -> Iterator[Line]:
    first, *others = block(failure.message, style=Style.PLAIN)
    yield (Piece("pagemirror: ", Style.BAD), *first)
    yield from others
    if failure.hint:
        yield from block(f"→ {failure.hint}", indent="  ")
