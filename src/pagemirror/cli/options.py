"""The arguments and options that several commands share, and how their texts are read."""

from typing import Annotated

import typer

from pagemirror.model.errors import UsageError

__all__ = [
    "AllowOtherRepository",
    "AllowRewind",
    "AllowSettingsRemovals",
    "AssumeEmpty",
    "Drift",
    "MaxRemovals",
    "MaxRerender",
    "MirrorOption",
    "Mirrors",
    "PathArgument",
    "read_digest",
    "read_duration",
    "read_limit",
    "read_path",
]

Mirrors = Annotated[list[str] | None, typer.Argument(metavar="MIRROR", help="Only these mirrors.", show_default=False)]
PathArgument = Annotated[
    str, typer.Argument(metavar="PATH", help="A document, relative to source.path.", show_default=False)
]
MirrorOption = Annotated[
    str | None, typer.Option("--mirror", metavar="NAME", help="The mirror, where a PATH could mean several.")
]
Drift = Annotated[bool, typer.Option("--drift", help="Ask the target for edits and removals too.")]
MaxRemovals = Annotated[
    str, typer.Option("--max-removals", metavar="N", help="Another limit of removals: a number, or a share like 50%.")
]
MaxRerender = Annotated[
    str, typer.Option("--max-rerender", metavar="N", help="Another limit of derived updates: a number or a share.")
]
AllowRewind = Annotated[bool, typer.Option("--allow-rewind", help="Mirror an older commit than the last one.")]
AllowOtherRepository = Annotated[
    bool, typer.Option("--allow-other-repository", help="Mirror another repository than last time.")
]
AllowSettingsRemovals = Annotated[
    bool,
    typer.Option("--allow-settings-removals", help="Remove pages whose files left because of changed settings."),
]
AssumeEmpty = Annotated[
    bool, typer.Option("--assume-empty", help="The target holds nothing of ours yet: don't compare with what is there.")
]


def read_duration(option: str, text: str) -> float:
    """Read `90s` or `5m` as seconds."""
    from pagemirror.config.values import parse_duration  # noqa: PLC0415 - the config's words, for who uses them

    try:
        return parse_duration(text).total_seconds()
    except ValueError as error:
        raise UsageError(f"{option} can't be {text!r}: {error}.") from error


def read_digest(text: str | None) -> str:
    """Check a plan's digest; a variable that is not set would otherwise approve whatever there is."""
    if text is not None and not text.strip():
        raise UsageError(
            "--plan-digest is empty, so no plan is approved; nothing was started.",
            hint="`pagemirror plan` prints the digest; without the option a sync needs no approval.",
        )
    return text or ""


def read_limit(option: str, text: str) -> str:
    """Check `14` or `20%`."""
    from pagemirror.config.values import parse_limit  # noqa: PLC0415 - the config's words, for who uses them

    if not text:
        return ""
    try:
        parse_limit(text)
    except ValueError as error:
        raise UsageError(f"{option} can't be {text!r}: {error}.") from error
    return text


def read_path(text: str) -> str:
    """A path as the records have it: without `./` in front, never absolute, never upwards."""
    path = text
    while path.startswith("./"):
        path = path[2:]
    if not path or path.startswith("/") or ".." in path.split("/"):
        raise UsageError(
            f"The path {text!r} is not inside the source folder.",
            hint="A PATH is relative to source.path, with /, as in the output: guide/start.md",
        )
    return path
