"""Which process this is, and whether another one is surely gone; the only module here that asks the system.

A pid alone is not enough: it is given again, and means nothing in another container. So an owner's `started` holds the
machine's boot, the pid namespace and the process's start time; only an owner of the same boot and namespace is judged.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Final

from pagemirror.state.interface import Owner

__all__ = ["Processes"]

_BOOT: Final = "sys/kernel/random/boot_id"
_START_FIELD: Final = 19
"""Field 22 of `/proc/<pid>/stat`, counted from the first one after the command's closing bracket."""


class Processes:
    """The processes of this machine, as `/proc` shows them."""

    def __init__(self, proc: Path = Path("/proc"), host: str | None = None) -> None:
        self._proc = proc
        self._host = socket.gethostname() if host is None else host

    def this(self, command: str = "") -> Owner:
        """This process as the owner of a lock."""
        pid = os.getpid()
        return Owner(pid=pid, host=self._host, command=command or Path(sys.argv[0]).name, started=self._started(pid))

    def gone(self, owner: Owner) -> bool:
        """Whether the owner's process has surely ended; False where that can't be known from here."""
        if owner.host != self._host:
            return False
        world = self._world()
        if not world or not owner.started.startswith(world + "/"):
            return False
        return self._started(owner.pid) != owner.started

    def _world(self) -> str:
        """The machine's boot and this process's pid namespace."""
        try:
            boot = (self._proc / _BOOT).read_text().strip()
            return f"{boot}/{(self._proc / 'self/ns/pid').readlink()}"
        except OSError:
            return ""

    def _started(self, pid: int) -> str:
        world = self._world()
        try:
            stat = (self._proc / str(pid) / "stat").read_text(errors="replace")
        except OSError:
            return ""
        state, *rest = stat.rpartition(")")[2].split()
        if not world or state in "ZX":
            return ""
        return f"{world}/{rest[_START_FIELD - 1]}"
