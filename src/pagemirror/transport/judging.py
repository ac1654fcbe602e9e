"""What an answer, or its absence, means for a call: an answer for the backend, an error of ours, a pause, another try.

Pure: bytes and the time are handed in. Knows HTTP's statuses and no API; says of a write that was sent and not
answered well that its outcome is unknown, whatever the reason.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pagemirror.model.errors import BackendError, Changed, NotApplied, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.transport.exchange import Response, WireFailure
from pagemirror.transport.interface import Answer, Call
from pagemirror.transport.pauses import asked_pause, retry_after
from pagemirror.transport.redaction import redact, shorten

__all__ = ["Answered", "Failed", "Judgement", "Moved", "Paused", "judge", "judge_failure", "server_words"]

_OK: Final = range(200, 300)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER: Final = 303
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _PROXY_AUTH = 401, 403, 404, 407
_REQUEST_TIMEOUT, _TOO_EARLY, _TOO_MANY, _SERVER_ERROR = 408, 425, 429, 500
_CHANGED: Final = frozenset({409, 412})
_NO_SUCH_ADDRESS: Final = frozenset({402, 404, 405, 410})
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

CHECK_URL: Final = "check target.base_url: it must be the address of the API, not of the web app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer that the caller asked for."""

    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An error. `again`: the same request may be sent once more; `after` is the least wait in seconds for that.

    `doubt`: it may have been applied.
    """

    error: BackendError
    again: bool = False
    after: float | None = None
    doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """429: not applied, and nobody should send anything for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A read was redirected; `location` is as the server gave it."""

    location: str
    error: BackendError


Judgement = Answered | Failed | Paused | Moved


def judge(call: Call, response: Response, *, now: float, secrets: Sequence[str]) -> Judgement:
    """What this answer means."""
    status = response.status
    body = _Body(response)
    if status in _OK:
        return _judge_success(call, response, body)
    if status in call.statuses or (call.refusal is not None and call.refusal(status, body.value)):
        if body.html and status in _NO_SUCH_ADDRESS:
            return Failed(error=_web_page(call, status))
        return Answered(answer=Answer(status=status, body=body.value, headers=response.headers))
    if status in _REDIRECTS and "location" in response.headers:
        return _judge_redirect(call, response, secrets)
    if status == _TOO_MANY:
        return Paused(seconds=asked_pause(response.headers, body.value, now=now))
    words = server_words(body.value, secrets)
    told = f"{_name(call)}: the server answered {status}" + (f": {words}" if words else "")
    if status in (_REQUEST_TIMEOUT, _TOO_EARLY) or status >= _SERVER_ERROR or status < _OK.start:
        return _judge_trouble(call, told, status, after=retry_after(response.headers, now=now))
    return _judge_refusal(call, told, status)


def judge_failure(call: Call, failure: WireFailure) -> Failed:
    """What it means that no usable answer came."""
    told = f"{_name(call)}: {failure.reason}"
    if failure.certificate:
        hint = "name the certificates that sign the server's in target.ca_file, or mend the server's"
        return Failed(error=NotApplied(told, hint=hint))
    if not failure.sent:
        hint = "check target.base_url, target.proxy and the network; what was not sent is sent by the next pass"
        return Failed(error=NotApplied(told, hint=hint), again=True)
    if call.effect == "read":
        if failure.too_large:
            return Failed(error=Rejected(told, code="too_large", hint="nothing was written"))
        return Failed(error=NotApplied(told, hint="the server is unwell; the next pass tries again"), again=True)
    return _unknown(call, told, None, again=not failure.too_large)


def server_words(body: Any, secrets: Sequence[str] = ()) -> str:
    """What a server says of an error, as one short line without secrets: message, and the fields that it names."""
    if not isinstance(body, Mapping):
        return ""
    error = body.get("error")
    holder = error if isinstance(error, Mapping) else body
    message = next((holder[key] for key in ("message", "detail", "title") if isinstance(holder.get(key), str)), "")
    if not message and isinstance(error, str):
        message = error
    if not message and isinstance(holder.get("message"), list):
        message = "; ".join(str(part) for part in holder["message"])
    fields = _named_fields(holder.get("details"))
    if fields:
        message = f"{message} (field: {fields})" if message else f"field: {fields}"
    return shorten(redact(str(message), secrets))


class _Body:
    """An answer's bytes, read as JSON when asked for."""

    def __init__(self, response: Response) -> None:
        kind = response.headers.get("content-type", "")
        content = response.content
        self.empty = not content.strip()
        self.html = "html" in kind.lower() or content[:64].lstrip()[:1] == b"<"
        self.broken = False
        self.value: Any = None
        if self.empty or self.html:
            return
        try:
            self.value = json.loads(content)
            if b"\\u" in content:
                self.value = _mended(self.value)
        except (ValueError, RecursionError):
            self.broken = True


