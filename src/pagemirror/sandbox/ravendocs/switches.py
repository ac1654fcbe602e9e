"""What the Raven Docs documentation leaves open or says in two ways, each point as a switch."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pagemirror.sandbox.bodies import BodyForm

__all__ = ["Switches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """The open points of the Raven Docs page API; the defaults are the likeliest readings."""

    prefix: Annotated[Literal["v1", "none"], "pages under /api/v1/pages, or under /api/pages as in the curl lines"] = (
        "v1"
    )
    unknown_route: Annotated[
        Literal["raven", "nest"], "a 404 for a route: with timestamp and path, or the framework's own body"
    ] = "raven"
    ids: Annotated[Literal["page", "uuid"], "new ids are page_… or UUIDs"] = "page"
    list_scope: Annotated[Literal["all", "roots"], "a listing without parentId: all pages, or those at the top"] = "all"
    list_order: Annotated[
        Literal["updated", "created", "title"], "a listing's order: last change first, oldest first, or by title"
    ] = "updated"
    list_lag: Annotated[float, "seconds that a write takes to show in listings"] = 0.0
    total_pages: Annotated[bool, "whether a listing's meta has totalPages"] = False
    out_of_range: Annotated[Literal["400", "clamp"], "limit over 100, page 0: 400, or made to fit"] = "400"
    create_answer: Annotated[Literal["page", "full"], "a create answers the page without content, or with it"] = "page"
    update_answer: Annotated[
        Literal["page", "full", "empty"], "update and restore answer the page without content, with it, or 204"
    ] = "page"
    delete_answer: Annotated[Literal["204", "200"], "the answer to DELETE"] = "204"
    deleted: Annotated[Literal["404", "410"], "a deleted page answers NOT_FOUND or DELETED"] = "404"
    delete_children: Annotated[
        Literal["delete", "lift", "keep"],
        "what becomes of a deleted page's children: deleted too, at the top, or below a page that is gone",
    ] = "delete"
    missing_on_put: Annotated[
        Literal["keep", "clear"], "content, parentId or icon left out of PUT: kept, or emptied"
    ] = "keep"
    empty_put: Annotated[Literal["400", "touch"], "a PUT with nothing but workspaceId: 400, or updatedAt moves"] = "400"
    put_parent: Annotated[Literal["move", "ignore"], "whether parentId in PUT moves a page"] = "move"
    unknown_parent: Annotated[Literal["404", "422"], "a parent that is not there or in another space"] = "404"
    cycle: Annotated[Literal["422", "allow"], "a page below itself"] = "422"
    invalid_content: Annotated[Literal["422", "store"], "a document that the editor cannot open: 422, or kept"] = "422"
    body: Annotated[BodyForm, "how the server rewrites documents; rich_text is what opening in the editor does"] = (
        "none"
    )
    key_order: Annotated[Literal["jsonb", "kept"], "keys of documents: as the database orders them, or as sent"] = (
        "jsonb"
    )
    slug_follows_title: Annotated[bool, "whether a new title makes a new slug"] = False
    trim_titles: Annotated[bool, "whether titles lose white space at their ends"] = False
    unique_titles: Annotated[bool, "whether a second page with a title in a space is refused with 409"] = False
    longest_title: Annotated[int, "characters that a title may have; 0 for any number"] = 0
    touch_unchanged: Annotated[bool, "whether an update with equal values moves updatedAt"] = True
    history: Annotated[
        Literal["all", "persons"], "versions come from every change of title, text or icon, or only from people's"
    ] = "all"
    unknown_fields: Annotated[Literal["reject", "ignore"], "unknown fields and parameters: 400, or ignored"] = "reject"
    body_limit: Annotated[int, "bytes that a request body may have; 0 for any number"] = 1_048_576
    foreign_workspace: Annotated[Literal["403", "404"], "a workspaceId that the key does not open"] = "403"
    foreign_space: Annotated[Literal["404", "403"], "a spaceId that is not there or not open to the key"] = "404"
    access: Annotated[Literal["open", "lost"], "whether the key may enter the spaces at all"] = "open"
    role: Annotated[Literal["editor", "viewer"], "what the announced key may do: write, or only read"] = "editor"
    key_state: Annotated[Literal["active", "expired"], "an expired key answers 401 TOKEN_EXPIRED"] = "active"
    rate_limits: Annotated[bool, "whether the documented rate limits hold"] = False
    requests_per_minute: Annotated[int, "requests in any 60 seconds, where limits hold"] = 60
    requests_per_day: Annotated[int, "requests in any 24 hours, where limits hold"] = 1000
    rate_headers: Annotated[Literal["always", "on_429"], "which answers carry the X-RateLimit headers"] = "always"
    retry_after: Annotated[Literal["header", "none"], "whether a 429 has Retry-After"] = "header"
