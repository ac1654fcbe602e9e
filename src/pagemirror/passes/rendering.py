"""Documents as they would be sent now: links filled in, banner on top, fingerprints beside. Implements `Pages`."""

import sys
from collections.abc import Callable, Iterable, Mapping

from pagemirror.backends.interface import Context
from pagemirror.content import banner, fill, link_keys
from pagemirror.executor.ports import Rendered
from pagemirror.model.documents import Document, Finding, FrontMatter, LinkSlot
from pagemirror.model.fields import BODY, PARENT, TITLE, Fields, FieldValue, Prints, digest_of, fingerprint
from pagemirror.model.ids import FieldName, PageId, RepoPath, Uid
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


def all_prints(setup: MirrorSetup, fields: Fields) -> Prints:
    """The fingerprints of every field, sets too, in normal form."""
    return {name: fingerprint(value) for name, value in setup.backend.normal(fields).items()}


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
        self._gone = set(gone)
        self._volatile = linker.volatile or any(word in setup.banner for word in ("{commit}", "{author}"))

    def known(self, uid: Uid) -> PageId | None:
        """A document's page id, if it has a page by now."""
        page = self._book.pages.get(uid) if uid not in self._gone else None
        return page[0] if page is not None else None

    def learned(self, uid: Uid, header: Header) -> None:
        """Link to this page from now on."""
        self._gone.discard(uid)
        self._book.learned(uid, header)

    def blind(self, text: str, of: Uid) -> str:
        """A page's body with known destinations as uids."""
        page = self._paths.get(of) or (self._records[of].path if of in self._records else RepoPath(""))
        return self._setup.backend.blind(text, lambda url: self._linker.unresolve(url, page))

    def render(self, uid: Uid) -> Rendered:
        """Render one document anew."""
        document = self._library.get(self._paths[uid])
        if not isinstance(document, Document):
            raise KeyError(uid)
        return self.rendered(uid, document)

    def rendered(self, uid: Uid, document: Document) -> Rendered:
        """Render a document that is at hand."""
        page = document.path
        context = Context(path=shown(page, self._snapshot.root), ancestors=self._ancestors(page))
        pending: dict[Uid, None] = {}
        cautions = [_told(finding) for finding in document.findings]

        def real(slot: LinkSlot) -> str | None:
            destination = self._linker.real(slot, page, volatile=False)
            if destination.waits_for is not None:
                pending[destination.waits_for] = None
            if destination.caution:
                cautions.append(f"line {slot.line}: {destination.caution}")
            return destination.url

        linked = any(not isinstance(part, str) for part in document.body)
        text = fill(document.body, real)
        uids = fill(document.body, lambda slot: self._linker.by_uid(slot, page)) if linked else text
        by_path = fill(document.body, lambda slot: self._linker.by_path(slot, page)) if linked else text
        above = self._parent(page) if self._parent is not None else None
        fields, warnings = self._thawed(uid, self._fields(document, text, context, volatile=False))
        fields = self._placed(fields, uid, above)
        cautions += self._setup.backend.losses(self._banner(page, volatile=False) + text, self._setup.target)
        full = all_prints(self._setup, fields)
        sent = full
        if self._volatile:
            held = fill(document.body, lambda slot: self._linker.real(slot, page, volatile=True).url)
            plain = self._thawed(uid, self._fields(document, held, context, volatile=True))[0]
            sent = all_prints(self._setup, self._placed(plain, uid, above))
        if above is not None and self.known(above) is None:
            # The parent is made in this pass: until then the place counts as one that was never sent.
            sent = {**sent, PARENT: fingerprint(f"{TOKEN}/{above}")}
        shape = all_prints(self._setup, self._fields(document, by_path, context, volatile=True))
        problem = self._setup.backend.problem(fields)
        wanted = Wanted(
            uid=uid,
            path=page,
            blob=document.blob,
            title=document.title,
            own=_own(document, uids),
            raw_body=fingerprint(document.text),
            sent=sent,
            full=full,
            values={name: value for name, value in fields.items() if name != BODY},
            print=digest_of(
                *(f"{name}={value}" for name, value in sorted(shape.items())),
                self._paths.get(above, "") if above is not None else "",
            ),
            payload=digest_of(
                *(f"{name}={value}" for name, value in sorted(full.items())),
                f"page_id={document.front.page_id or ''}",
                self._setup.settings_digest,
                self._setup.token_print,
            ),
            front_id=document.front.id,
            page_id=document.front.page_id,
            protect=document.front.protect,
            parent=above,
            links=tuple(sorted({sys.intern(key) for slot in document.links for key in link_keys(slot)})),
            wants=tuple(pending),
            problem=(problem.code, problem.reason) if problem is not None else None,
            rank=document.place.key,
        )
        return Rendered(wanted=wanted, fields=fields, pending=tuple(pending), warnings=(*cautions, *warnings))

    def _fields(self, document: Document, body: str, context: Context, *, volatile: bool) -> Fields:
        on_top = self._banner(document.path, volatile=volatile)
        return self._setup.backend.render(document, on_top + body, context, self._setup.target)

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
