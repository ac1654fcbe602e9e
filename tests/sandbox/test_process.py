"""The sandbox as a real child process: it starts, says where it is, is quick, and ends."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from pagemirror.sandbox.process import SandboxError, SandboxProcess
from support.interrupts import heeding_interrupts

COMMAND = [sys.executable, "-m", "pagemirror.sandbox"]


def ended(pid: int, seconds: float = 10.0) -> bool:
    """Wait for a process that is not ours to end."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


def test_it_says_where_it_is_and_accepts(running: SandboxProcess) -> None:
    assert running.url.startswith("http://127.0.0.1:")
    assert running.exec.base_url == f"{running.url}/exec/rest/v1"
    assert running.exec.page_url == f"{running.url}/exec/pages/{{id}}"
    assert running.pharen.base_url == f"{running.url}/pharen/v1"
    assert running.pharen.token == "pharen-sandbox-key"
    assert running.ravendocs.base_url == f"{running.url}/ravendocs/api/v1"
    assert running.ravendocs.page_url == f"{running.url}/ravendocs/pages/{{id}}"
    assert running.ravendocs.token.startswith("raven_sk_")
    assert running.ravendocs.settings == {"workspace_id": "ws_sandbox", "space_id": "space_handbook"}
    assert running.exec.token.startswith("exec_live_")
    assert len(running.exec.token) == len("exec_live_") + 40


def test_its_first_line_is_the_json_that_is_promised() -> None:
    command = [*COMMAND, "--listen", "127.0.0.1:0", "--output", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        value = json.loads(child.stdout.readline())
        child.terminate()
        assert child.stdout.read() == b""
        assert child.wait(10) == 0
    assert value["schema"] == 1
    assert set(value) == {"schema", "url", "exec", "pharen", "ravendocs", "ravendocs_rpc"}
    assert set(value["exec"]) == {"base_url", "token", "page_url"}
    assert set(value["ravendocs"]["settings"]) == {"workspace_id", "space_id"}
    assert set(value["ravendocs_rpc"]["settings"]) == {"dialect", "space_id"}
    assert set(value["ravendocs_rpc"]["secrets"]) == {"email", "password"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_no_words(number: signal.Signals) -> None:
    command = [*COMMAND, "--listen", "127.0.0.1:0"]
    with heeding_interrupts():
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline().startswith(b"Sandbox at http://127.0.0.1:")
        child.send_signal(number)
        assert child.wait(10) == 0
        assert child.stderr.read() == b""


def test_it_is_gone_after_the_context() -> None:
    with SandboxProcess() as process:
        pid, url = process.pid, process.url
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_it_ends_when_its_parent_is_killed() -> None:
    script = (
        "import sys, signal\n"
        "from pagemirror.sandbox.process import SandboxProcess\n"
        "with SandboxProcess() as process:\n"
        "    print(process.pid, flush=True)\n"
        "    signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        assert ended(pid)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--switch", "exec.nothing=1"], "no switch is called nothing"),
        (["--switch", "exec"], "must be API.NAME=VALUE"),
        (["--switch", "other.x=1"], "there is no API called other"),
        (["--faults", "{"], "--faults is not JSON"),
        (["--faults", '{"rates":{"explode":1}}'], "fault cannot be 'explode'"),
        (["--token", "exec"], "must be API=KEY"),
        (["--listen", "127.0.0.1:x"], "must be HOST:PORT"),
    ],
)
def test_a_wrong_option_ends_it_with_2_and_words(options: list[str], words: str) -> None:
    done = subprocess.run([*COMMAND, "--listen", "127.0.0.1:0", *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_port_that_is_taken_is_said_to_be(running: SandboxProcess) -> None:
    listen = urlsplit(running.url).netloc
    done = subprocess.run([*COMMAND, "--listen", listen], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"cannot listen on {listen}" in done.stderr


def test_a_sandbox_that_does_not_start_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SandboxError, match="did not start"), SandboxProcess("--switch", "exec.nothing=1"):
        pass
    assert "no switch is called nothing" in capfd.readouterr().err


def test_options_set_switches_faults_tokens_and_latency() -> None:
    key = "exec_live_" + "k" * 40
    faults = '{"rules": [{"fault": "error_before", "nth": 2}]}'
    options = ["--switch", "exec.archived_get=404", "--faults", faults, "--token", f"exec={key}", "--latency", "0.01"]
    with SandboxProcess(*options) as process:
        assert process.exec.token == key
        assert process.switches("exec")["archived_get"] == "404"
        with httpx.Client(base_url=process.exec.base_url, trust_env=False) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            assert [client.get("/workspace").status_code for _ in range(3)] == [200, 500, 200]
        assert process.log()[0]["seconds"] >= 0.01
        process.faults()
        process.reset()
        assert process.fault_counts()[0]["nth"] == 2
        assert process.switches("exec")["archived_get"] == "404"


def test_the_data_outlives_the_process(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data.json"
    with SandboxProcess("--data", str(data)) as process:
        kept = process.create("exec", "Kept", "text", folders=["Guides"])
        process.edit("exec", kept["id"], content="draft", publish=False)
        gone = process.create("exec", "Gone")
        process.archive("exec", gone["id"])
        process.create("pharen", "Other", "text")
        before = process.pages("exec"), process.pages("pharen")
    with SandboxProcess("--data", str(data)) as process:
        assert (process.pages("exec"), process.pages("pharen")) == before
        assert process.create("exec", "New")["id"] not in (kept["id"], gone["id"])
    assert [path.name for path in data.parent.iterdir()] == ["data.json"]


def test_creates_over_four_connections_at_once_are_all_kept(sandbox: SandboxProcess) -> None:
    address = urlsplit(sandbox.exec.base_url)
    body = json.dumps({"title": "T", "content": "x" * 500, "status": "published"}).encode()
    head = (
        f"POST {address.path}/knowledge-hub/pages HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {sandbox.exec.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )

    def run() -> None:
        with (
            socket.create_connection((address.hostname, address.port)) as connection,
            connection.makefile("rb") as answers,
        ):
            for _ in range(200):
                connection.sendall(head.encode() + body)
                assert answers.readline().startswith(b"HTTP/1.1 201")
                length = 0
                while (line := answers.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length"):
                        length = int(line.split(b":")[1])
                answers.read(length)

    workers = [threading.Thread(target=run) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(sandbox.pages("exec")) == 800
