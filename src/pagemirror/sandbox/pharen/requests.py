"""Reading what a client sends to Pharen: keys, bodies and parameters, as strictly as the documentation allows."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pagemirror.sandbox.checks import Field, read_body, read_number, read_query
from pagemirror.sandbox.exchange import Call, Json, Refused
from pagemirror.sandbox.pharen.switches import Switches

__all__ = ["Listing", "Reader", "check_key"]

SORTS = ("updated_at", "created_at", "title")
ORDERS = ("desc", "asc")
LONGEST_TITLE = 255
_LARGEST_PAGE = 100
_FIELDS = (Field(name="title"), Field(name="content"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a listing is asked for."""

    page: int
    per_page: int
    sort: str
    descending: bool
    search: str

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.page - 1) * self.per_page


def check_key(call: Call, tokens: Sequence[str], read_only: Sequence[str]) -> None:
    """Refuse a missing or wrong key, and a write with a key that may only read."""
    header = call.headers.get("authorization")
    if header is None:
        raise Refused(401, "Authorization header is missing.", code="missing_token")
    scheme, _, key = header.partition(" ")
    known = [token for token in (*tokens, *read_only) if hmac.compare_digest(key.encode(), token.encode())]
    if scheme != "Bearer" or not known:
        raise Refused(401, "The API key is malformed, expired, revoked or unknown.", code="invalid_token")
    if call.method != "GET" and known[0] in read_only:
        raise Refused(403, "The API key may not do this.", code="insufficient_permissions")


class Reader:
    """Turns calls into checked values."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def new_page(self, call: Call) -> tuple[str, str]:
        """Read the body of a create: title and content."""
        body = self._body(call)
        if "title" not in body:
            call.note("missing_field", "title is required")
            raise _bad_title("Title is required.")
        return self._title(call, body["title"]), body.get("content", "")

    def revision(self, call: Call) -> tuple[str | None, str | None]:
        """Read the body of an update: title and content, None where left out."""
        body = self._body(call)
        if not body:
            call.note("empty_update", "an update without title and content")
            details = {"fields": ["title", "content"]}
            raise Refused(422, "At least one of title and content is required.", details=details)
        title = self._title(call, body["title"]) if "title" in body else None
        return title, body.get("content")

    def listing(self, call: Call) -> Listing:
        """Read the parameters of a listing."""
        query = read_query(call, ("page", "per_page", "sort", "order", "search"), unknown=self._switches.unknown_fields)
        return Listing(
            page=self._within(call, query, "page", 1, None),
            per_page=self._within(call, query, "per_page", 20, _LARGEST_PAGE),
            sort=self._choice(call, query, "sort", SORTS),
            descending=self._choice(call, query, "order", ORDERS) == "desc",
            search=query.get("search", ""),
        )

    def no_query(self, call: Call) -> None:
        """Refuse parameters where none is documented."""
        read_query(call, (), unknown=self._switches.unknown_fields)

    def _body(self, call: Call) -> Json:
        try:
            return read_body(call, _FIELDS, unknown=self._switches.unknown_fields)
        except Refused as refused:
            if call.problems and call.problems[-1].rule in ("wrong_type", "bad_text") and refused.details:
                status = int(self._switches.wrong_type)
                raise Refused(status, refused.message, details=refused.details) from None
            raise

    def _title(self, call: Call, title: str) -> str:
        if not title:
            call.note("missing_field", "title is empty")
            raise _bad_title("Title must not be empty.")
        if self._length(title) > LONGEST_TITLE:
            call.note("long_title", f"the title has {len(title)} characters")
            raise _bad_title(f"Title must have at most {LONGEST_TITLE} characters.")
        return title

    def _length(self, title: str) -> int:
        match self._switches.title_unit:
            case "code_points":
                return len(title)
            case "utf16":
                return len(title.encode("utf-16-le")) // 2
            case "bytes":
                return len(title.encode())

    def _within(self, call: Call, query: Mapping[str, str], name: str, default: int, most: int | None) -> int:
        value = read_number(call, query, name, default)
        fitting = max(1, value if most is None else min(value, most))
        if fitting != value:
            call.note("invalid_pagination", f"{name}={query[name]}")
            if self._switches.out_of_range == "400":
                raise Refused(400, f"{name} is out of range.")
        return fitting

    def _choice(self, call: Call, query: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
        value = query.get(name, choices[0])
        if value in choices:
            return value
        call.note("bad_enum", f"{name}={value} is none of {', '.join(choices)}")
        if self._switches.out_of_range == "400":
            raise Refused(400, f"{name} must be one of {', '.join(choices)}.")
        return choices[0]


def _bad_title(message: str) -> Refused:
    return Refused(422, message, details={"field": "title"})
