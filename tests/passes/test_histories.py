"""Random histories over real HTTP and real Git: commits, people's edits, faults and kills in any order.

Whatever came before: at the end each page says what its file says, no page is there twice or without a file, and no
person's text is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from pagemirror.app import App
from pagemirror.model.errors import UsageError
from pagemirror.model.ids import MirrorName
from pagemirror.model.reports.holds import HistoryRow
from pagemirror.state import open_store
from support.mirrors import Mirror, ended

NAME = MirrorName("handbook")

WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")


@dataclass(slots=True)
class World:
    """A mirror, what its files say, and what people wrote."""

    mirror: Mirror
    dice: Random
    serial: int = 0
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)

    def text(self) -> str:
        self.serial += 1
        lines = [f"Line {number} of text {self.serial}." for number in range(8)]
        link = self.dice.choice(sorted(self.files)) if self.files and self.dice.random() < 0.5 else ""
        lines += [f"See [it](/docs/{link})."] if link else []
        return "\n\n".join(lines) + "\n"

    def path(self) -> str:
        self.serial += 1
        folder = self.dice.choice(("", "one/", "two/deep/"))
        return f"{folder}{self.dice.choice(WORDS)}-{self.serial}.md"

    def put(self, path: str, title: str, text: str) -> None:
        self.files[path] = (title, text)
        self.paths.add(path)
        self.mirror.write(path, f"# {title}\n\n{text}")

    def any_path(self) -> str:
        return self.dice.choice(sorted(self.files))

    def add(self) -> None:
        path = self.path()
        self.put(path, f"Title {self.serial}", self.text())

    def edit(self) -> None:
        path = self.any_path()
        title, text = self.files[path]
        self.serial += 1
        self.put(path, title, f"{text}\nMore {self.serial}.\n")

    def retitle(self) -> None:
        path = self.any_path()
        self.serial += 1
        self.put(path, f"Title {self.serial}", self.files[path][1])

    def move(self) -> None:
        old, new = self.any_path(), self.path()
        self.files[new] = self.files.pop(old)
        self.paths.add(new)
        self.mirror.rename(old, new)

    def remove(self) -> None:
        if len(self.files) > 4:
            path = self.any_path()
            del self.files[path]
            self.mirror.remove(path)

    def swap(self) -> None:
        one, other = self.dice.sample(sorted(self.files), 2)
        first, second = self.files[one], self.files[other]
        self.put(one, *second)
        self.put(other, *first)

    def person(self) -> None:
        pages = self.mirror.pages()
        if pages:
            title = self.dice.choice(sorted(pages))
            self.serial += 1
            mark = f"By hand {self.serial}."
            self.by_hand.add(mark)
            self.mirror.person_edits(title, content=f"{pages[title]['content']}\n{mark}\n")

    def commit(self) -> None:
        moves = (self.add, self.edit, self.edit, self.retitle, self.move, self.remove, self.swap)
        for _ in range(self.dice.randint(1, 4)):
            self.dice.choice(moves)()
        self.mirror.repo.commit()

    def sync(self, **options: Any) -> str:
        report = self.mirror.sync(max_removals="100%", max_rerender="100%", **options)
        assert report.result != "unusable" or report.error is not None
        return str(report.result)

    def trouble(self) -> None:
        rates = dict.fromkeys(("lost_answer", "cut", "error_before", "error_after", "short_list"), 0.12)
        self.mirror.box.faults(seed=self.dice.randint(0, 99), rates=rates)

    def kept(self) -> str:
        """Every text that was put aside, as one."""
        app = self.mirror.open()
        try:
            return "\n".join(row.text for path in sorted(self.paths) for row in _history(app, path))
        finally:
            app.close()

    def strays(self) -> dict[str, str]:
        """The pages of ours that no record knows and no hold names, with their titles.

        Two pages may rightly bear one title: of two that swap theirs, one may be held.
        """
        store = open_store(f"sqlite:///{self.mirror.state}", readonly=True)
        try:
            known = {record.page_id for record in store.records(NAME)}
            known |= {page for hold in store.holds(NAME) for page in (hold.page_id, *hold.candidates)}
        finally:
            store.close()
        pages = self.mirror.box.pages(self.mirror.api)
        live = {page["id"]: str(page["title"]) for page in pages if not page["archived"]}
        return {page: title for page, title in live.items() if page not in known}

    def end(self) -> None:
        """No more trouble: passes until nothing is left to do."""
        self.mirror.box.faults()
        for _ in range(5):
            if self.sync() in {"ok", "held"}:
                break
        assert self.sync(drift=True) in {"ok", "held"}


def _history(app: App, path: str) -> Sequence[HistoryRow]:
    """The kept texts of a path; of one that has no record any more there are none."""
    try:
        return app.history(path, mirror=None)
    except UsageError:
        return ()


@pytest.mark.parametrize("seed", [0])
def test_any_history_without_people_ends_where_git_says(mirror: Mirror, seed: int) -> None:
    world = World(mirror, Random(seed))  # noqa: S311 - a test's dice
    for _ in range(6):
        world.add()
    mirror.repo.commit()
    for turn in range(6):
        if turn % 2:
            world.trouble()
        world.sync()
        mirror.box.faults()
        world.commit()
    world.end()
    report = mirror.done(max_removals="100%", max_rerender="100%")
    assert report.requests == 0, ended(report)
    assert mirror.titles() == sorted(title for title, _ in world.files.values())
    plain = {title: text.split("See [it]")[0] for title, text in world.files.values()}
    assert {title: body.split("See [it]")[0] for title, body in mirror.bodies().items()} == plain


@pytest.mark.parametrize("policy", ["hold", "git", "merge"])
@pytest.mark.parametrize("seed", [1000])
def test_any_history_with_people_loses_none_of_their_words(mirror: Mirror, seed: int, policy: str) -> None:
    mirror.configure({"on_conflict": policy, "on_drift": "git" if policy == "git" else "hold", "on_removal": "keep"})
    world = World(mirror, Random(seed))  # noqa: S311 - a test's dice
    for _ in range(6):
        world.add()
    mirror.repo.commit()
    world.sync()
    for turn in range(5):
        world.person()
        if turn % 2:
            world.trouble()
        world.commit()
        world.sync(drift=turn == 2)
        mirror.box.faults()
    world.end()
    everywhere = world.kept() + "\n".join(page["content"] for page in mirror.box.pages(mirror.api))
    lost = {mark for mark in world.by_hand if mark not in everywhere}
    assert lost == set()
    assert world.strays() == {}, "a page is there twice"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 40))
def test_many_more_histories_end_where_git_says(mirror: Mirror, seed: int) -> None:
    test_any_history_without_people_ends_where_git_says(mirror, seed)


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["hold", "git", "merge"])
@pytest.mark.parametrize("seed", range(1001, 1015))
def test_many_more_histories_with_people_lose_none_of_their_words(mirror: Mirror, seed: int, policy: str) -> None:
    test_any_history_with_people_loses_none_of_their_words(mirror, seed, policy)
