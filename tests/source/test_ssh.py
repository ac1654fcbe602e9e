"""Clones by SSH, from a real server of our own on the loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError
from pagemirror.source import Remote, Snapshot, SourceSettings, open_snapshot
from support.gitrepo import GitRepo
from support.needed import missing


@dataclass(frozen=True)
class SshServer:
    """A server that lets in whoever has `key`, as the user who runs the tests."""

    port: int
    key: Path
    folder: Path
    host_key: Path

    def url(self, repo: Path) -> str:
        return f"ssh://{_me()}@127.0.0.1:{self.port}{repo}"


def _me() -> str:
    return subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()


def _make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def _program() -> str:
    found = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None or shutil.which("ssh") is None:
        missing("sshd", "no SSH server is installed (sshd is neither in PATH nor in /usr/sbin)")
    return found


def _start(folder: Path, host_key: Path, port: int) -> "subprocess.Popen[str]":
    settings = {
        "ListenAddress": "127.0.0.1",
        "Port": str(port),
        "HostKey": str(host_key),
        "AuthorizedKeysFile": str(folder / "authorized_keys"),
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
    }
    config = folder / "sshd_config"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8")
    return subprocess.Popen([_program(), "-D", "-e", "-f", config], stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    _program()
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where it locks itself in; its package makes it at a start
    with tempfile.TemporaryDirectory(prefix="pagemirror-sshd-") as name, socket.socket() as free:
        folder = Path(name)
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        free.close()
        host_key, key = _make_key(folder / "host_key"), _make_key(folder / "key")
        shutil.copy(folder / "key.pub", folder / "authorized_keys")
        process = _start(folder, host_key, port)
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if "listening on" in line:
                    break
            else:
                pytest.fail("sshd ended before it listened")
            yield SshServer(port, key, folder, host_key)
        finally:
            process.terminate()
            process.communicate()


@pytest.fixture
def origin(tmp_path: Path) -> GitRepo:
    repo = GitRepo.init(tmp_path / "served" / "handbook")
    repo.commit_files({"docs/a.md": "A"})
    return repo


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    return tmp_path / "state" / "clones"


def opened(url: str, clones: Path, key: Path) -> Snapshot:
    return open_snapshot(SourceSettings(remote=Remote(url=url, folder=clones, ssh_key=key, timeout=30.0)))


def test_a_key_clones_and_fetches(server: SshServer, origin: GitRepo, clones: Path) -> None:
    url = server.url(origin.path)
    assert [entry.path for entry in opened(url, clones, server.key).entries().entries] == ["docs/a.md"]
    commit = origin.commit_files({"docs/b.md": "B"})
    again = opened(url, clones, server.key)
    assert again.commit == commit
    assert [entry.path for entry in again.entries().entries] == ["docs/a.md", "docs/b.md"]
    assert "ssh-ed25519" in (clones / "known_hosts").read_text(encoding="utf-8")


def test_a_key_that_the_server_does_not_know_is_said(
    server: SshServer, origin: GitRepo, clones: Path, tmp_path: Path
) -> None:
    stranger = _make_key(tmp_path / "stranger")
    with pytest.raises(SourceError) as caught:
        opened(server.url(origin.path), clones, stranger)
    assert caught.value.exit_code == 8
    assert "source.ssh_key" in caught.value.hint
    assert "PRIVATE KEY" not in f"{caught.value.message}{caught.value.hint}"


def test_a_server_whose_own_key_changed_is_refused(server: SshServer, origin: GitRepo, clones: Path) -> None:
    opened(server.url(origin.path), clones, server.key)
    hosts = clones / "known_hosts"
    other = _make_key(clones / "other").with_suffix(".pub").read_text(encoding="utf-8").split()
    hosts.write_text(f"[127.0.0.1]:{server.port} {other[0]} {other[1]}\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        opened(server.url(origin.path), clones, server.key)
    assert "host's key is not the one that was known" in caught.value.hint
    assert "known_hosts" in caught.value.hint


def test_a_repository_that_is_not_there_is_said(server: SshServer, origin: GitRepo, clones: Path) -> None:
    with pytest.raises(SourceError) as caught:
        opened(server.url(origin.path.with_name("nothing")), clones, server.key)
    assert "nothing" in caught.value.message
