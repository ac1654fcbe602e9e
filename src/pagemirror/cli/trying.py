"""`sandbox` and `demo`: everything to try without an account."""

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pagemirror.cli.invocation import Invocation
from pagemirror.cli.output.lines import Line, Piece, Style, line, piece
from pagemirror.model.errors import UsageError

if TYPE_CHECKING:
    from pagemirror.sandbox import Addresses, SandboxConfig

__all__ = ["register", "snippet"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sandbox)
    app.command()(demo)


def demo(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the sandbox running, to look at its pages.")] = False,
) -> int:
    """A guided run, in a minute.

    Against the sandbox; needs no account and no config.
    """
    code: int = import_module("pagemirror.cli.demo").run(keep=keep)
    return code


def sandbox(
    context: typer.Context,
    *,
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where to listen; port 0 means a free one.")
    ] = "127.0.0.1:8590",
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE", help="Keep the pages in this file across restarts.")
    ] = None,
    seed: Annotated[str, typer.Option("--seed", metavar="TEXT", help="Makes ids and default keys.")] = "sandbox",
    token: Annotated[
        list[str] | None,
        typer.Option("--token", metavar="API=KEY", help="Accept this key; may be repeated.", show_default=False),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="NAME", help="Another name this is reached by.", show_default=False),
    ] = None,
    switch: Annotated[
        list[str] | None,
        typer.Option(
            "--switch", metavar="API.NAME=VALUE", help="An open point of an API; may be repeated.", show_default=False
        ),
    ] = None,
    latency: Annotated[
        float | None, typer.Option("--latency", metavar="SECONDS", help="How long every answer takes at least.", min=0)
    ] = None,
    faults: Annotated[
        str, typer.Option("--faults", metavar="JSON", help='What goes wrong: {"seed":7,"rates":{"lost_answer":0.1}}')
    ] = "{}",
) -> int:
    """A stand-in server, to try it all.

    Speaks the page APIs, with pages to look at; needs no account. Ctrl-C ends it.
    """
    from pagemirror import sandbox as room  # noqa: PLC0415 - brings a web server
    from pagemirror.sandbox.datafile import DataFileError  # noqa: PLC0415 - the same

    invocation: Invocation = context.obj
    try:
        config = room.SandboxConfig(
            listen=listen,
            seed=seed,
            tokens=_tokens(token or ()),
            switches=room.parse_switches(switch or ()),
            faults=room.FaultSettings.from_json(_faults(faults, latency)),
            data=data,
            hosts=tuple(host or ()),
        )
        _serve(config, invocation)
    except (room.SwitchError, room.FaultError, DataFileError, ValueError) as error:
        raise UsageError(f"The sandbox did not start: {error}.", code="sandbox") from error
    except OSError as error:
        raise UsageError(
            f"The sandbox can't listen on {listen}: {error.strerror or error}.",
            code="sandbox",
            hint="Choose another --listen; port 0 means a free one.",
        ) from error
    return 0


def snippet(name: str, base_url: str, page_url: str) -> str:
    """What to put into pagemirror.toml to mirror a folder into this API of the sandbox."""
    return "\n".join(
        [
            "[mirrors.handbook.source]",
            'path = "docs"',
            "",
            "[mirrors.handbook.target]",
            f"backend = {json.dumps(name)}",
            f"base_url = {json.dumps(base_url)}",
            f'token = "env:{name.upper()}_API_KEY"',
            f"page_url = {json.dumps(page_url)}",
        ]
    )


def _serve(config: "SandboxConfig", invocation: Invocation) -> None:
    from pagemirror import sandbox as room  # noqa: PLC0415 - brings a web server

    def announce(addresses: "Addresses") -> None:
        invocation.tell(
            human=lambda: _lines(addresses),
            markdown=lambda: "".join(f"{''.join(piece.text for piece in row)}\n" for row in _lines(addresses)),
            document=lambda: {**addresses.to_json(), "exit": 0, "error": None},
        )

    room.serve(config, announce)


def _lines(addresses: "Addresses") -> list[Line]:
    told: list[Line] = [line(piece("Sandbox", Style.STRONG), f"  {addresses.url}/   (pages to look at)"), ()]
    width = max(len(name) for name in addresses.apis) + 2
    for name, api in addresses.apis.items():
        rows = {"base_url": api.base_url, "token": api.token, **api.settings, **api.secrets}
        label = max(len(key) for key in rows) + 2
        for index, (key, value) in enumerate(rows.items()):
            shown = name if index == 0 else ""
            told.append((Piece(f"  {shown.ljust(width)}", Style.STRONG), piece(f"{key.ljust(label)}{value}")))
    name, api = next(iter(addresses.apis.items()))
    told += [(), line("To mirror the folder docs of the repository here, put this into pagemirror.toml:"), ()]
    told += [line(row) for row in snippet(name, api.base_url, api.page_url).split("\n")]
    told += [
        (),
        line("and then:"),
        (),
        line(f"export {name.upper()}_API_KEY={api.token}"),
        line("pagemirror plan"),
        (),
        line(piece("Ctrl-C ends the sandbox.", Style.FAINT)),
    ]
    return told


def _tokens(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    tokens: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, key = text.partition("=")
        if not equals or not key:
            raise ValueError("a --token must be API=KEY")
        tokens[name] = (*tokens.get(name, ()), key)
    return tokens


def _faults(text: str, latency: float | None) -> dict[str, Any]:
    try:
        faults = json.loads(text)
    except ValueError as error:
        raise ValueError(f"--faults is not JSON: {error}") from error
    if not isinstance(faults, dict):
        raise ValueError("--faults must be a JSON object")  # noqa: TRY004 - all that is wrong here is a ValueError
    return faults if latency is None else {**faults, "latency": latency}
