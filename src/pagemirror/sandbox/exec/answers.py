"""Exec's JSON: resources, listings and errors as its documentation shows them."""

from collections.abc import Callable, Sequence
from email.utils import formatdate

from pagemirror.sandbox.clock import Clock, stamp
from pagemirror.sandbox.exchange import Answer, Json, Refused
from pagemirror.sandbox.exec.pages import Folder, Page, Skill, Source, Version
from pagemirror.sandbox.exec.store import Store
from pagemirror.sandbox.exec.switches import Switches

__all__ = ["Writer", "error_answer", "limited_answer", "listing", "refusal"]

_TYPES = {
    400: "invalid_request",
    401: "authentication_error",
    403: "authorization_error",
    404: "not_found",
    405: "invalid_request",
    429: "rate_limited",
}


class Writer:
    """Writes the store's values as JSON."""

    def __init__(self, store: Store, clock: Clock, switches: Callable[[], Switches]) -> None:
        self._store, self._clock, self._switches = store, clock, switches

    def page(self, page: Page) -> Json:
        """Write a page as a list row: without a body."""
        store = self._store
        return {
            "id": page.id,
            "title": page.title,
            "status": page.status,
            "visibility": page.visibility,
            "owner": self.user(page.owner),
            "folders": [self._folder_ref(store.folders[key]) for key in page.folders if key in store.folders],
            "skills": [{"id": key, "name": store.skills[key].name} for key in page.skills if key in store.skills],
            "source_count": len(page.sources),
            "version": page.version,
            "cover": "",
            "published_at": None if page.published is None else stamp(page.published),
            "created_at": stamp(page.created),
            "updated_at": stamp(page.updated),
        }

    def page_detail(self, page: Page, *, draft: bool, content: bool = True) -> Json:
        """Write one page with its live body and sources, and with its draft if asked for."""
        value = self.page(page)
        if content:
            value["content"] = page.content
        value["sources"] = [self.source(self._store.sources[key]) for key in page.sources if key in self._store.sources]
        if draft:
            value["draft"] = None if page.draft is None else {"title": page.draft.title, "content": page.draft.content}
        return value

    def version(self, version: Version) -> Json:
        """Write a version's row: without its text."""
        at = stamp(version.at)
        return {
            "version": version.number,
            "title": version.title,
            "change_type": version.change,
            "created_by": self.user(version.by),
            "created_at": at,
            "updated_at": at,
        }

    def folder(self, folder: Folder) -> Json:
        """Write a folder with its counts."""
        created = stamp(folder.created)
        return {
            **self._folder_ref(folder),
            "parent": folder.parent,
            "visibility": folder.visibility,
            "item_count": self._store.folder_pages[folder.id],
            "subfolder_count": sum(other.parent == folder.id for other in self._store.folders.values()),
            "created_at": created,
            "updated_at": created,
        }

    def source(self, source: Source, *, content: bool = False) -> Json:
        """Write a source; its text is extracted only after a while, and is made up from its title and URL."""
        status = self.source_status(source)
        ready = status == "ready"
        text = f"# {source.title}\n\n{source.url}\n"
        value: Json = {
            "id": source.id,
            "title": source.title,
            "source_type": "url",
            "status": status,
            "content_format": "markdown" if ready else None,
            "token_count": len(text.split()) if ready else None,
            "has_images": False,
            "external_url": source.url,
            "summary": None,
            "cover": source.cover,
            "folders": [
                self._folder_ref(self._store.folders[key]) for key in source.folders if key in self._store.folders
            ],
            "created_by": self.user(source.by),
            "created_at": stamp(source.created),
            "updated_at": stamp(source.created),
            "processed_at": stamp(source.created + self._source_seconds()) if ready else None,
        }
        if content:
            value["content"] = text if ready else None
        return value

    def source_status(self, source: Source) -> str:
        """Say how far a source's extraction is."""
        age, whole = self._clock.now() - source.created, self._source_seconds()
        if age >= whole:
            return "ready"
        return "processing" if age * 2 >= whole else "pending"

    def skill(self, skill: Skill, *, proficiency: bool) -> Json:
        """Write a skill; nobody has practised anything here, so all proficiency figures are zero."""
        value: Json = {
            "id": skill.id,
            "name": skill.name,
            "slug": skill.slug,
            "description": skill.description,
            "created_at": stamp(skill.created),
        }
        if proficiency:
            value["proficiency_summary"] = {
                "participant_count": 0,
                "scored_participant_count": 0,
                "pct_proficient_plus": 0,
                "avg_score": None,
            }
        return value

    def member(self, member_id: str, *, nested: bool) -> Json:
        """Write a member: flat as in the schema, or nested as in the documentation's example."""
        member = self._store.members[member_id]
        rest = {"role": member.role, "created_at": stamp(member.created)}
        user = self.user(member_id) or {}
        return {"id": f"m{member.id[1:]}", "user": user, **rest} if nested else {**user, **rest}

    def workspace(self, created: int) -> Json:
        """Write the workspace."""
        return {
            "id": self._store.workspace_id,
            "name": "Pagemirror sandbox",
            "url_slug": "pagemirror-sandbox",
            "created_at": stamp(created),
        }

    def user(self, member_id: str | None) -> Json | None:
        """Write a user, or null."""
        member = self._store.members.get(member_id or "")
        if member is None:
            return None
        return {
            "id": member.id,
            "email": member.email,
            "first_name": member.first_name,
            "last_name": member.last_name,
        }

    def _source_seconds(self) -> int:
        return int(self._switches().source_seconds)

    @staticmethod
    def _folder_ref(folder: Folder) -> Json:
        return {"id": folder.id, "name": folder.name, "emoji": folder.emoji}


def listing(rows: Sequence[Json], *, page: int, page_size: int, total: int) -> Answer:
    """Write a listing with its pagination."""
    pages = -(-total // page_size)
    pagination = {"page": page, "page_size": page_size, "total_count": total, "total_pages": pages}
    return Answer(status=200, body={"data": list(rows), "pagination": pagination})


def error_answer(status: int, message: str, code: str | None = None) -> Answer:
    """Write an error."""
    error = {"type": _TYPES.get(status, "internal_error" if status >= 500 else "invalid_request")}  # noqa: PLR2004
    if code is not None:
        error["code"] = code
    return Answer(status=status, body={"error": {**error, "message": message}})


def refusal(refused: Refused) -> Answer:
    """Write a refusal."""
    return error_answer(refused.status, refused.message, refused.code)


def limited_answer(retry_after: float, switches: Switches, now: float) -> Answer:
    """Write a 429 with the time to come back in the place that the switch names."""
    answer = error_answer(429, "Rate limit exceeded")
    body, headers = answer.body or {}, ()
    seconds: float = int(retry_after) if retry_after == int(retry_after) else retry_after
    match switches.retry_after:
        case "header":
            return Answer(status=429, body=body, headers=(("Retry-After", str(seconds)),))
        case "header_date":
            date = formatdate(now + retry_after, usegmt=True)
            return Answer(status=429, body=body, headers=(("Retry-After", date),))
        case "error":
            body["error"]["retry_after"] = seconds
        case "top":
            body["retry_after"] = seconds
        case "none":
            pass
    return Answer(status=429, body=body, headers=headers)
