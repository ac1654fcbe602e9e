"""Documents as they would be sent now: links filled in, banner on top, fingerprints beside. Implements `Pages`."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from pagemirror.backends.interface import Context, Converter, Problem
from pagemirror.content import banner, fill_each, link_keys
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
from pagemirror.passes.library import Library
from pagemirror.passes.linking import TOKEN, Book, Linker
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.planner.views import Wanted
from pagemirror.source import Snapshot

__all__ = ["Rendering", "all_prints"]

OWN = ("status", "visibility", "slug", "icon", "order", "parent", "folders", "skills", "sources", "labels")
"""The front matter's keys whose value is the file's own word on a field."""


_NO_PRINT: Final = Fingerprint("")


def all_prints(setup: MirrorSetup, fields: Fields) -> Prints:
    """The fingerprints of every field, sets too, in normal form."""
    return {name: fingerprint(value) for name, value in setup.backend.normal(fields).items()}


class _Bodies(NamedTuple):
    """A body with its links in each form, the documents without a page that it links to, what to tell of links, and the
    images that the target shall keep.
    """

    real: str
    volatile: str
    by_uid: str
    by_path: str
    pending: tuple[Uid, ...]
    cautions: tuple[str, ...]
    images: tuple[Image, ...]


class _Draft(NamedTuple):
    """A document's page before it is known what a record has to say: its text, and the fields that it becomes.

    `held` is the banner with volatile words unexpanded, `above` the document above.
    """

    bodies: _Bodies
    text: str
    fields: Fields
    held: str
    above: Uid | None


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
        self._book = book
        self._paths = paths
        self._records = records
        self._ancestors = ancestors
        self._parent = parent
        self._texts = texts
        self._gone = set(gone)
        self._converter = setup.backend if isinstance(setup.backend, Converter) else None
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
        return self._setup.backend.blind(text, lambda url: self._linker.unresolve(url, page))

    def token(self, url: str, page: RepoPath) -> str | None:
        """What a destination on a page stands for, link-blind; None for one that isn't ours."""
        return self._linker.unresolve(url, page)

    def meant(self, slot: LinkSlot, page: RepoPath) -> str | None:
        """The same of a destination in a file; None for one that stays as written."""
        return self._linker.forms(slot, page).by_uid

    def render(self, uid: Uid) -> Rendered:
        """Render one document anew."""
        document = self._library.get(self._paths[uid])
        if not isinstance(document, Document):
            raise KeyError(uid)
        return self.rendered(uid, document)

    def new(self, uid: Uid, document: Document) -> Wanted:
        """What a plan needs of a document that nothing knows: its fingerprints would be compared with nothing.

        Nor does the plan need a body that takes long to make, where it is known that it can be sent.
        """
        draft = self._draft(document, to_be_sent=False)
        fields = self._placed(draft.fields, uid, draft.above)
        small = {name: value for name, value in fields.items() if name != BODY}
        problem = self._setup.backend.problem(fields)
        return Wanted(
            uid=uid,
            path=document.path,
            blob=document.blob,
            title=document.title,
            own=NO_PRINTS,
            raw_body=_NO_PRINT,
            sent=NO_PRINTS,
            full=NO_PRINTS,
            values=NO_FIELDS if small[TITLE] == document.title else {TITLE: small[TITLE]},
            print=self._print(all_prints(self._setup, small), draft),
            front_id=document.front.id,
            page_id=document.front.page_id,
            protect=document.front.protect,
            parent=draft.above,
            wants=self._pending(draft),
            problem=(problem.code, problem.reason) if problem is not None else None,
            rank=document.place.key,
        )

    def rendered(self, uid: Uid, document: Document) -> Rendered:
        """Render a document that is at hand."""
        draft = self._draft(document)
        above, bodies = draft.above, draft.bodies
        thawed, warnings = self._thawed(uid, draft.fields)
        fields = self._placed(thawed, uid, above)
        full = all_prints(self._setup, fields)
        small = full if thawed is draft.fields else all_prints(self._setup, draft.fields)
        sent = full
        if self._volatile:
            plain = self._thawed(uid, self._render(document, draft.held + bodies.volatile))[0]
            sent = all_prints(self._setup, self._placed(plain, uid, above))
        if above is not None and self.known(above) is None:
            # The parent is made in this pass: until then the place counts as one that was never sent.
            sent = {**sent, PARENT: fingerprint(f"{TOKEN}/{above}")}
        if bodies.images:
            shown = {IMAGES: images_print(bodies.images)}
            full, sent = {**full, **shown}, {**sent, **shown}
        problem = self._problem(uid, fields)
        wanted = Wanted(
            uid=uid,
            path=document.path,
            blob=document.blob,
            title=document.title,
            own=_own(document, bodies.by_uid),
            raw_body=fingerprint(document.text),
            sent=sent,
            full=full,
            values={name: value for name, value in fields.items() if name != BODY},
            print=self._print(small, draft),
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
            wants=self._pending(draft),
            problem=(problem.code, problem.reason) if problem is not None else None,
            rank=document.place.key,
        )
        losses = self._setup.backend.losses(draft.text, self._setup.target)
        told = (*map(_told, document.findings), *bodies.cautions, *losses, *warnings)
        return Rendered(wanted=wanted, fields=fields, pending=wanted.wants, warnings=told, images=bodies.images)

    def _problem(self, uid: Uid, fields: Fields) -> Problem | None:
        """Why a page can't be sent; what the target has on that page already, it takes back."""
        problem, record = self._setup.backend.problem(fields), self._records.get(uid)
        held = (record.server_text or record.text) if record is not None else None
        if problem is None or problem.code != "unsupported" or held is None:
            return problem
        return self._setup.backend.problem(fields, page=self._texts(held) or "")

    def _draft(self, document: Document, *, to_be_sent: bool = True) -> _Draft:
        page = document.path
        bodies = self._bodies(document)
        text = self._banner(page, volatile=False) + bodies.real
        return _Draft(
            bodies=bodies,
            text=text,
            fields=self._render(document, text if to_be_sent or not self._fits(text) else ""),
            held=self._banner(page, volatile=True),
            above=self._parent(page) if self._parent is not None else None,
        )

    def _fits(self, body: str) -> bool:
        """Whether what a body becomes can be sent for all that is known; False where it must be made."""
        return self._converter is not None and self._converter.fits(body, self._setup.target)

    def _pending(self, draft: _Draft) -> tuple[Uid, ...]:
        """The documents without a page that the page links to, or is to stand below."""
        pending, above = draft.bodies.pending, draft.above
        waits = above is not None and self.known(above) is None and above not in pending
        return (*pending, above) if waits and above is not None else pending

    def _bodies(self, document: Document) -> _Bodies:
        """The body with its links in each form; each link is looked up once."""
        pending: dict[Uid, None] = {}
        cautions: list[str] = []
        images: dict[RepoPath, Image] = {}

        def forms(slot: LinkSlot) -> Sequence[str | None]:
            found = self._linker.forms(slot, document.path)
            if found.real.waits_for is not None:
                pending[found.real.waits_for] = None
            if found.real.image is not None:
                images[found.real.image.path] = found.real.image
            if found.real.caution:
                cautions.append(f"line {slot.line}: {found.real.caution}")
            said = (found.real.url, found.by_uid, found.by_path)
            return (*said, found.volatile) if self._linker.volatile else said

        real, by_uid, by_path, *more = fill_each(document.body, forms, 4 if self._linker.volatile else 3)
        volatile = more[0] if more else real
        return _Bodies(
            real,
            volatile,
            by_uid,
            by_path,
            tuple(pending),
            tuple(cautions),
            tuple(images[path] for path in sorted(images)),
        )

    def _render(self, document: Document, body: str) -> Fields:
        page = document.path
        context = Context(path=shown(page, self._snapshot.root), ancestors=self._ancestors(page))
        return self._setup.backend.render(document, body, context, self._setup.target)

    def _print(self, small: Prints, draft: _Draft) -> str:
        """The digest's part: what the page is made from, the same on every machine.

        The body counts as the file gives it, with links as source paths, and not as the backend renders it: that
        follows from it and from the settings, and to render each page once more is what a plan would take longest for.
        `small` are the prints of the fields that the backend renders; its body's and its place's are left out.
        """
        return digest_of(
            *(f"{name}={small[name]}" for name in sorted(draft.fields) if name != BODY),
            f"{BODY}={fingerprint(draft.held + draft.bodies.by_path)}",
            *([f"{IMAGES}={images_print(draft.bodies.images)}"] if draft.bodies.images else []),
            self._settings,
            self._paths.get(draft.above, "") if draft.above is not None else "",
        )

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
