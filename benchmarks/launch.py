"""Runs one command and says what it took; a script of its own, so that the figures are those of the command alone.

The system counts as a child's peak what its parent held when it was started: a benchmark that keeps the reports of a
hundred thousand pages would be measured itself. This process holds next to nothing.

    python -I launch.py OUTPUT-FILE WORD…

prints one line of JSON: seconds by the clock and the processor, peak in MiB, exit code, and what it wrote to stderr.
"""

import json
import os
import subprocess
import sys
import time
from typing import Final

_KIB: Final = 1024


def main(output: str, command: list[str]) -> None:
    """Run it to its end."""
    with open(output, "wb") as out:  # noqa: PTH123 - pathlib would be a tenth of what this process holds
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE)
        errors = child.stderr.read() if child.stderr is not None else b""
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    said = {
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / _KIB,
        "code": child.returncode,
        "errors": errors.decode(errors="replace"),
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
