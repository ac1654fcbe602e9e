"""What all Markdown backends have in common about texts, tokens and addresses. Pure; knows no API."""

from urllib.parse import urlsplit

from pagemirror.backends.interface import Problem
from pagemirror.backends.marks import unmarked
from pagemirror.model.fields import BODY, TITLE, Fields, FieldValue

__all__ = ["address", "normal_fields", "same_text", "text_problem", "token_problem"]

_PORTS = {"http": 80, "https": 443}


def normal_fields(fields: Fields) -> Fields:
    """The normal form of fields whose body is Markdown.

    Servers rewrite line ends, blank lines at both ends and the order of sets; none of that is a change.
    """
    return {name: _normal(value, is_body=name == BODY, is_title=name == TITLE) for name, value in fields.items()}


def same_text(one: str, other: str) -> bool:
    """Whether two bodies are equal in normal form."""
    return _normal_body(one) == _normal_body(other)


def text_problem(fields: Fields, *, title_limit: int | None, body_limit: int | None) -> Problem | None:
    """Why title and body can't be sent; limits in code points and in bytes of UTF-8."""
    title, body = str(fields.get(TITLE) or ""), str(fields.get(BODY) or "")
    if not title.strip():
        return Problem(code="title", reason="the title is empty; set `title` in the front matter")
    if title_limit is not None and len(title) > title_limit:
        reason = f"the title has {len(title)} characters and the target allows {title_limit}: {title[:40]}…"
        return Problem(code="title", reason=reason)
    for name, text in (("title", title), ("body", body)):
        if "\0" in text:
            return Problem(code="encoding", reason=f"the {name} holds a NUL character, which no page can hold")
        if not _is_sendable(text):
            return Problem(code="encoding", reason=f"the {name} holds half a surrogate pair, which no page can hold")
    if body_limit is not None and len(body.encode()) > body_limit:
        reason = f"the body has {len(body.encode())} bytes and the target allows {body_limit}"
        return Problem(code="too_large", reason=reason)
    return None


def token_problem(token: str) -> Problem | None:
    """What is wrong with any token's form; never repeats it."""
    if not token:
        return Problem(code="credentials", reason="there is no token; target.token names where it is")
    if token.lower().startswith("bearer "):
        return Problem(code="credentials", reason="the token begins with `Bearer`; give the key alone")
    if token[0] in "\"'" or token[-1] in "\"'":
        return Problem(code="credentials", reason="the token stands in quotation marks; give the key alone")
    if any(not "!" <= char <= "~" for char in token):
        return Problem(code="credentials", reason="the token holds a blank, a line end or a character outside ASCII")
    return None


def address(url: str) -> str:
    """A base URL in one form: lower-case scheme and host, no default port, no user, no slash at the end."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def _normal(value: FieldValue, *, is_body: bool, is_title: bool) -> FieldValue:
    if isinstance(value, tuple):
        return tuple(sorted(set(value)))
    if is_body:
        return _normal_body(str(value or ""))
    return str(value or "").strip() if is_title else value


def _normal_body(body: str) -> str:
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    text = unmarked(lines).strip("\n")
    return f"{text}\n" if text else ""


def _is_sendable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
