"""Documents as they would be sent now: links filled in, banner on top, fingerprints beside. Implements `Pages`."""

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from pagemirror.backends.interface import Context, Problem, Sizing
from pagemirror.content import Gist, banner, fill, gist, link_keys, written
from pagemirror.executor.ports import Rendered
from pagemirror.model.documents import Document, Finding, FrontMatter, LinkSlot
from pagemirror.model.fields import (
    BODY,
    NO_FIELDS,
    NO_PRINTS,
    PARENT,
    TITLE,
    Fields,
    FieldValue,
    Prints,
    digest_of,
    fingerprint,
)
from pagemirror.model.ids import FieldName, Fingerprint, PageId, RepoPath, TextId, Uid
from pagemirror.model.images import IMAGES, Image, Upload, images_print
from pagemirror.model.pages import Header
from pagemirror.model.records import Record
from pagemirror.passes.book import TOKEN, Book
from pagemirror.passes.library import Library
from pagemirror.passes.linking import Forms, Linker
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.wayback import WayBack
from pagemirror.planner.views import Wanted
from pagemirror.source import Snapshot

__all__ = ["Rendering", "all_prints"]

OWN = ("status", "visibility", "slug", "icon", "order", "parent", "folders", "skills", "sources", "labels")
"""The front matter's keys whose value is the file's own word on a field."""


_NO_PRINT: Final = Fingerprint("")


def all_prints(setup: MirrorSetup, fields: Fields) -> Prints:
    """The fingerprints of every field, sets too, in normal form."""
    return {name: fingerprint(value) for name, value in setup.backend.normal(fields).items()}


class _Links(NamedTuple):
    """What the links of a document become, in the text's order; the documents without a page that it links to, what to
    tell of links, and the images that the target shall keep.
    """

    forms: tuple[Forms, ...]
    by_path: tuple[str, ...]
    pending: tuple[Uid, ...]
    cautions: tuple[str, ...]
    images: tuple[Image, ...]


