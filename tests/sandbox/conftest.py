"""One sandbox process for all tests here, put back to its start before each of them."""

from collections.abc import Iterator

import httpx
import pytest

from pagemirror.sandbox import ApiAddress
from pagemirror.sandbox.process import SandboxProcess
from support import everyconstruct


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(running: SandboxProcess) -> SandboxProcess:
    running.reset()
    return running


def client_of(access: ApiAddress) -> httpx.Client:
    headers = {"Authorization": f"Bearer {access.token}"}
    return httpx.Client(base_url=access.base_url, headers=headers, trust_env=False, timeout=10.0)


@pytest.fixture(scope="session")
def exec_client(running: SandboxProcess) -> Iterator[httpx.Client]:
    with client_of(running.exec) as client:
        yield client


@pytest.fixture(scope="session")
def pharen_client(running: SandboxProcess) -> Iterator[httpx.Client]:
    with client_of(running.pharen) as client:
        yield client


@pytest.fixture(scope="session")
def ravendocs_client(running: SandboxProcess) -> Iterator[httpx.Client]:
    with client_of(running.ravendocs) as client:
        yield client


@pytest.fixture(scope="session")
def browser_client(running: SandboxProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, trust_env=False, timeout=10.0) as client:
        yield client


@pytest.fixture
def exec_api(sandbox: SandboxProcess, exec_client: httpx.Client) -> httpx.Client:
    assert sandbox.exec.base_url in str(exec_client.base_url)
    return exec_client


@pytest.fixture
def pharen_api(sandbox: SandboxProcess, pharen_client: httpx.Client) -> httpx.Client:
    assert sandbox.pharen.base_url in str(pharen_client.base_url)
    return pharen_client


@pytest.fixture
def ravendocs_api(sandbox: SandboxProcess, ravendocs_client: httpx.Client) -> httpx.Client:
    assert sandbox.ravendocs.base_url in str(ravendocs_client.base_url)
    return ravendocs_client


@pytest.fixture(scope="session")
def rpc_client(running: SandboxProcess) -> Iterator[httpx.Client]:
    with client_of(running.ravendocs_rpc) as client:
        yield client


@pytest.fixture
def rpc_api(sandbox: SandboxProcess, rpc_client: httpx.Client) -> httpx.Client:
    assert sandbox.ravendocs_rpc.base_url in str(rpc_client.base_url)
    return rpc_client


@pytest.fixture
def every_construct() -> everyconstruct.Json:
    return everyconstruct.every_construct()


@pytest.fixture
def browser(sandbox: SandboxProcess, browser_client: httpx.Client) -> httpx.Client:
    assert sandbox.url in str(browser_client.base_url)
    return browser_client
