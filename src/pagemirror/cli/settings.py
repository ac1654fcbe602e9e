"""`config`: the merged settings with their origins, and the JSON Schema of the file."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from pagemirror.cli.invocation import Invocation
from pagemirror.cli.output.documents import document
from pagemirror.cli.output.lines import Line, table
from pagemirror.cli.output.printing import Printer
from pagemirror.cli.output.tables import markdown_table
from pagemirror.cli.ports import Backends

if TYPE_CHECKING:
    from pagemirror.config import BackendSettings

__all__ = ["register"]

_HEAD = ("key", "value", "origin")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="The settings, and the schema of the file.", no_args_is_help=True, rich_markup_mode=None)
    family.command()(show)
    family.command()(schema)
    app.add_typer(family, name="config")


def show(context: typer.Context) -> int:
    """The merged settings with secrets masked, and where each value came from."""
    from pagemirror import config  # noqa: PLC0415 - brings pydantic

    invocation: Invocation = context.obj
    ports = invocation.ports
    registry = ports.backends()
    loaded = config.load(
        invocation.config,
        env=ports.env,
        cwd=ports.cwd,
        overrides={"log.level": invocation.log_level},
        backend_settings=lambda name: _settings(registry, name),
        backend_names=registry.names,
    )
    rows = config.show(loaded)

    def human() -> Iterable[Line]:
        return table(_HEAD, [(row.key, row.value, row.origin) for row in rows])

    invocation.tell(
        human=human,
        markdown=lambda: markdown_table(_HEAD, [(row.key, row.value, row.origin) for row in rows]),
        document=lambda: document(
            0,
            file=None if loaded.path is None else str(loaded.path),
            settings=[{"key": row.key, "value": row.value, "origin": row.origin} for row in rows],
        ),
    )
    return 0


def schema(context: typer.Context) -> int:
    """The JSON Schema of pagemirror.toml, for editors; JSON in every form of output."""
    from pagemirror import config  # noqa: PLC0415 - brings pydantic

    invocation: Invocation = context.obj
    registry = invocation.ports.backends()
    described = config.json_schema({name: registry.backend(name) for name in registry.names()})
    printer = Printer(invocation.ports.stdout, colours=False)
    printer.text(json.dumps(described, indent=2) + "\n")
    return 0


def _settings(registry: Backends, name: str) -> "BackendSettings | None":
    if name not in registry.names():
        return None
    found: BackendSettings = registry.backend(name)
    return found