class Rendering:
    """Renders the documents of one pass; learns page ids as they become known.

    `gone` are the documents whose page is known to be missing on the target: nothing can stand below it.
    """

    def __init__(
        self,
        *,
        setup: MirrorSetup,
        snapshot: Snapshot,
        library: Library,
        linker: Linker,
        book: Book,
        paths: Mapping[Uid, RepoPath],
        records: Mapping[Uid, Record],
        ancestors: Callable[[RepoPath], tuple[str, ...]],
        parent: Callable[[RepoPath], Uid | None] | None,
        texts: Callable[[TextId], str | None],
        gone: Iterable[Uid] = (),
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._library = library
        self._linker = linker
        self._way_back = WayBack(setup, book, linker)
        self._book = book
        self._paths = paths
        self._records = records
        self._ancestors = ancestors
        self._parent = parent
        self._texts = texts
        self._gone = set(gone)
        self._sizing = setup.backend if isinstance(setup.backend, Sizing) else None
        self._settings = setup.settings_digest
        self._volatile = linker.volatile or any(word in setup.banner for word in ("{commit}", "{author}"))

    def known(self, uid: Uid) -> PageId | None:
        """A document's page id, if it has a page by now."""
        page = self._book.pages.get(uid) if uid not in self._gone else None
        return page[0] if page is not None else None

    def learned(self, uid: Uid, header: Header) -> None:
        """Link to this page from now on."""
        self._gone.discard(uid)
        self._book.learned(uid, header)

    def uploads(self, uid: Uid) -> tuple[Upload, ...]:
        """The images of a document's page on the target."""
        return self._book.uploads.get(uid, ())

    def sent(self, uid: Uid, uploads: tuple[Upload, ...]) -> None:
        """Show these from now on."""
        self._book.uploads[uid] = uploads

    def content(self, image: Image) -> bytes:
        """An image's bytes."""
        return self._linker.images.content(image)

    def blind(self, text: str, of: Uid) -> str:
        """A page's body with known destinations as uids."""
        page = self._paths.get(of) or (self._records[of].path if of in self._records else RepoPath(""))
        return self._setup.backend.blind(text, lambda url: self._way_back.token(url, page))

    def token(self, url: str, page: RepoPath) -> str | None:
        """What a destination on a page stands for, link-blind; None for one that isn't ours."""
        return self._way_back.token(url, page)

    def meant(self, slot: LinkSlot, page: RepoPath) -> str | None:
        """The same of a destination in a file; None for one that stays as written."""
        return self._linker.by_uid(slot, self._linker.forms(slot, page).meaning)

    def render(self, uid: Uid) -> Rendered:
        """Render one document anew."""
        return self.rendered(uid, self._read(uid))

    def new(self, uid: Uid, document: Document) -> Wanted:
        """What a plan needs of a document that nothing knows, which is given without its text: its fingerprints would
        be compared with nothing, and a body that can surely be sent need not be made.
        """
        page, known = document.path, gist(document, root=self._snapshot.root)
        links, above = self._links(known.links, page), self._above(page)
        body = "" if self._fits(page, known, links) else self._text(self._read(uid), links)
        drawn = self._render(document, body)
        fields = self._placed(drawn, uid, above)
        title, problem = fields[TITLE], self._setup.backend.problem(fields)
        return Wanted(
            uid=uid,
            path=page,
            blob=document.blob,
            title=document.title,
            own=NO_PRINTS,
            raw_body=_NO_PRINT,
            sent=NO_PRINTS,
            full=NO_PRINTS,
            values=NO_FIELDS if title == document.title else {TITLE: title},
            print=self._print(page, known, links, drawn, above),
            front_id=document.front.id,
            page_id=document.front.page_id,
            protect=document.front.protect,
            parent=above,
            wants=self._pending(links, above),
            problem=(problem.code, problem.reason) if problem is not None else None,
            rank=document.place.key,
        )

    def rendered(self, uid: Uid, document: Document) -> Rendered:
        """Render a document that is at hand."""
        page, links = document.path, self._links(document.links, document.path)
        above = self._above(page)
        text = self._text(document, links)
        drawn = self._render(document, text)
        thawed, warnings = self._thawed(uid, drawn)
        fields = self._placed(thawed, uid, above)
        sent = full = all_prints(self._setup, fields)
        if self._volatile:
            held = self._banner(page, volatile=True) + _filled(document, [form.volatile for form in links.forms])
            plain = self._thawed(uid, self._render(document, held))[0]
            sent = all_prints(self._setup, self._placed(plain, uid, above))
        if above is not None and self.known(above) is None:
            # The parent is made in this pass: until then the place counts as one that was never sent.
            sent = {**sent, PARENT: fingerprint(f"{TOKEN}/{above}")}
        if links.images:
            shown = {IMAGES: images_print(links.images)}
            full, sent = {**full, **shown}, {**sent, **shown}
        problem = self._problem(uid, fields)
        wanted = Wanted(
            uid=uid,
            path=page,
            blob=document.blob,
            title=document.title,
            own=_own(document, _filled(document, self._by_uid(document, links))),
            raw_body=fingerprint(document.text),
            sent=sent,
            full=full,
            values={name: value for name, value in fields.items() if name != BODY},
            print=self._print(page, gist(document, root=self._snapshot.root), links, drawn, above),
            payload=digest_of(
                *(f"{name}={value}" for name, value in sorted(full.items())),
                f"page_id={document.front.page_id or ''}",
                self._settings,
                self._setup.token_print,
            ),
            front_id=document.front.id,
            page_id=document.front.page_id,
            protect=document.front.protect,
            parent=above,
            links=tuple(sorted({sys.intern(key) for slot in document.links for key in link_keys(slot)})),
            wants=self._pending(links, above),
            problem=(problem.code, problem.reason) if problem is not None else None,
            rank=document.place.key,
        )
        losses = self._setup.backend.losses(text, self._setup.target)
        told = (*map(_told, document.findings), *links.cautions, *losses, *warnings)
        return Rendered(wanted=wanted, fields=fields, pending=wanted.wants, warnings=told, images=links.images)

    def _read(self, uid: Uid) -> Document:
        document = self._library.get(self._paths[uid])
        if not isinstance(document, Document):
            raise KeyError(uid)
        return document

    def _problem(self, uid: Uid, fields: Fields) -> Problem | None:
        """Why a page can't be sent; what the target has on that page already, it takes back."""
        problem, record = self._setup.backend.problem(fields), self._records.get(uid)
        held = (record.server_text or record.text) if record is not None else None
        if problem is None or problem.code != "unsupported" or held is None:
            return problem
        return self._setup.backend.problem(fields, page=self._texts(held) or "")

    def _above(self, page: RepoPath) -> Uid | None:
        return self._parent(page) if self._parent is not None else None

    def _text(self, document: Document, links: _Links) -> str:
        """The Markdown that is sent: the banner, and the body with its links filled in."""
        return self._banner(document.path, volatile=False) + _filled(document, [form.real.url for form in links.forms])

    def _by_uid(self, document: Document, links: _Links) -> list[str | None]:
        """What stays the same of each link, however the documents are renamed."""
        pairs = zip(document.links, links.forms, strict=True)
        return [self._linker.by_uid(slot, form.meaning) for slot, form in pairs]

    def _fits(self, page: RepoPath, known: Gist, links: _Links) -> bool:
        """Whether what a body becomes can be sent for all that is known; False where it must be made."""
        if self._sizing is None:
            return False
        places = (written(form.real.url, slot) for form, slot in zip(links.forms, known.links, strict=True))
        around = "".join((self._banner(page, volatile=False), *places))
        return self._sizing.fits(known.size + len(around.encode("utf-8", "surrogatepass")), self._setup.target)

    def _pending(self, links: _Links, above: Uid | None) -> tuple[Uid, ...]:
        """The documents without a page that the page links to, or is to stand below."""
        waits = above is not None and self.known(above) is None and above not in links.pending
        return (*links.pending, above) if waits and above is not None else links.pending

    def _links(self, slots: Iterable[LinkSlot], page: RepoPath) -> _Links:
        """What each link becomes; it is looked up once."""
        forms: list[Forms] = []
        by_path: list[str] = []
        pending: dict[Uid, None] = {}
        cautions: list[str] = []
        images: dict[RepoPath, Image] = {}
        for slot in slots:
            found = self._linker.forms(slot, page)
            real = found.real
            forms.append(found)
            by_path.append((found.by_path or "") + (slot.raw if found.by_path is None or slot.style == "wiki" else ""))
            if real.waits_for is not None:
                pending[real.waits_for] = None
            if real.image is not None:
                images[real.image.path] = real.image
            if real.caution:
                cautions.append(f"line {slot.line}: {real.caution}")
        shown = tuple(images[path] for path in sorted(images))
        return _Links(tuple(forms), tuple(by_path), tuple(pending), tuple(cautions), shown)

    def _render(self, document: Document, body: str) -> Fields:
        page = document.path
        context = Context(path=shown(page, self._snapshot.root), ancestors=self._ancestors(page))
        return self._setup.backend.render(document, body, context, self._setup.target)

    def _print(self, page: RepoPath, known: Gist, links: _Links, drawn: Fields, above: Uid | None) -> bytes:
        """The digest's part: what the page is made from, the same on every machine.

        The body counts as the file gives it, with links as source paths, and not as the backend renders it: that
        follows from it and from the settings, and to render each page once more is what a plan would take longest for.
        `drawn` are the fields that the backend renders; of these its body is left out.
        """
        small = self._setup.backend.normal({name: value for name, value in drawn.items() if name != BODY})
        said = digest_of(
            *(f"{name}={value!r}" for name, value in sorted(small.items())),
            f"{BODY}={known.print}",
            self._banner(page, volatile=True),
            *links.by_path,
            *([f"{IMAGES}={images_print(links.images)}"] if links.images else []),
            self._settings,
            self._paths.get(above, "") if above is not None else "",
        )
        return bytes.fromhex(said)  # each page of a folder keeps it

    def _placed(self, fields: Fields, uid: Uid, above: Uid | None) -> Fields:
        """The fields with the page's place below its parent; where the parent has no page yet, where it stands now."""
        if self._parent is None:
            return fields
        record = self._records.get(uid)
        now = record.values.get(PARENT) if record is not None and record.page_id is not None else None
        return {**fields, PARENT: None if above is None else self.known(above) or now}

    def _banner(self, path: RepoPath, *, volatile: bool) -> str:
        template = self._setup.banner
        if not template:
            return ""
        values = {
            "web_url": self._linker.web(path, volatile=volatile),
            "path": shown(path, self._snapshot.root),
        }
        if not volatile:
            values["commit"] = self._snapshot.head
            if "{author}" in template:
                values["author"] = self._snapshot.author(path)
        return f"{banner(template, values)}\n\n"

    def _thawed(self, uid: Uid, fields: Fields) -> tuple[Fields, tuple[str, ...]]:
        """The fields with those put back that the API can't change any more, and a warning for each."""
        record = self._records.get(uid)
        if record is None or record.page_id is None or not record.values:
            return fields, ()
        frozen = self._setup.backend.frozen(record.values, fields)
        if not frozen:
            return fields, ()
        kept: dict[FieldName, FieldValue] = dict(fields)
        for name in frozen:
            if name in record.values:
                kept[name] = record.values[name]
            else:
                kept.pop(name, None)
        return kept, tuple(frozen.values())


def _filled(document: Document, destinations: Iterable[str | None]) -> str:
    """A document's body with these destinations, one for each link."""
    following = iter(destinations)
    return fill(document.body, lambda _: next(following))


def _told(finding: Finding) -> str:
    return f"line {finding.line}: {finding.message}" if finding.line else finding.message


def _own(document: Document, uids: str) -> Prints:
    """The fingerprints of what the file itself says, with links as uids."""
    own: dict[FieldName, FieldValue] = {TITLE: document.title, BODY: uids}
    front: FrontMatter = document.front
    for name in OWN:
        value = getattr(front, name)
        if value is not None:
            own[FieldName(name)] = value
    return {name: fingerprint(value) for name, value in own.items()}
