"""The application without a server: what depends on how it is set up."""

import asyncio
from pathlib import Path

import httpx
import pytest

from pagemirror.sandbox import SandboxConfig, create_app, parse_listen, parse_switches


def ask(config: SandboxConfig, method: str, url: str, **more: object) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_app(config))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, url, **more)  # type: ignore[arg-type]  # what the client takes

    return asyncio.run(run())


def test_a_sandbox_on_loopback_answers_to_loopback_names_only() -> None:
    config = SandboxConfig()
    assert ask(config, "GET", "http://127.0.0.1/").status_code == 200
    assert ask(config, "GET", "http://[::1]/").status_code == 200
    assert ask(config, "GET", "http://evil.example/").status_code == 403
    assert ask(SandboxConfig(hosts=("pages.example",)), "GET", "http://pages.example/").status_code == 200


def test_a_sandbox_for_a_network_answers_to_any_name_but_takes_no_foreign_orders() -> None:
    config = SandboxConfig(listen="0.0.0.0:0")
    assert ask(config, "GET", "http://pages.example/").status_code == 200
    foreign = {"Origin": "https://evil.example"}
    assert ask(config, "POST", "http://pages.example/_sandbox/reset", headers=foreign).status_code == 403


def test_the_apis_answer_under_any_name_to_who_has_the_key() -> None:
    assert ask(SandboxConfig(), "GET", "http://pages.example/exec/rest/v1/workspace").status_code == 401


def test_an_unknown_api_in_the_settings_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no API called nope"):
        create_app(SandboxConfig(tokens={"nope": ("x",)}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("127.0.0.1:8590", ("127.0.0.1", 8590)), ("8590", ("127.0.0.1", 8590)), ("[::1]:0", ("::1", 0))],
)
def test_listen_is_host_and_port(text: str, expected: tuple[str, int]) -> None:
    assert parse_listen(text) == expected


@pytest.mark.parametrize("text", ["", "localhost", "x:y", "x:70000"])
def test_listen_without_a_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        parse_listen(text)


def test_switches_are_read_by_api() -> None:
    assert parse_switches(["exec.ids=uuid", "exec.list_lag=2"]) == {"exec": {"ids": "uuid", "list_lag": "2"}}


def test_the_package_knows_nothing_of_the_rest_of_pagemirror() -> None:
    package = Path(create_app.__code__.co_filename).parent
    for path in package.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from pagemirror", "import pagemirror")):
                assert line.startswith("from pagemirror.sandbox"), f"{path.name}: {line}"
