"""A person's hand on an Exec workspace: edits in the web app, data to start with, and what the web view shows."""

from collections.abc import Callable, Mapping
from typing import Any

from pagemirror.sandbox.clock import stamp
from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.exec.answers import Writer
from pagemirror.sandbox.exec.pages import Member, Page
from pagemirror.sandbox.exec.store import Filing, NewPage, Revision, Store
from pagemirror.sandbox.interface import Hub, NotThere, PageVersion, PageView, WrongInput
from pagemirror.sandbox.person_input import flag, optional_text, text

__all__ = ["Persons", "add_default_data", "hubs"]

_FOLDERS = (("Guides", "📘"), ("Reference", "📎"), ("Team handbook", "🧭"))
_SKILLS = ("Discovery questions", "Objection handling", "Product knowledge")


def add_default_data(store: Store) -> None:
    """Add the member, folders and skills that a fresh workspace has."""
    store.add_member(_member({"email": "docs-team@example.com", "first_name": "Docs", "last_name": "Team"}))
    for name, emoji in _FOLDERS:
        store.add_folder(name, parent=None, emoji=emoji, visibility="workspace")
    for name in _SKILLS:
        store.add_skill(name, f"Asked for in conversations: {name.lower()}.")


def hubs(store: Store) -> list[Hub]:
    """Show the folders."""
    folders = store.folders.values()
    return [Hub(id=item.id, name=item.name, emoji=item.emoji or "", parent=item.parent) for item in folders]


class Persons:
    """What people do and see."""

    def __init__(self, store: Store, writer: Writer) -> None:
        self._store, self._write = store, writer

    def create(self, values: Json) -> PageView:
        """Create a page, published unless `publish` is false."""
        new = NewPage(
            title=text(values, "title"),
            content=optional_text(values, "content"),
            publish=flag(values, "publish", default=True),
            visibility="private" if values.get("visibility") == "private" else "workspace",
            filing=self._filing(values),
        )
        return self.view(self._store.create(new, by=self._member()))

    def edit(self, page_id: str, values: Json) -> PageView:
        """Edit a page; without `publish` the edit stays a draft beside the live page."""
        page = self._page(page_id)
        change = Revision(
            title=optional_text(values, "title"),
            content=optional_text(values, "content"),
            publish=flag(values, "publish", default=True),
            filing=self._filing(values),
        )
        return self.view(self._store.revise(page, change, by=self._member()))

    def take_away(self, page_id: str) -> None:
        """Archive a page."""
        page = self._page(page_id)
        if page.status != "archived":
            self._store.archive(page)

    def view(self, page: Page) -> PageView:
        """Show a page."""
        store = self._store
        return PageView(
            id=page.id,
            title=page.title,
            content=page.content or "",
            status=page.status,
            archived=page.status == "archived",
            created_at=stamp(page.created),
            updated_at=stamp(page.updated),
            published_at=None if page.published is None else stamp(page.published),
            version=page.version,
            draft_title=page.draft.title if page.draft else None,
            draft_content=page.draft.content if page.draft else None,
            versions=tuple(
                PageVersion(
                    number=version.number,
                    title=version.title,
                    content=version.content,
                    change=version.change,
                    at=stamp(version.at),
                    by=self._name(version.by),
                )
                for version in reversed(page.versions)
            ),
            folders=page.folders,
            labels=tuple(store.skills[key].name for key in page.skills if key in store.skills),
            facts=(("Visibility", page.visibility), ("Owner", self._name(page.owner))),
        )

    def views(self) -> list[PageView]:
        """Show all pages, the one touched last first."""
        return [self.view(page) for page in sorted(self._store.pages, key=lambda page: -page.touched)]

    def find(self, page_id: str) -> PageView:
        """Show one page."""
        return self.view(self._page(page_id))

    def seed(self, kind: str, values: Json) -> Json:
        """Add a folder, skill or member."""
        makers: Mapping[str, Callable[[Json], Json]] = {
            "folders": self._add_folder,
            "skills": self._add_skill,
            "members": self._add_member,
        }
        if kind not in makers:
            raise NotThere(f"exec has no {kind} to add; there are {', '.join(makers)}")
        return makers[kind](values)

    def _add_folder(self, values: Json) -> Json:
        parent = optional_text(values, "parent")
        if parent is not None:
            parent = self._folder_id(parent)
        emoji = optional_text(values, "emoji")
        folder = self._store.add_folder(text(values, "name"), parent=parent, emoji=emoji, visibility="workspace")
        return self._write.folder(folder)

    def _add_skill(self, values: Json) -> Json:
        skill = self._store.add_skill(text(values, "name"), optional_text(values, "description") or "")
        return self._write.skill(skill, proficiency=False)

    def _add_member(self, values: Json) -> Json:
        member = self._store.add_member(_member(values))
        return self._write.member(member.id, nested=False)

    def _filing(self, values: Json) -> Filing:
        folders = values.get("folders")
        if folders is None:
            return Filing()
        if not isinstance(folders, list):
            raise WrongInput("folders is a list of names or ids")
        return Filing(folders=tuple(self._folder_id(str(item)) for item in folders))

    def _folder_id(self, wanted: str) -> str:
        for folder in self._store.folders.values():
            if wanted in (folder.id, folder.name):
                return folder.id
        there = ", ".join(folder.name for folder in self._store.folders.values())
        raise WrongInput(f"there is no folder {wanted}; there are {there}")

    def _page(self, page_id: str) -> Page:
        page = self._store.pages.get(page_id)
        if page is None:
            raise NotThere(f"exec has no page {page_id}")
        return page

    def _member(self) -> str | None:
        return next(iter(self._store.members), None)

    def _name(self, member_id: str | None) -> str:
        member = self._store.members.get(member_id or "")
        return f"{member.first_name} {member.last_name}" if member else "—"


def _member(values: Json) -> Callable[[str, int], Member]:
    fields: dict[str, Any] = {name: text(values, name) for name in ("email", "first_name", "last_name")}
    role = values.get("role", "admin")
    if role not in ("admin", "staff", "member"):
        raise WrongInput("role is admin, staff or member")
    return lambda key, now: Member(id=key, created=now, role=role, **fields)
