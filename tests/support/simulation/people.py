"""People on the target: they write, rename, archive, delete, bring back and make pages, and leave drafts.

Each text of theirs has a mark of its own, so that it can be found again.
"""

import json
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from random import Random

from pagemirror.sandbox.interface import PageView
from support.simulation.server import Server

__all__ = ["People"]


@dataclass(slots=True)
class People:
    """What people did.

    `words` are the marks that must not get lost, with the page they were written on; `touched` the pages that they laid
    hands on; `own` the pages that they made. `raced` are the marks that came between the mirror's look at a page and
    its write; `hidden` the pages that were edited in the same second in which the mirror wrote them, which no stamp in
    whole seconds can tell; `reborn` those that got another title and another text in the very second in which the
    mirror made them. `revived` are the pages that had been archived when they wrote on them.
    """

    server: Server
    dice: Random
    titles: Callable[[], list[str]]
    serial: int = 0
    words: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    own: dict[str, str] = field(default_factory=dict)
    raced: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    reborn: set[str] = field(default_factory=set)
    revived: set[str] = field(default_factory=set)
    _when: dict[str, int] = field(default_factory=dict)
    _at_birth: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server.on_write.append(self._overwritten)

    def act(self) -> None:
        """Something that a person does, on any page."""
        pages = sorted(self.server.api.views(), key=lambda page: page.id)
        deeds = [self.append, self.append, self.prepend, self.replace, self.retitle, self.both, self.touch]
        drafts = self.server.api.name == "exec"
        deeds += [self.draft, self.draft] if drafts else []
        deeds += [self.take_away]
        if not pages or self.dice.random() < 0.1:
            self.make()
            return
        page = self.dice.choice(pages)
        if page.archived and (self.dice.random() < 0.7 or self.server.api.name == "ravendocs_rpc"):
            return  # nobody writes in the trash
        deed = self.dice.choice(deeds)
        deed(page)
        self.touched.add(page.id)

    # ------------------------------------------------------------------- deeds

    def append(self, page: PageView) -> None:
        mark = self._mark(page.id)
        self._edit(page, content=self._joined(page, after=mark))

    def prepend(self, page: PageView) -> None:
        mark = self._mark(page.id)
        self._edit(page, content=self._joined(page, before=mark))

    def replace(self, page: PageView) -> None:
        self._forget(page.id, "By")
        self._edit(page, content=self.only(self._mark(page.id)))

    def retitle(self, page: PageView) -> None:
        self._forget(page.id, "Named")
        self._edit(page, title=self._mark(page.id, "Named by hand"))

    def both(self, page: PageView) -> None:
        self._forget(page.id)
        title, mark = self._mark(page.id, "Named by hand"), self._mark(page.id)
        self._edit(page, title=title, content=self.only(mark))

    def touch(self, page: PageView) -> None:
        self._edit(page, content=_text(page))

    def draft(self, page: PageView) -> None:
        mark = self._mark(page.id)
        self.server.api.person_edits(page.id, {"content": f"{_text(page)}\n\n{mark}\n", "publish": False})
        self._revive(page)
        self._told("leaves a draft on", page)

    def take_away(self, page: PageView) -> None:
        if page.archived:
            return
        before = self._there()
        self.server.api.person_archives(page.id)
        left = {view.id for view in self.server.api.views()}
        for gone in before - self._there():  # what stands below goes too
            self.touched.add(gone)
            if gone not in left:
                self._forget(gone)
        self._told("takes away", page)

    def meddle(self, pages: Container[str]) -> None:
        """Make it hard to tell a page that nobody recorded: it gets another title, or another one has its title."""
        found = [view for view in self.server.api.views() if view.id in pages and not view.archived]
        if found and self.dice.random() < 0.6:
            page = self.dice.choice(sorted(found, key=lambda view: view.id))
            self.retitle(page)
            self.touched.add(page.id)
        else:
            self.make(likely=0.9)

    def make(self, *, likely: float = 0.4) -> None:
        """A page of a person's own; at times with a title that a file has too."""
        titles = self.titles()
        mark = self._mark("")
        title = self.dice.choice(titles) if titles and self.dice.random() < likely else self._mark("", "Named by hand")
        view = self.server.api.person_creates({"title": title, "content": mark})
        for word in [word for word, page in self.words.items() if not page]:
            self.words[word] = view.id
        self.own[view.id] = title
        self.touched.add(view.id)
        self._told("makes", view)

    # ------------------------------------------------------------------ helpers

    def _there(self) -> set[str]:
        return {view.id for view in self.server.api.views() if not view.archived}

    def _edit(self, page: PageView, **values: str) -> None:
        self.server.api.person_edits(page.id, dict(values))
        if self.server.wrote.get(page.id) == int(self.server.clock.now()) and self.server.api.name != "exec":
            self.hidden.add(page.id)
        if self.server.born.get(page.id) == int(self.server.clock.now()):
            at_birth = self._at_birth.setdefault(page.id, set())
            at_birth.update(values)
            if at_birth >= {"title", "content"}:
                self.reborn.add(page.id)
        self._revive(page)
        self._told(f"edits {' and '.join(values)} of", page)

    def _revive(self, page: PageView) -> None:
        """What a person writes on an archived page brings it back."""
        if page.archived:
            self.revived.add(page.id)

    def _told(self, what: str, page: PageView) -> None:
        self.server.tell(f"~ a person {what} {page.id} ({page.title})")

    def _mark(self, page: str, word: str = "By hand") -> str:
        self.serial += 1
        mark = f"{word} {self.serial}x"
        self.words[mark] = page
        self._when[mark] = self.server.tick()
        return mark

    def _forget(self, page: str, word: str = "") -> None:
        """A person's own hand took these texts away."""
        for mark in [mark for mark, of in self.words.items() if of == page and mark.startswith(word)]:
            del self.words[mark]

    def _overwritten(self, page: str, looked: int) -> None:
        """The mirror wrote a page that it had looked at before."""
        self.raced |= {mark for mark, of in self.words.items() if of == page and self._when[mark] > looked}

    def only(self, text: str) -> str:
        """A page's body that says this alone."""
        return text if self.server.api.content_form == "prosemirror" else f"{text}\n"

    def _joined(self, page: PageView, *, before: str = "", after: str = "") -> str:
        if self.server.api.content_form != "prosemirror":
            return "\n\n".join(part.strip("\n") for part in (before, _text(page), after) if part.strip()) + "\n"
        document = json.loads(_text(page))
        document["content"] = [*_paragraphs(before), *document.get("content", []), *_paragraphs(after)]
        return json.dumps(document)


def _text(page: PageView) -> str:
    """What a person finds in the editor: the draft, where one waits."""
    return page.draft_content or page.content if page.has_unpublished_draft else page.content


def _paragraphs(text: str) -> Iterator[dict[str, object]]:
    if text:
        yield {"type": "paragraph", "content": [{"type": "text", "text": text}]}
