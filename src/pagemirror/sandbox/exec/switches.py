"""What the Exec documentation leaves open, each point as a switch."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pagemirror.sandbox.bodies import BodyForm

__all__ = ["Switches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """The open points of the Exec API; the defaults are the likeliest readings."""

    ids: Annotated[Literal["token", "uuid"], "new ids are 12-character tokens or UUIDs"] = "token"
    archived_get: Annotated[Literal["200", "404"], "GET of an archived page: 200 with its status, or 404"] = "200"
    archived_patch: Annotated[Literal["404", "revive"], "PATCH of an archived page: 404, or it comes back"] = "404"
    archived_filter: Annotated[
        Literal["list", "empty", "400"], "what the listing with status=archived gives: archived pages, nothing, or 400"
    ] = "list"
    second_delete: Annotated[Literal["404", "200"], "DELETE of an archived page"] = "404"
    list_lag: Annotated[float, "seconds that a write takes to show in listings"] = 0.0
    title_patch: Annotated[Literal["live", "draft"], "a PATCH of the title alone goes live or into the draft"] = "live"
    unpublish: Annotated[
        Literal["noop", "unpublish", "400"], "status draft for a published page: nothing, it is unpublished, or 400"
    ] = "noop"
    empty_patch: Annotated[Literal["400", "noop"], "a PATCH without a field"] = "400"
    draft_after_publish: Annotated[Literal["keep", "drop"], "whether the draft goes on beside the live page"] = "keep"
    body: Annotated[BodyForm, "how the server rewrites bodies"] = "none"
    trim_titles: Annotated[bool, "whether titles lose white space at their ends"] = False
    unique_titles: Annotated[bool, "whether a second page with a title is refused"] = False
    write_answer: Annotated[
        Literal["full", "no_content", "with_draft"],
        "what a write answers: the page, the page without content, or with its draft too",
    ] = "full"
    first_version: Annotated[int, "the number of the first published version"] = 1
    version_gaps: Annotated[
        Literal["none", "skip", "drafts"], "version numbers: contiguous, every second one, or drafts take numbers too"
    ] = "none"
    touch_on_draft: Annotated[bool, "whether a draft moves updated_at"] = True
    touch_on_filing: Annotated[bool, "whether new folders, skills or sources move updated_at"] = True
    empty_folders: Annotated[Literal["clear", "ignore"], "an empty folder_ids: out of all folders, or no change"] = (
        "clear"
    )
    unknown_ids: Annotated[Literal["400", "404"], "unknown folder, source or skill ids in a body"] = "400"
    unknown_fields: Annotated[Literal["reject", "ignore"], "unknown fields and parameters: 400, or ignored"] = "reject"
    query_match: Annotated[Literal["substring", "words", "prefix"], "how query matches titles"] = "substring"
    page_past_end: Annotated[Literal["empty", "400"], "a page past the end of a listing"] = "empty"
    owner: Annotated[Literal["member", "none"], "the owner of pages made with a key"] = "member"
    members: Annotated[Literal["flat", "nested"], "a member as in the schema, or nested as in the example"] = "flat"
    source_seconds: Annotated[float, "seconds until a new source is ready"] = 2.0
    rate_limits: Annotated[bool, "whether the documented rate limits hold"] = False
    requests_per_minute: Annotated[int, "requests in any 60 seconds, where limits hold"] = 60
    requests_per_day: Annotated[int, "requests in any 24 hours, where limits hold"] = 1000
    retry_after: Annotated[
        Literal["header", "header_date", "error", "top", "none"],
        "where a 429 says when to come back: Retry-After as seconds or date, in error, at the top, or nowhere",
    ] = "header"
    workspace: Annotated[Literal["active", "inactive"], "an inactive workspace answers 403 everywhere"] = "active"