def _judge_success(call: Call, response: Response, body: _Body) -> Judgement:
    if not body.html and not body.broken:
        return Answered(answer=Answer(status=response.status, body=body.value, headers=response.headers))
    if call.effect != "read":
        what = "a web page" if body.html else "something that is no JSON"
        return _unknown(call, f"{_name(call)}: the server answered {response.status} with {what}", response.status)
    if body.html:
        return Failed(error=_web_page(call, response.status))
    told = f"{_name(call)}: the server answered {response.status} with something that is no JSON"
    return Failed(error=NotApplied(told, status=response.status, hint=CHECK_URL), again=True)


def _judge_redirect(call: Call, response: Response, secrets: Sequence[str]) -> Judgement:
    location = response.headers["location"]
    place = shorten(redact(location, secrets), 200)
    told = f"{_name(call)}: the server answered {response.status} and points to {place}; nothing was sent there"
    error = TargetUnusable(told, status=response.status, hint="set target.base_url to the address that answers itself")
    if call.effect == "read":
        return Moved(location=location, error=error)
    if response.status == _SEE_OTHER:
        return _unknown(call, told, response.status)
    return Failed(error=error)


def _judge_trouble(call: Call, told: str, status: int, *, after: float | None) -> Failed:
    if status == _TOO_EARLY or call.effect == "read":
        hint = "the server is unwell; the next pass tries again"
        return Failed(error=NotApplied(told, status=status, hint=hint, retry_after=after), again=True, after=after)
    return _unknown(call, told, status, again=True, after=after)


def _judge_refusal(call: Call, told: str, status: int) -> Failed:
    if status == _UNAUTHORIZED:
        hint = "check target.token: it is missing, wrong, expired or switched off"
        return Failed(error=TargetUnusable(told, status=status, code="credentials", hint=hint))
    if status == _PROXY_AUTH:
        return Failed(
            error=TargetUnusable(told, status=status, hint="the proxy wants a user and password: target.proxy")
        )
    if status in _CHANGED:
        return Failed(error=Changed(told, status=status, hint="the page moved meanwhile; it is looked at again"))
    if status in _NO_SUCH_ADDRESS:
        return Failed(error=TargetUnusable(told, status=status, hint=CHECK_URL))
    if status == _FORBIDDEN:
        hint = "the token may not do this to this page; the page is left as it is"
        return Failed(error=Rejected(told, status=status, code="forbidden", hint=hint))
    if status < _OK.start or status in range(_OK.stop, 400):
        if call.effect == "read":
            return Failed(error=NotApplied(told, status=status, hint=CHECK_URL))
        return _unknown(call, told, status)
    hint = "this page is left as it is; change the file and sync again"
    if call.effect == "read":
        hint = f"nothing was written; {CHECK_URL}"
    return Failed(error=Rejected(told, status=status, hint=hint))


def _unknown(call: Call, told: str, status: int | None, *, again: bool = False, after: float | None = None) -> Failed:
    hint = "the next pass looks at what became of it before it sends anything"
    error = UnknownOutcome(f"{told}; whether it was done is not known", status=status, hint=hint)
    return Failed(error=error, again=again and call.effect == "idempotent", after=after, doubt=True)


def _web_page(call: Call, status: int) -> TargetUnusable:
    told = f"{_name(call)}: the server answered {status} with a web page, not with JSON"
    return TargetUnusable(told, status=status, hint=CHECK_URL)


def _named_fields(details: Any) -> str:
    if not isinstance(details, Mapping):
        return ""
    named = details.get("field", details.get("fields"))
    if isinstance(named, str):
        return named
    return ", ".join(str(name) for name in named) if isinstance(named, list) else ""


def _mended(value: Any) -> Any:
    """The value with halves of surrogate pairs, which no text may hold, replaced."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value


def _name(call: Call) -> str:
    return f"{call.method} {call.path}"
