"""The command line: one file a command family, and `output` for how results look. Only this package and the service
print; what a command does is the composition root's.
"""

import gc
import sys
from collections.abc import Sequence
from typing import Final

__all__ = ["main"]

_BETWEEN_COLLECTIONS: Final = 20_000
"""Imports make objects that stay: at the usual 700 they are gone through a hundred times for nothing."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; without `argv`, this process's own arguments."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    from pagemirror.cli.entry import run  # noqa: PLC0415 - imported after the line above, as it imports the most
    from pagemirror.cli.ports import process_ports  # noqa: PLC0415 - the same

    return run(sys.argv[1:] if argv is None else argv, process_ports())
