"""What the Pharen documentation leaves open, each point as a switch."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pagemirror.sandbox.bodies import BodyForm

__all__ = ["Switches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """The open points of the Pharen pages API; the defaults are the likeliest readings."""

    list_content: Annotated[Literal["short", "full"], "content in list rows: shortened plain text, or the body"] = (
        "short"
    )
    hidden_page: Annotated[Literal["403", "404"], "how a page hidden from the key answers"] = "404"
    out_of_range: Annotated[
        Literal["clamp", "400"], "per_page over 100, page 0, an unknown sort or order: made to fit, or 400"
    ] = "clamp"
    key: Annotated[Literal["full", "read_only"], "what the announced key may do"] = "full"
    body: Annotated[BodyForm, "how the server rewrites bodies; rich_text is the workspace's editor setting"] = "none"
    list_lag: Annotated[float, "seconds that a write takes to show in listings"] = 0.0
    touch_unchanged: Annotated[bool, "whether an update with equal values moves updated_at"] = True
    title_unit: Annotated[Literal["code_points", "utf16", "bytes"], "what the limit of 255 counts"] = "code_points"
    trim_titles: Annotated[bool, "whether titles lose white space at their ends"] = False
    unknown_fields: Annotated[Literal["reject", "ignore"], "unknown fields and parameters: 400, or ignored"] = "reject"
    wrong_type: Annotated[Literal["422", "400"], "a field of the wrong type, null included"] = "422"
    rate_limits: Annotated[bool, "whether the documented rate limit holds"] = False
    requests_per_minute: Annotated[int, "requests in any 60 seconds, where the limit holds"] = 1000
    rate_reset: Annotated[bool, "whether a 429 carries X-RateLimit-Limit, -Remaining and -Reset"] = True
    rate_headers: Annotated[Literal["on_429", "always"], "which answers carry the X-RateLimit headers"] = "on_429"
    retry_after: Annotated[Literal["none", "header"], "whether a 429 has Retry-After"] = "none"
