import os
import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from pagemirror.model.errors import UsageError
from pagemirror.source.remotes import Access, Remote, access_to, is_url

TOKEN = "s3cret"


def access(url: str, folder: Path, *, token: str = "", ssh_key: Path | None = None) -> Access:
    return access_to(Remote(url=url, folder=folder, token=token, ssh_key=ssh_key))


@pytest.mark.parametrize(
    ("url", "protocol", "place"),
    [
        ("https://git.example.com/acme/handbook.git", "https", "git.example.com"),
        ("https://git.example.com:8443/acme/handbook", "https", "git.example.com:8443"),
        ("HTTPS://git.example.com/x", "https", "git.example.com"),
        ("ssh://git@git.example.com:2222/acme/handbook", "ssh", "git.example.com:2222"),
        ("git@git.example.com:acme/handbook.git", "ssh", "git.example.com"),
        ("file:///srv/git/handbook.git", "file", ""),
        ("http://127.0.0.1:8000/x", "http", "127.0.0.1:8000"),
        ("http://[::1]:8000/x", "http", "[::1]:8000"),
    ],
)
def test_a_url_is_reached_by_one_protocol(url: str, protocol: str, place: str, tmp_path: Path) -> None:
    assert is_url(url)
    found = access(url, tmp_path)
    assert (found.protocol, found.place) == (protocol, place)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://git.example.com/x", "sends everything readable"),
        ("git://git.example.com/x", "no way to mirror from"),
        ("ext::sh -c touch% /tmp/x", "no way to mirror from"),
        ("ext://sh", "no way to mirror from"),
        ("ftp://git.example.com/x", "no way to mirror from"),
        ("-oProxyCommand=x@host:path", "no way to mirror from"),
        ("git@-oProxyCommand=x:path", "no way to mirror from"),
        ("ssh://-oProxyCommand=x/path", "names no place"),
        ("ssh://-x@host/path", "names no place"),
        ("file://host/path", "names no place"),
        ("https:///path", "names no place"),
        ("https://git.example.com:x/", "can't be read"),
        ("https://git.example.com/a\nb", "characters that no URL has"),
    ],
)
def test_what_is_not_safe_to_reach_is_refused(url: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=reason) as caught:
        access(url, tmp_path)
    assert caught.value.code == "source_url"
    assert caught.value.hint


@pytest.mark.parametrize("url", [f"https://someone:{TOKEN}@git.example.com/x", f"https://{TOKEN}@git.example.com/x"])
def test_a_secret_in_a_url_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds a user or password") as caught:
        access(url, tmp_path)
    assert TOKEN not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("url", ["ssh://git@git.example.com/x", "git@git.example.com:x", "file:///x"])
def test_a_token_goes_to_the_web_only(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="token is for https only"):
        access(url, tmp_path, token=TOKEN)


def test_a_key_goes_to_ssh_only(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ssh_key is for SSH only"):
        access("https://git.example.com/x", tmp_path, ssh_key=tmp_path / "key")


def test_ssh_uses_this_key_alone_asks_nobody_and_keeps_hosts_beside_the_clones(tmp_path: Path) -> None:
    key = tmp_path / "a key"
    with access("git@git.example.com:x", tmp_path, ssh_key=key).opened() as entrance:
        words = shlex.split(entrance.environment["GIT_SSH_COMMAND"])
    assert words[0] == "ssh"
    assert words[words.index("-i") + 1] == str(key)
    assert {"IdentitiesOnly=yes", "BatchMode=yes", "StrictHostKeyChecking=accept-new"} <= set(words)
    assert f'UserKnownHostsFile="{tmp_path}/known_hosts"' in words


def test_without_a_key_a_persons_own_command_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "mine")
    with access("git@git.example.com:x", tmp_path).opened() as entrance:
        assert "GIT_SSH_COMMAND" not in entrance.environment
    monkeypatch.delenv("GIT_SSH_COMMAND")
    with access("git@git.example.com:x", tmp_path).opened() as entrance:
        assert "BatchMode=yes" in entrance.environment["GIT_SSH_COMMAND"]


def answer(found: Access, prompt: str) -> tuple[int, str]:
    """What the script says to a prompt of Git's."""
    with found.opened() as entrance:
        script = Path(entrance.environment["GIT_ASKPASS"])
        assert stat.S_IMODE(script.stat().st_mode) == 0o700
        assert TOKEN not in script.read_text()
        environment = {"PATH": os.environ["PATH"], **entrance.environment}
        ran = subprocess.run([str(script), prompt], env=environment, capture_output=True, text=True, check=False)
    assert not script.exists()
    return ran.returncode, ran.stdout


def test_the_script_answers_for_its_host_and_for_no_other(tmp_path: Path) -> None:
    found = access("https://git.example.com/x", tmp_path, token=TOKEN)
    assert answer(found, "Username for 'https://git.example.com': ") == (0, "oauth2\n")
    assert answer(found, "Password for 'https://oauth2@git.example.com': ") == (0, f"{TOKEN}\n")
    for prompt in (
        "Password for 'https://oauth2@evil.example.com': ",
        "Password for 'https://oauth2@git.example.com.evil.example.com': ",
        "Password for 'http://oauth2@git.example.com': ",
        "Username for 'https://evil.example.com': ",
        "Enter passphrase for key",
    ):
        assert answer(found, prompt) == (1, ""), prompt


def test_a_user_may_stand_before_the_token(tmp_path: Path) -> None:
    found = access("https://git.example.com/x", tmp_path, token=f"deploy:{TOKEN}")
    assert answer(found, "Username for 'https://git.example.com': ") == (0, "deploy\n")
    assert answer(found, "Password for 'https://deploy@git.example.com': ") == (0, f"{TOKEN}\n")


def test_secrets_are_taken_out_of_gits_words(tmp_path: Path) -> None:
    found = access("https://git.example.com/x", tmp_path, token="to/ken+1")
    said = found.redacted("fatal: https://me:to/ken+1@git.example.com to/ken+1 to%2Fken%2B1 b2F1dGgyOnRvL2tlbisx")
    assert "ken" not in said
    assert "b2F1" not in said
    assert "git.example.com" in said


def test_the_token_is_not_shown_with_the_remote(tmp_path: Path) -> None:
    assert TOKEN not in repr(access("https://git.example.com/x", tmp_path, token=TOKEN))
