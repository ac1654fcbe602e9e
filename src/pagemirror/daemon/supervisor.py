"""Tells systemd how the service does: ready, reloading, stopping, still alive. Does nothing where nobody listens.

The protocol is one datagram of `NAME=value` lines to the socket that `$NOTIFY_SOCKET` names (sd_notify(3)).
"""

import contextlib
import os
import socket
import time
from collections.abc import Mapping

from pagemirror.model.numbers import whole_number

__all__ = ["Supervisor"]


class Supervisor:
    """The supervisor of this process, if it has one."""

    def __init__(self, env: Mapping[str, str], pid: int | None = None) -> None:
        self._address = env.get("NOTIFY_SOCKET", "")
        self._watchdog = _seconds(env, os.getpid() if pid is None else pid)

    @property
    def watchdog(self) -> float:
        """Within how many seconds it wants to hear of us, again and again; 0 where it doesn't ask."""
        return self._watchdog

    def ready(self, status: str) -> None:
        """Started, or done with a reload."""
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """A reload begins; `ready` ends it."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self, status: str) -> None:
        """The end begins."""
        self._tell("STOPPING=1", f"STATUS={status}")

    def alive(self) -> None:
        """The loop turns."""
        self._tell("WATCHDOG=1")

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        # A supervisor that is not there must not end what it supervises.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto("\n".join(lines).encode(), address)


def _seconds(env: Mapping[str, str], pid: int) -> float:
    """`$WATCHDOG_USEC`, unless it is meant for another process."""
    told, whose = whole_number(env.get("WATCHDOG_USEC", "")), env.get("WATCHDOG_PID", "")
    return 0.0 if told is None or (whose and whose != str(pid)) else told / 1_000_000
