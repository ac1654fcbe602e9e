"""What must hold after any history, however it went: told by looking at the target, the folder and the state alone."""

from collections import Counter
from collections.abc import Iterator
from posixpath import dirname

from pagemirror.model.fields import BODY
from pagemirror.model.ids import PageId, RepoPath
from pagemirror.model.pages import Tree
from pagemirror.model.records import Hold, Record, Standing
from pagemirror.sandbox.interface import PageView
from support.simulation.docs import Written
from support.simulation.repository import ROOT
from support.simulation.world import NAME, PAGE, WEB, World

__all__ = ["judge", "lived"]

ARCHIVED = "[Archived] "


def lived(world: World) -> World:
    """Run a world, let it come to rest and judge it; then let a person decide about what is held, and judge again."""
    world.run()
    world.settle()
    judge(world)
    if world.failures:
        return world
    for _ in range(4):
        if not world.decide_all():
            break
        world.settle()
    judge(world)
    holds = [hold for hold in world.store.holds(NAME) if not (hold.code == "foreign_children" and _kept(world, hold))]
    held = [f"{hold.path} {hold.code}" for hold in holds]
    if held:
        world.fail("held for ever", ", ".join(held))
    return world


def judge(world: World) -> None:
    """Note what is wrong in a world that has come to rest."""
    _Judge(world).all()


class _Judge:
    def __init__(self, world: World) -> None:
        self._world = world
        self._records = list(world.store.records(NAME))
        self._holds = {hold.uid: hold for hold in world.store.holds(NAME)}
        self._pages = {view.id: view for view in world.server.api.views()}

    def all(self) -> None:
        self._strays()
        self._words()
        self._files()
        if self._world.store.intents(NAME):
            self._world.fail("restless", "an intent is still open")
        for problem in self._world.server.problems:
            self._world.fail("contract", problem)

    def _strays(self) -> None:
        """Each page that the mirror made is known by a record, or named where a person is asked."""
        known = {record.page_id for record in self._records}
        known |= {page for hold in self._holds.values() for page in (hold.page_id, *hold.candidates)}
        # A page that a file had before, as it can't be brought back, is a person's once they brought it back.
        before = {page for record in self._records for page in record.former_ids}
        known |= {page for page in before if page in self._world.people.touched}
        titles = Counter(view.title for view in self._pages.values() if _alive(view))
        for page, title in self._world.server.made.items():
            view = self._pages.get(page)
            if view is None or not _alive(view) or page in known or page in self._world.released:
                continue
            if page in self._world.people.revived:  # archived, let go, and then a person's own doing
                continue
            if page in self._world.people.reborn:  # neither its words nor its stamps tell it from a page of a person's
                continue
            kind = "duplicate" if titles[view.title] > 1 or titles[title] > 0 else "orphan"
            self._world.fail(kind, f"{page} {title}")

    def _words(self) -> None:
        """Each text that a person wrote stands on a page, in a draft, in the kept texts or in a hold."""
        people = self._world.people
        if not people.words:
            return
        everywhere = "\n".join(self._texts())
        for mark, page in people.words.items():
            if mark not in everywhere and mark not in people.raced:
                self._world.fail("lost edit", f"{mark} on {page}")

    def _texts(self) -> Iterator[str]:
        for view in self._pages.values():
            yield from (view.title, view.content, view.draft_title or "", view.draft_content or "")
        store = self._world.store
        for kept in store.kept(NAME):
            yield kept.title
            yield store.text(kept.text) or ""
        for hold in self._holds.values():
            for text in (hold.base, hold.git, hold.remote):
                yield (store.text(text) or "") if text is not None else ""

    def _files(self) -> None:
        """Where nothing is held and no person's edit was accepted, a page says what its file says."""
        there = [record for record in self._records if record.standing is not Standing.REMOVED]
        # A page whose own file is gone may wait to be removed under a path that is another file's by now.
        there.sort(key=lambda record: record.leaving_since is None)
        live = {record.path: record for record in there}
        for path, written in sorted(self._world.docs.files.items()):
            if self._holds and path in self._world.waiting:  # for the page above it
                continue
            record = live.get(RepoPath(f"{ROOT}/{path}"))
            if record is None:
                if not any(hold.path == f"{ROOT}/{path}" for hold in self._holds.values()):
                    self._world.fail("forgotten", f"{path} has no record and no hold")
                continue
            if record.uid in self._holds or record.diverged or record.standing is Standing.LEFT:
                continue
            self._page(path, written, record, live)

    def _page(self, path: str, written: Written, record: Record, live: dict[RepoPath, Record]) -> None:
        view = self._pages.get(record.page_id or "")
        if view is None or not _alive(view):
            self._world.fail("forgotten", f"{path}: no page ({record.failure})")
            return
        if view.id in self._world.people.hidden:
            return
        if view.title != written.title:
            self._world.fail("not as Git says", f"{path}: {view.title!r} instead of {written.title!r}")
        body = self._world.setup.backend.to_markdown({BODY: view.content})
        plain = [line.strip() for line in body.splitlines() if line.strip() and not line.startswith("See ")]
        if plain != list(written.lines):
            self._world.fail("not as Git says", f"{path}: {body!r} instead of {written.lines!r}")
        self._link(path, written, view.content, live)
        self._place(path, view, live)

    def _place(self, path: str, view: PageView, live: dict[RepoPath, Record]) -> None:
        """Where the tree is parents, a page stands below the page of its folder."""
        if self._world.setup.backend.tree(self._world.setup.target) is not Tree.PARENTS:
            return
        above = None
        if folder := dirname(path):
            section = live.get(RepoPath(f"{ROOT}/{folder}/"))
            if section is None or section.uid in self._holds or section.standing is not Standing.LIVE:
                return
            if section.page_id is None:  # a page stays where it is until the one above it is made
                return
            above = section.page_id
        if view.parent != above:
            self._world.fail("not as Git says", f"{path}: below {view.parent} instead of {above}")

    def _link(self, path: str, written: Written, body: str, live: dict[RepoPath, Record]) -> None:
        if not written.link or written.link not in self._world.docs.files:
            return
        target = live.get(RepoPath(f"{ROOT}/{written.link}"))
        if target is None or target.uid in self._holds or target.standing is not Standing.LIVE:
            return
        if written.link == path:
            return
        # A document that waits for the page above it has a record and no page: a link leads to its file so far.
        url = PAGE.replace("{id}", target.page_id) if self._world.setup.page_url and target.page_id else ""
        url = url or WEB.replace("{ref}", "main").replace("{path}", f"{ROOT}/{written.link}")
        if url not in body:
            self._world.fail("not as Git says", f"{path}: the link to {written.link} is not {url}: {body[-90:]!r}")


def _kept(world: World, hold: Hold) -> bool:
    """Whether a page stands below a held one that a person decided to leave as it is, place and all: no pass moves it,
    so what stands above it stays until they do.
    """
    records = {record.page_id: record for record in world.store.records(NAME)}
    released = {page for page, record in records.items() if record.standing is Standing.LEFT}
    there = (view for view in world.server.api.views() if not view.archived)
    below, above = [view for view in there if _alive(view) or view.id in released], {hold.page_id}
    for _ in range(4):  # as deep as folders are here
        above |= {PageId(view.id) for view in below if view.parent in above}
    found = [records.get(PageId(view.id)) for view in below if view.parent in above]
    return any(record is None or record.diverged or record.standing is Standing.LEFT for record in found)


def _alive(view: PageView) -> bool:
    return not view.archived and not view.title.startswith(ARCHIVED)
