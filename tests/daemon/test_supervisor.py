"""What systemd is told, over a real socket, by hand and by the service itself."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pagemirror.daemon.supervisor import Supervisor
from support.service import RunningService, free_service
from support.site import Site


class Manager:
    """The other end of `$NOTIFY_SOCKET`."""

    def __init__(self, path: str) -> None:
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.bind(path)
        self.line.settimeout(30.0)

    def hears(self, word: str) -> str:
        """The next message with this line in it."""
        while True:
            said = self.line.recv(4096).decode()
            if word in said.split("\n"):
                return said


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(str(tmp_path / "notify"))
    yield made
    made.line.close()


def test_each_word_is_one_datagram(manager: Manager, tmp_path: Path) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    supervisor.ready("2 mirrors")
    assert manager.line.recv(4096) == b"READY=1\nSTATUS=2 mirrors"
    supervisor.reloading()
    assert manager.line.recv(4096).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    supervisor.alive()
    assert manager.line.recv(4096) == b"WATCHDOG=1"


def test_an_abstract_socket_is_reached_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0pagemirror-test-notify")
        Supervisor({"NOTIFY_SOCKET": "@pagemirror-test-notify"}).alive()
        assert line.recv(4096) == b"WATCHDOG=1"


def test_a_supervisor_that_is_not_there_harms_nobody(tmp_path: Path) -> None:
    Supervisor({}).alive()
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).alive()


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, 0.0),
        ({"WATCHDOG_USEC": "nonsense"}, 0.0),
    ],
)
def test_the_watchdog_is_asked_for_by_name(env: dict[str, str], seconds: float) -> None:
    assert Supervisor(env, pid=7).watchdog == seconds


def test_a_service_tells_of_its_life(site: Site, manager: Manager, tmp_path: Path) -> None:
    site.docs({"one.md": "# One\n"})
    site.configure(free_service())
    site.env |= {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
    with RunningService(site) as service:
        assert "STATUS=1 mirror\n" in manager.hears("READY=1") + "\n"
        manager.hears("WATCHDOG=1")
        service.send(signal.SIGHUP)
        manager.hears("RELOADING=1")
        manager.hears("READY=1")
        service.send(signal.SIGTERM)
        manager.hears("STOPPING=1")
        assert service.ended() == 0
