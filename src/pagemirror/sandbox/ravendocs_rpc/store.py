"""A Raven Docs server in memory, and what writing to it means: the tree, the trash, the editor's document, files.

Knows neither statuses nor what clients may send: it takes checked values and keeps frozen pages.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.minting import letters, uuid_text
from pagemirror.sandbox.ravendocs_rpc.pages import Attachment, Page, Space, User, Version
from pagemirror.sandbox.ravendocs_rpc.positions import after
from pagemirror.sandbox.ravendocs_rpc.switches import Switches
from pagemirror.sandbox.table import PageTable

__all__ = ["TRASH", "Store"]

TRASH = "|trash"
"""What the shelf of a space's trashed pages ends with."""


class Store:
    """All data of the server."""

    def __init__(self, clock: Clock, seed: str, switches: Callable[[], Switches]) -> None:
        self._clock, self._seed, self._switches = clock, seed, switches
        self.workspace = uuid_text(f"{seed}|rpc|workspace")
        self.owner = self._user("owner", "Docs mirror", "docs")
        self.member = self._user("member", "A colleague", "colleague")
        others = self._user("member", "Another colleague", "another")
        self.users = {user.id: user for user in (self.owner, self.member, others)}
        self.pages: PageTable[Page] = PageTable(
            shelf=lambda page: page.space + (TRASH if page.deleted is not None else ""),
            orders={
                "updated": lambda page: (page.updated, page.id),
                "deleted": lambda page: (page.deleted or 0, page.id),
                "position": lambda page: (page.position, page.id),
            },
        )
        self.spaces: dict[str, Space] = {}
        self.files: dict[str, Attachment] = {}
        self.by_slug: dict[str, str] = {}
        self.children: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.minted = 0
        self.writes = 0
        self._last = 0
        self.began = self.tick()

    def tick(self) -> int:
        """Return the time in milliseconds, later than all that were told before."""
        self._last = max(int(self._clock.now() * 1000), self._last + 1)
        return self._last

    def mint(self, kind: str) -> str:
        """Return a fresh UUID."""
        self.minted += 1
        return uuid_text(f"{self._seed}|rpc|{kind}|{self.minted}")

    # ------------------------------------------------------------------ reading

    def find(self, key: str) -> Page | None:
        """Return a page, trashed ones too, by id or slugId."""
        return self.pages.get(key) or self.pages.get(self.by_slug.get(key, ""))

    def below(self, page: Page) -> Iterator[Page]:
        """Go through all pages under a page, nearest first, whatever state they are in."""
        waiting, seen = list(self.children.get(page.id, ())), {page.id}
        for key in waiting:  # grows while it is read
            child = self.pages.get(key)
            if child is None or key in seen:
                continue
            seen.add(key)
            yield child
            waiting.extend(self.children.get(key, ()))

    def has_children(self, page: Page) -> bool:
        """Whether live pages stand directly under a page."""
        below = (self.pages.get(key) for key in self.children.get(page.id, ()))
        return any(child is not None and child.deleted is None for child in below)

    def siblings(self, space: str, parent: str | None) -> list[Page]:
        """Return the live pages under a parent, or at a space's top, by position."""
        below = (self.pages.get(key) for key in self.children.get(parent or space, ()))
        found = [page for page in below if page is not None and page.deleted is None and page.space == space]
        return sorted(found, key=lambda page: (page.position, page.id))

    def space_of(self, page: Page) -> Space:
        """Return a page's space."""
        return self.spaces[page.space]

    # ------------------------------------------------------------------ writing

    def add_space(self, name: str, slug: str, description: str, *, by: str, key: str | None = None) -> Space:
        """Add a space; who makes it is its admin."""
        space = Space(
            id=key or self.mint("space"),
            slug=slug,
            name=name,
            description=description,
            creator=by,
            created=self.tick(),
            members=((by, "admin"),),
        )
        self.put_space(space)
        return space

    def put_space(self, space: Space) -> None:
        """Write a space."""
        self.spaces[space.id] = space
        self.writes += 1

    def create(self, draft: Page) -> Page:
        """Create a page as drafted, behind its last sibling."""
        now = self.tick()
        position = self._behind(draft.space, draft.parent)
        return self.put(replace(draft, position=position, created=now, updated=now))

    def new_ids(self) -> tuple[str, str]:
        """Return the two ids of a new page."""
        key = self.mint("page")
        return key, letters(f"{self._seed}|rpc|slug|{self.minted}", 10)

    def touch(self, page: Page, by: str, *, contributes: bool = True) -> Page:
        """Write a changed page with its new time, and who did it."""
        people = page.contributors
        if contributes and by not in people:
            people = (*people, by)
        return self.put(replace(page, updated=self.tick(), updater=by, contributors=people))

    def move(self, page: Page, parent: str | None, position: str) -> Page:
        """Move a page; a place below itself is taken as any other."""
        return self.put(replace(page, parent=parent, position=position, updated=self.tick()))

    def move_to_space(self, page: Page, space: str) -> None:
        """Move a page with all below it to another space's top."""
        below, now = list(self.below(page)), self.tick()
        self.put(replace(page, space=space, parent=None, position=self._behind(space, None), updated=now))
        for child in below:
            self.put(replace(child, space=space, updated=now))

    def trash(self, page: Page, by: str) -> None:
        """Put a page and all below it into the trash, all with one time."""
        now = self.tick()
        for each in [page, *self.below(page)]:
            if each.deleted is None:
                self.put(replace(each, deleted=now, updated=now, updater=by))

    def restore(self, page: Page, by: str, *, single: bool) -> None:
        """Take a page out of the trash, with all below it unless `single`; without its parent it goes to the top."""
        now = self.tick()
        below = [] if single else [each for each in self.below(page) if each.deleted is not None]
        above = self.pages.get(page.parent or "")
        back = replace(page, deleted=None, updated=now, updater=by)
        if page.parent is not None and (above is None or above.deleted is not None):
            back = replace(back, parent=None, position=self._behind(page.space, None))
        self.put(back)
        for each in below:
            self.put(replace(each, deleted=None, updated=now, updater=by))

    def save_editor(self, page: Page, document: str, by: str) -> Page:
        """Save a person's edit: the shared document and the page's text become one, and the rules make a history row.

        What an API wrote since the shared document was made is gone.
        """
        if document == page.content == page.shared:
            return page
        differs = document != page.content
        saved = self.touch(replace(page, content=document, shared=document), by)
        wait = self._switches().history_minutes * 60_000
        last = saved.history[-1].at if saved.history else saved.created
        if not differs or saved.updated - last < wait:
            return saved
        row = Version(
            id=self.mint("history"), title=saved.title, content=document, icon=saved.icon, by=by, at=self.tick()
        )
        return self.put(replace(saved, history=(*saved.history, row)))

    def put_file(self, file: Attachment) -> Attachment:
        """Write a file."""
        self.files[file.id] = file
        self.writes += 1
        return file

    def drop_file(self, key: str) -> None:
        """Remove a file."""
        del self.files[key]
        self.writes += 1

    def put(self, page: Page) -> Page:
        """Write a page, new or not."""
        old = self.pages.get(page.id)
        if old is not None:
            self.children[old.parent or old.space].pop(old.id, None)
        self.children[page.parent or page.space][page.id] = None
        self.by_slug[page.slug_id] = page.id
        self.pages.put(page, self._clock.now())
        self.writes += 1
        return page

    def of_spaces(self, spaces: Iterable[str]) -> list[Page]:
        """Return the live pages of several spaces, the last changed first."""
        wanted = set(spaces)
        found = [page for page in self.pages if page.space in wanted and page.deleted is None]
        return sorted(found, key=lambda page: (page.updated, page.id), reverse=True)

    def behind(self, siblings: Sequence[Page]) -> str:
        """Make a position behind these siblings, which stand by position."""
        jitter = letters(f"{self._seed}|rpc|jitter|{self.minted}", 2) + "V"
        return after(siblings[-1].position if siblings else None, jitter)

    def _user(self, role: str, name: str, mailbox: str) -> User:
        key = uuid_text(f"{self._seed}|rpc|{mailbox}")
        return User(id=key, name=name, email=f"{mailbox}@example.com", role=role)

    def _behind(self, space: str, parent: str | None) -> str:
        return self.behind(self.siblings(space, parent))
