"""`completion`: the script that lets a shell complete commands and options."""

from typing import Annotated, Final

import typer

from pagemirror.cli.invocation import Invocation
from pagemirror.cli.output.printing import Printer
from pagemirror.model.errors import UsageError

__all__ = ["COMPLETE_VARIABLE", "register"]

COMPLETE_VARIABLE: Final = "_PAGEMIRROR_COMPLETE"
"""The variable by which such a script asks what may stand at the cursor."""

_SHELLS: Final = ("bash", "zsh", "fish")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(completion)


def completion(
    context: typer.Context,
    *,
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="The shell.", show_default=False)],
) -> int:
    """The script for your shell.

    To have it in every bash: pagemirror completion bash > ~/.local/share/bash-completion/completions/pagemirror
    """
    from typer._completion_shared import get_completion_script  # noqa: PLC0415 - for this command only; not public

    invocation: Invocation = context.obj
    if shell not in _SHELLS:
        raise UsageError(f"There is no completion for {shell!r}.", hint=f"There is for {', '.join(_SHELLS)}.")
    script = get_completion_script(prog_name="pagemirror", complete_var=COMPLETE_VARIABLE, shell=shell)
    Printer(invocation.ports.stdout, colours=False).text(f"{script.strip()}\n")
    return 0
