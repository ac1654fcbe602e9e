"""The command line: one file a command family, and `output` for how results look. Only this package and the service
print; what a command does is the composition root's.
"""

import sys
from collections.abc import Sequence

from pagemirror.cli.entry import run
from pagemirror.cli.ports import process_ports

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; without `argv`, this process's own arguments."""
    return run(sys.argv[1:] if argv is None else argv, process_ports())
