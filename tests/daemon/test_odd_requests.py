"""Whatever is asked, by whomever: an answer that the program meant to give, and nothing told of what is inside."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from pagemirror.app import App
from pagemirror.daemon.access import Access
from pagemirror.daemon.repeats import Repeats
from pagemirror.daemon.web import create_app
from pagemirror.daemon.webhooks import Deliveries, routes
from pagemirror.model.errors import UsageError
from support.asking import ask
from support.deliveries import SECRET
from support.standin import StandIn

T = TypeVar("T")
ADMIN = "admin-token-of-the-tests"
PLACES = (
    *("/", "/login", "/logout", "/api/status", "/api/sync", "/healthz", "/readyz", "/nosuch", "/mirrors/"),
    *(f"/mirrors/handbook{end}" for end in ("", "/page", "/kept", "/decide", "/restore", "/sync", "/passes", "/")),
    *(f"/webhooks/{kind}" for kind in ("github", "gitlab", "gitea", "generic", "nosuch")),
)
NAMES = ("q", "show", "at", "uid", "way", "path", "number", "still", "noted", "to")
ODD = st.one_of(
    st.text(max_size=20),
    st.binary(max_size=8).map(lambda some: some.decode("latin-1")),
    st.sampled_from(["http://[::1", "9" * 5000, "\xb2", "sha256=\xff", "Bearer \xfc", "[", "-1", "\x01{"]),
)
HEADERS = ("origin", "host", "cookie", "authorization", "sec-fetch-site", "content-type", "content-length", "forwarded")
SIGNED = (
    *("x-gitlab-token", "x-gitlab-event", "x-github-event", "x-hub-signature-256", "x-gitea-signature"),
    *("webhook-id", "webhook-timestamp", "webhook-signature"),
)
KNOWN = {"x-gitlab-token": SECRET, "x-gitlab-event": "Push Hook", "authorization": f"Bearer {SECRET}"}
"""What lets a delivery in, so that its body is looked at."""
KINDS = st.sampled_from(["application/x-www-form-urlencoded", "application/json; charset=\xff", "multipart/form-data"])


class Blank(StandIn):
    """A service with an empty state."""

    async def ask(self, work: Callable[[App], T]) -> T:
        raise UsageError(f"{work.__name__} found nothing.", hint="", code="not_there")


def header(text: str) -> str:
    """As much of a text as a header can hold."""
    return text.encode("latin-1", "ignore").decode("latin-1").replace("\r", "").replace("\n", "").replace("\0", "")


@example(method="GET", place="/", query=[], odd={"content-length": "9" * 5000}, form=None, body=b"", local=False)
@example(method="POST", place="/", query=[], odd={"content-length": "\xb2"}, form=None, body=b"", local=False)
@example(
    method="POST",
    place="/webhooks/gitlab",
    query=[],
    odd={"webhook-id": "1", "webhook-timestamp": "9" * 5000, "webhook-signature": "v1,"},
    form=None,
    body=b"{}",
    local=False,
)
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "POST", "OPTIONS", "PUT"]),
    place=st.sampled_from(PLACES),
    query=st.lists(st.tuples(st.sampled_from(NAMES), ODD), max_size=3),
    odd=st.dictionaries(st.sampled_from(HEADERS + SIGNED), ODD, max_size=4),
    form=st.one_of(st.none(), KINDS),
    body=st.one_of(st.binary(max_size=40), ODD.map(lambda text: text.encode("utf-8", "replace"))),
    local=st.booleans(),
)
def test_no_request_ends_in_an_error_of_ours(
    method: str,
    place: str,
    query: list[tuple[str, str]],
    odd: dict[str, str],
    form: str | None,
    body: bytes,
    *,
    local: bool,
) -> None:
    service = Blank()
    hooks = routes(
        service, {}, secret=SECRET, deliveries=Deliveries(), refusals=Repeats(), heard=lambda _server, _outcome: None
    )
    app = create_app(service, Access(token=ADMIN, loopback=local), more=hooks)
    headers = KNOWN | {name: header(text) for name, text in odd.items()} | ({"content-type": form} if form else {})
    asked = "&".join(f"{name}={quote(text, errors='surrogatepass')}" for name, text in query)
    answer = ask(app, f"{place}?{asked}", method=method, headers=headers, body=body)
    assert answer.status < 500
    assert b"Traceback" not in answer.body
    assert ADMIN.encode() not in answer.body
