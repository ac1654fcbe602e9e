"""An Exec workspace in memory, and what writing to it means: drafts, publishing, versions, archiving.

Knows neither JSON nor statuses: it takes checked values and keeps frozen pages.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from pagemirror.sandbox.bodies import BodyForm, take_form
from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exec.pages import Draft, Folder, Member, Page, Skill, Source, Version, Visibility
from pagemirror.sandbox.exec.switches import Switches
from pagemirror.sandbox.minting import token12, uuid_text
from pagemirror.sandbox.table import PageTable

__all__ = ["Filing", "NewPage", "Revision", "Store"]

LIVE, ARCHIVED = "live", "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Where a page is filed and what it is linked to; None leaves a list as it is."""

    folders: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A page to create."""

    title: str
    content: str | None
    publish: bool
    visibility: Visibility
    filing: Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A change to a page; None leaves a field as it is."""

    title: str | None = None
    content: str | None = None
    publish: bool = False
    unpublish: bool = False
    filing: Filing = Filing()

    @property
    def changes_text(self) -> bool:
        """Whether title or content is given."""
        return self.title is not None or self.content is not None


class Store:
    """All data of the workspace."""

    def __init__(self, clock: Clock, seed: str, switches: Callable[[], Switches]) -> None:
        self._clock, self._seed, self._switches = clock, seed, switches
        self.pages: PageTable[Page] = PageTable(
            shelf=lambda page: ARCHIVED if page.status == "archived" else LIVE,
            orders={
                "updated_at": lambda page: (page.updated, page.touched),
                "created_at": lambda page: (page.created, page.number),
                "title": lambda page: (page.title.casefold(), page.title, page.number),
            },
        )
        self.folders: dict[str, Folder] = {}
        self.skills: dict[str, Skill] = {}
        self.members: dict[str, Member] = {}
        self.sources: dict[str, Source] = {}
        self.folder_pages: Counter[str] = Counter()
        self.titles: Counter[str] = Counter()
        self.minted = 0
        self.writes = 0
        self.workspace_id = token12(f"{seed}|exec|workspace", "w")

    def create(self, new: NewPage, *, by: str | None, form: BodyForm | None = None) -> Page:
        """Create a page."""
        now, number = self._clock.second(), self._count()
        draft = Draft(title=self._title(new.title), content=self._body(new.content or "", form))
        page = Page(
            id=self._mint("p"),
            number=number,
            title=draft.title,
            status="draft",
            visibility=new.visibility,
            owner=by,
            created=now,
            updated=now,
            touched=number,
            draft=draft,
            numbers_used=self._switches().first_version - 1,
            folders=new.filing.folders or (),
            skills=new.filing.skills or (),
            sources=new.filing.sources or (),
        )
        page = self._published(page, draft, by, now) if new.publish else self._drafted(page, draft)
        return self._put(None, page)

    def revise(self, page: Page, change: Revision, *, by: str | None, form: BodyForm | None = None) -> Page:
        """Change a page; an archived one comes back."""
        now, switches, old = self._clock.second(), self._switches(), page
        if page.status == "archived":
            page = replace(page, status="draft" if page.version is None else "published")
        title = None if change.title is None else self._title(change.title)
        filed = self._filed(page, change.filing)
        touch = filed == page or switches.touch_on_filing
        page = filed
        draft = page.draft or Draft(title=page.title, content=page.content or "")
        if change.changes_text:
            content = draft.content if change.content is None else self._body(change.content, form)
            draft = Draft(title=draft.title if title is None else title, content=content)
        if change.publish:
            page = self._published(page, draft, by, now)
        elif change.changes_text:
            live_title = change.content is None and switches.title_patch == "live" and page.version is not None
            page = replace(page, title=draft.title) if live_title else page
            page = self._drafted(page, draft)
            touch = switches.touch_on_draft or live_title
        if change.unpublish:
            page = replace(page, status="draft", content=None, version=None, published=None, draft=draft)
        if touch:
            page = replace(page, updated=now, touched=self._count())
        return self._put(old, page)

    def archive(self, page: Page) -> Page:
        """Archive a page; its history stays."""
        now = self._clock.second()
        return self._put(page, replace(page, status="archived", updated=now, touched=self._count()))

    def add_folder(self, name: str, *, parent: str | None, emoji: str | None, visibility: Visibility) -> Folder:
        """Add a folder."""
        folder = Folder(
            id=self._mint("f"),
            name=name,
            emoji=emoji,
            parent=parent,
            visibility=visibility,
            created=self._clock.second(),
        )
        self.folders[folder.id] = folder
        self.writes += 1
        return folder

    def add_skill(self, name: str, description: str) -> Skill:
        """Add a skill."""
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        skill = Skill(id=self._mint("sk"), name=name, slug=slug, description=description, created=self._clock.second())
        self.skills[skill.id] = skill
        self.writes += 1
        return skill

    def add_member(self, member: Callable[[str, int], Member]) -> Member:
        """Add a member, made from its new id and the time."""
        made = member(self._mint("u"), self._clock.second())
        self.members[made.id] = made
        self.writes += 1
        return made

    def add_source(self, title: str, url: str, *, cover: str, folders: tuple[str, ...], by: str | None) -> Source:
        """Add a source."""
        source = Source(
            id=self._mint("s"),
            number=self._count(),
            title=title,
            url=url,
            cover=cover,
            folders=folders,
            by=by,
            created=self._clock.second(),
        )
        self.sources[source.id] = source
        return source

    def archive_source(self, source: Source) -> None:
        """Archive a source."""
        self.sources[source.id] = replace(source, archived=True)
        self.writes += 1

    def restore_page(self, page: Page) -> None:
        """Put a page back as it was kept in a file."""
        self._put(None, page)

    def _published(self, page: Page, draft: Draft, by: str | None, now: int) -> Page:
        switches = self._switches()
        step = 2 if switches.version_gaps == "skip" and page.versions else 1
        number = page.numbers_used + step
        change = "manual_edit" if page.versions else "created"
        version = Version(number=number, title=draft.title, content=draft.content, change=change, by=by, at=now)
        return replace(
            page,
            status="published",
            title=draft.title,
            content=draft.content,
            draft=None if switches.draft_after_publish == "drop" else draft,
            published=now,
            version=number,
            numbers_used=number,
            versions=(*page.versions, version),
        )

    def _drafted(self, page: Page, draft: Draft) -> Page:
        used = page.numbers_used + (self._switches().version_gaps == "drafts")
        title = draft.title if page.version is None else page.title
        return replace(page, title=title, draft=draft, numbers_used=used)

    def _filed(self, page: Page, filing: Filing) -> Page:
        folders = filing.folders
        if folders == () and self._switches().empty_folders == "ignore":
            folders = None
        return replace(
            page,
            folders=page.folders if folders is None else folders,
            skills=page.skills if filing.skills is None else filing.skills,
            sources=page.sources if filing.sources is None else filing.sources,
        )

    def _put(self, old: Page | None, page: Page) -> Page:
        for sign, state in ((-1, old), (1, page)):
            if state is not None and state.status != "archived":
                self.titles[state.title] += sign
                for folder in state.folders:
                    self.folder_pages[folder] += sign
        self.pages.put(page, self._clock.now())
        self.writes += 1
        return page

    def _title(self, title: str) -> str:
        return title.strip() if self._switches().trim_titles else title

    def _body(self, content: str, form: BodyForm | None) -> str:
        return take_form(content, form or self._switches().body)

    def _count(self) -> int:
        self.minted += 1
        self.writes += 1
        return self.minted

    def _mint(self, prefix: str) -> str:
        text = f"{self._seed}|exec|{prefix}|{self._count()}"
        return uuid_text(text) if self._switches().ids == "uuid" else token12(text, prefix)
