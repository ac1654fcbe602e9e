"""Secrets stay out of texts."""

import pytest

from pagemirror.transport.redaction import proxy_secrets, redact, shorten

TOKEN = "exec_live_s3cr/t+value=="


@pytest.mark.parametrize(
    "text",
    [
        f"the header was {TOKEN}",
        "at https://host/?key=exec_live_s3cr%2Ft%2Bvalue%3D%3D",
        f"Illegal header value {TOKEN.encode()!r}",
        f"twice {TOKEN}{TOKEN}",
    ],
)
def test_a_secret_is_taken_out_in_each_form(text: str) -> None:
    assert "s3cr" not in redact(text, (TOKEN,))
    assert "***" in redact(text, (TOKEN,))


def test_a_secret_with_a_line_end_is_taken_out_as_python_shows_it() -> None:
    assert "hunter2" not in redact(f"bad value {'hunter2' + chr(10)!r}", ("hunter2\n",))


def test_whatever_follows_bearer_or_stands_before_an_at_sign_is_taken_out() -> None:
    text = redact("Authorization: Bearer abc.def and http://user:pass@proxy:3128/ and basic QWxh")
    assert "abc.def" not in text
    assert "pass" not in text
    assert "QWxh" not in text
    assert "proxy:3128" in text


def test_a_proxys_password_is_a_secret_in_all_its_forms() -> None:
    secrets = proxy_secrets("http://user:p%40ss@proxy:3128")
    assert "p@ss" in secrets
    assert "p%40ss" in secrets
    assert redact("Basic dXNlcjpwQHNz dXNlcjpwQHNz", secrets).count("dXNlcjpwQHNz") == 0


@pytest.mark.parametrize("proxy", ["", "http://proxy:3128", "http://[broken"])
def test_a_proxy_without_a_password_has_no_secret(proxy: str) -> None:
    assert proxy_secrets(proxy) == ()


def test_texts_are_cut_to_one_line() -> None:
    assert shorten("a\n\x1b[31mb\t c") == "a [31mb c"
    assert len(shorten("x" * 1000)) == 300
