"""`python -m pagemirror.sandbox`: the sandbox as a process of its own."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pagemirror.sandbox.config import SandboxConfig, parse_switches
from pagemirror.sandbox.datafile import DataFileError
from pagemirror.sandbox.faults import FaultError, FaultSettings
from pagemirror.sandbox.serving import Addresses, serve
from pagemirror.sandbox.switching import SwitchError


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the sandbox as the command line says; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        config = _config(options)
        serve(config, _announcer(options.output), until_stdin_closes=options.until_stdin_closes)
    except (SwitchError, FaultError, DataFileError, ValueError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"sandbox: cannot listen on {options.listen}: {error.strerror}; choose another --listen\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pagemirror.sandbox",
        description="A stand-in server that speaks the page APIs, with pages to look at.",
    )
    parser.add_argument("--listen", default="127.0.0.1:8590", metavar="HOST:PORT", help="port 0 means a free one")
    parser.add_argument("--output", choices=("human", "json"), default="human", help="how the addresses are printed")
    parser.add_argument("--data", type=Path, metavar="FILE", help="keep the pages in this file across restarts")
    parser.add_argument("--seed", default="sandbox", help="makes ids and default keys")
    parser.add_argument("--token", action="append", default=[], metavar="API=KEY", help="accept this key (repeatable)")
    parser.add_argument("--host", action="append", default=[], help="another name that this sandbox is reached by")
    parser.add_argument(
        "--switch", action="append", default=[], metavar="API.NAME=VALUE", help="an open point of an API (repeatable)"
    )
    parser.add_argument("--faults", default="{}", metavar="JSON", help='such as {"seed":7,"rates":{"lost_answer":0.1}}')
    parser.add_argument("--latency", type=float, metavar="SECONDS", help="how long every answer takes at least")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when standard input ends")
    return parser


def _config(options: argparse.Namespace) -> SandboxConfig:
    try:
        faults: dict[str, Any] = json.loads(options.faults)
    except ValueError as error:
        raise FaultError(f"--faults is not JSON: {error}") from error
    if options.latency is not None:
        faults["latency"] = options.latency
    tokens: dict[str, tuple[str, ...]] = {}
    for text in options.token:
        name, equals, key = text.partition("=")
        if not equals:
            raise ValueError("cannot read a --token: it must be API=KEY")
        tokens[name] = (*tokens.get(name, ()), key)
    return SandboxConfig(
        listen=options.listen,
        seed=options.seed,
        tokens=tokens,
        switches=parse_switches(options.switch),
        faults=FaultSettings.from_json(faults),
        data=options.data,
        hosts=tuple(options.host),
    )


def _announcer(output: str) -> Callable[[Addresses], None]:
    def announce(addresses: Addresses) -> None:
        text = json.dumps(addresses.to_json()) if output == "json" else addresses.to_text()
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    return announce


if __name__ == "__main__":
    sys.exit(main())
