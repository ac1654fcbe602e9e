"""Keeping secrets out of texts that a person or a log may see. Pure."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote, urlsplit

__all__ = ["proxy_secrets", "redact", "shorten"]

MASK = "***"
_BEARER = re.compile(r"(?i)\b(bearer|basic)(\s+|%20)[^\s\"',;]+")
_USER_INFO = re.compile(r"(?<=://)[^/\s@]+@")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, in any of the forms in which a library may quote them.

    Whatever stands after `Bearer` or `Basic`, and user and password in a URL, is taken out as well.
    """
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return _USER_INFO.sub(f"{MASK}@", _BEARER.sub(rf"\1 {MASK}", text))


def proxy_secrets(proxy: str) -> tuple[str, ...]:
    """The secrets in a proxy's URL: its password, and the header that is made of user and password."""
    try:
        parts = urlsplit(proxy)
        user, password = parts.username, parts.password
    except ValueError:
        return ()
    if not password:
        return ()
    plain = f"{unquote(user or '')}:{unquote(password)}"
    return (password, unquote(password), base64.b64encode(plain.encode()).decode())


def shorten(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters, without control characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _forms(secret: str) -> Iterable[str]:
    stripped = secret.strip()
    for form in {secret, stripped} - {""}:
        yield form
        yield quote(form, safe="")
        yield quote_plus(form)
        yield repr(form)[1:-1]
        yield repr(form.encode("utf-8", "replace"))[2:-1]
