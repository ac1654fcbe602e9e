"""Recovery: what became of the requests whose answers nobody saw. Runs before the plan, and again in the same pass.

Adopts only what an intent names; sends nothing that changes a page.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pagemirror.backends.interface import Backend, Session
from pagemirror.executor.observe import members, prints_of, see
from pagemirror.executor.outcomes import doubted, placed, written
from pagemirror.executor.ports import Journal, Pages, Texts
from pagemirror.executor.unanswered import may_be, not_applied, over, partly, same_page, same_place, with_uploads
from pagemirror.model.clock import Clock
from pagemirror.model.errors import Rejected
from pagemirror.model.fields import BODY, PARENT, SET_FIELDS, TITLE, Fields, FieldValue, fingerprint
from pagemirror.model.ids import FieldName, PageId, Uid
from pagemirror.model.pages import Absent, Complete, Found, Listing, Page
from pagemirror.model.plans import Action
from pagemirror.model.records import Hold, Intent, IntentKind, Open, Record, Standing
from pagemirror.planner.table import remote_change, seen_by_record
from pagemirror.planner.views import Present, remote_print
from pagemirror.state.interface import DropDecision, DropIntent, PutHold, PutRecord, PutText

__all__ = ["Recovered", "Recovery"]

SKEW: Final = 86_400.0
"""How far a server's clock may be off ours, in seconds, before a page counts as made by somebody else earlier."""


LATE: Final = 3_600.0
"""How long after its intent a request may have gone at last, in seconds: it waits for its turn and for the server."""

READS: Final = 20
"""How many pages with other titles are read at most, the newest first, to find one by its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What recovery found out.

    `applied` are documents whose request turned out to be done, `seen` pages that must be looked at by the plan, and
    `in_doubt` creates that are still unknown.
    """

    applied: frozenset[Uid] = frozenset()
    seen: Mapping[Uid, Found] = field(default_factory=dict)
    in_doubt: frozenset[Uid] = frozenset()
    listing: Listing | None = None


class Recovery:
    """Settles open intents against what the target holds."""

    def __init__(
        self,
        *,
        backend: Backend,
        session: Session,
        pages: Pages,
        journal: Journal,
        clock: Clock,
        texts: Texts,
        settle: float,
        owned: Callable[[Iterable[PageId]], frozenset[PageId]],
    ) -> None:
        self._backend = backend
        self._session = session
        self._pages = pages
        self._journal = journal
        self._clock = clock
        self._texts = texts
        self._settle = settle
        self._owned = owned
        self._done: set[Uid] = set()
        self._retitled: dict[Uid, Found] = {}
        self._taken: set[PageId] = set()

    async def settle(self, intents: Sequence[Intent], records: Mapping[Uid, Record]) -> Recovered:
        """Find out the outcome of every open intent; one pair of listings serves all creates."""
        intents = [with_uploads(intent, records.get(intent.uid)) for intent in intents]
        creates = [intent for intent in intents if intent.kind is IntentKind.CREATE]
        # A page that was being tied has no record yet, and is no create's all the same.
        self._taken = {intent.page_id for intent in intents if intent.page_id is not None}
        # Creates first: the pages that were changed may link to those that were made.
        doubtful, listing = await self._creates(creates, records) if creates else (frozenset[Uid](), None)
        seen: dict[Uid, Found] = {}
        started = self._clock.now()
        for intent in intents:
            if intent.kind is not IntentKind.CREATE and intent.page_id is not None:
                found = await self._known_page(intent, intent.page_id, records.get(intent.uid), started)
                if found is not None:
                    seen[intent.uid] = found
        seen |= self._retitled
        return Recovered(applied=frozenset(self._done), seen=seen, in_doubt=doubtful, listing=listing)

    # ------------------------------------------------- updates, removals, restores

    async def _known_page(self, intent: Intent, page_id: PageId, before: Record | None, started: float) -> Found | None:
        """Look at a page whose change got no answer; gives it back where the plan must see it too.

        What the page doesn't show yet may still be on its way, as long as `settle` is not over.
        """
        found = await self._session.get(page_id)
        if not self._shows(intent, found) and await self._waited(started, intent.sent_at):
            found = await self._session.get(page_id)
        if intent.kind is IntentKind.REMOVE:
            return await self._removal(intent, found, before)
        if isinstance(found, Absent):
            await self._journal.commit((DropIntent(uid=intent.uid),))
            return found
        prints = prints_of(self._backend, found.fields)
        names = [name for name in intent.remote if name in prints]
        if not found.tombstone and self._says(intent, found):
            await self._applied(intent, found)
            return None
        if before is not None and not self._moved(before, found):
            await self._journal.commit((DropIntent(uid=intent.uid),))
            return found
        if before is not None and all(prints[name] in (before.remote.get(name), intent.remote[name]) for name in names):
            # Each field is as it was or as it was sent: of several calls some were applied, and nobody edited.
            part = partly(intent, before, {name: prints[name] for name in names})
            changes = PutRecord(record=replace(part, updated=found.header.updated)), DropIntent(uid=intent.uid)
            await self._journal.commit(changes)
            return found
        if before is not None and (intent.planned or _untouched(intent, found)):
            # It may not have been sent: what somebody made of the page is compared with the record, as ever.
            await self._journal.commit((DropIntent(uid=intent.uid),))
            return found
        # Neither what was sent nor what was there: somebody edited it, with what was sent as the likely base.
        values = placed(intent.record.values, found)
        base = replace(
            doubted(intent.record),
            page_id=page_id,
            values=values,
            remote=intent.remote,
            body_known=True,
            open=Open.UNKNOWN,
        )
        await self._journal.commit((PutRecord(record=base), DropIntent(uid=intent.uid)))
        return found

    def _shows(self, intent: Intent, found: Found) -> bool:
        """Whether a page is as the request would have left it."""
        away = isinstance(found, Absent) or found.tombstone
        if intent.kind is IntentKind.REMOVE or away:
            return away and intent.kind is IntentKind.REMOVE
        return isinstance(found, Page) and self._says(intent, found)

    async def _waited(self, started: float, sent_at: float) -> bool:
        """Let a request take effect that may have been sent until recovery began; False where it must have, if ever.

        When it really went is not known: at the latest before this began, whatever the clock did since.
        """
        wait = min(min(started, sent_at + LATE) + self._settle - self._clock.now(), self._settle)
        if wait > 0:
            await self._clock.sleep(wait)
        return wait > 0

    def _says(self, intent: Intent, page: Page) -> bool:
        """Whether a page says what the intent names; a planned one may have been sent with other page URLs."""
        prints = prints_of(self._backend, page.fields)
        moved = [name for name in intent.remote if name in prints and prints[name] != intent.remote[name]]
        return not moved or (intent.planned and moved == [BODY] and self._holds(intent, page))

    async def _removal(self, intent: Intent, found: Found, before: Record | None) -> Found | None:
        away = isinstance(found, Absent) or found.tombstone
        if away:
            self._done.add(intent.uid)
            await self._journal.commit((PutRecord(record=intent.record), *over(intent)))
        else:
            await self._journal.commit((DropIntent(uid=intent.uid),))
        return None if away or before is None else found

    def _moved(self, record: Record, page: Page) -> bool:
        seen = see(self._backend, record, page)
        buried = isinstance(seen, Present) and seen.tombstone and record.standing is Standing.LIVE
        return not isinstance(seen, Present) or bool(remote_change(record, seen)) or buried

    # ---------------------------------------------------------------- creates

    async def _creates(
        self, intents: Sequence[Intent], records: Mapping[Uid, Record]
    ) -> tuple[frozenset[Uid], Listing | None]:
        """Tie what can be told by title and text, at last by text alone; hold what could be several, or was changed."""
        started = self._clock.now()
        first = await self._session.list_headers()
        left = await self._tie_titled(intents, await self._read(intents, first, untitled=0))
        if not left:
            return frozenset(), first
        await self._waited(started, max(intent.sent_at for intent in left))
        second = await self._session.list_headers()
        pages = await self._read(left, second, untitled=READS)
        left = await self._tie_retitled(await self._tie_titled(left, pages), pages)
        if not isinstance(second, Complete):
            return frozenset(intent.uid for intent in left), second
        for intent in left:
            could_be = [page.id for page in self._free(intent, pages) if self._could_be(intent, page)]
            if could_be:
                await self._hold(intent, could_be)
            else:
                await self._journal.commit(not_applied(intent, records.get(intent.uid)))
        return frozenset(), second

    async def _read(self, intents: Sequence[Intent], listing: Listing, *, untitled: int) -> list[Page]:
        """The listed pages without a record that were made late enough: all with a title that was sent, and the newest
        `untitled` others.
        """
        since = min(intent.sent_at for intent in intents) - SKEW
        late = [header for header in listing.headers if not header.archived]
        late = [header for header in late if not header.created or header.created >= since]
        taken = self._owned([header.id for header in late]) | self._taken
        late = [header for header in late if header.id not in taken]
        titles = {intent.title for intent in intents}
        named = [header for header in late if header.title in titles]
        others = sorted((each for each in late if each.title not in titles), key=lambda each: -each.created)
        found = [await self._session.get(header.id) for header in [*named, *others[:untitled]]]
        return [page for page in found if isinstance(page, Page)]

    async def _tie_titled(self, intents: Sequence[Intent], pages: Sequence[Page]) -> list[Intent]:
        """Tie each create's page where exactly one holds what the intent names; give the creates without one."""
        self._expect(intents, pages)
        left: list[Intent] = []
        for intent in intents:
            titled = [page for page in self._free(intent, pages) if page.header.title == intent.title]
            matches = [page for page in titled if self._holds(intent, page) and self._stands(intent, page)]
            alike = sum(1 for other in intents if same_page(other, intent))
            if matches and len(matches) <= alike and not self._crowded(intent, intents, titled, matches):
                await self._applied(intent, matches[0])
            else:
                left.append(intent)
        return left

    def _expect(self, intents: Sequence[Intent], pages: Sequence[Page]) -> None:
        """Take a page with the only title for the planned create's, as far as links on other pages go: they may form
        a ring, in which no page could be told before the others are.
        """
        titles = Counter(intent.title for intent in intents)
        for intent in intents:
            if intent.planned and titles[intent.title] == 1:
                for page in pages:
                    if page.header.title == intent.title:
                        self._pages.learned(intent.uid, page.header)

    async def _tie_retitled(self, intents: Sequence[Intent], pages: Sequence[Page]) -> list[Intent]:
        """Tie the pages that a person gave another title meanwhile, told by their texts; give the creates without."""
        left: list[Intent] = []
        for intent in intents:
            matches = [page for page in self._free(intent, pages) if self._has_text(intent, page)]
            rivals = [other for other in intents if other.remote.get(BODY) == intent.remote.get(BODY)]
            crowded = self._crowded(intent, intents, self._free(intent, pages), matches)
            if len(matches) == 1 and len(rivals) == 1 and not crowded:
                await self._applied(intent, matches[0])
                self._retitled[intent.uid] = matches[0]
            else:
                left.append(intent)
        return left

    def _crowded(
        self, intent: Intent, intents: Sequence[Intent], pages: Sequence[Page], matches: Sequence[Page]
    ) -> bool:
        """Whether of the pages with a create's title and place more could be one than there are creates with both:
        beside those that hold its text, be they moved, one that was made at the time and changed since.
        """
        titled = [page for page in pages if page.header.title == intent.title]
        titled = [page for page in titled if page in matches or self._stands(intent, page)]
        made = [page for page in titled if self._holds(intent, page) or may_be(intent, page.header)]
        return len(made) > sum(1 for other in intents if same_place(other, intent))

    def _free(self, intent: Intent, pages: Sequence[Page]) -> list[Page]:
        """Those that are no other document's by now, and were made late enough to be a create's."""
        late = [page for page in pages if not page.header.created or page.header.created >= intent.sent_at - SKEW]
        return [page for page in late if page.id not in self._taken]

    def _could_be(self, intent: Intent, page: Page) -> bool:
        """Whether a page may be the one that was made: by its title, by its text, or as it was made at the time and
        changed since.
        """
        titled = page.header.title == intent.title
        return titled or self._has_text(intent, page) or may_be(intent, page.header)

    def _has_text(self, intent: Intent, page: Page) -> bool:
        """Whether a page holds the text that was sent, if that is one to be told by."""
        sent = self._sent(intent)
        texted = bool(sent.strip()) if sent is not None else intent.blind != fingerprint("")
        return texted and self._holds(intent, page)

    def _holds(self, intent: Intent, page: Page) -> bool:
        """Whether a page's text is the one that the intent names, in normal form or link-blind."""
        prints = prints_of(self._backend, page.fields)
        if prints.get(BODY) == intent.remote.get(BODY):
            return True
        sent = self._sent(intent)
        if sent is None:
            blind = self._pages.blind(str(self._backend.normal(page.fields).get(BODY) or ""), intent.uid)
            return fingerprint(blind) == intent.blind
        ours = str(self._backend.normal({BODY: sent}).get(BODY) or "")
        theirs = str(self._backend.normal(page.fields).get(BODY) or "")
        return self._pages.blind(ours, intent.uid) == self._pages.blind(theirs, intent.uid)

    def _stands(self, intent: Intent, page: Page) -> bool:
        """Whether a page is where the intent puts it, as far as the target tells: of a copy elsewhere it is no page."""
        there = prints_of(self._backend, {name: value for name, value in page.fields.items() if name == PARENT})
        return PARENT not in intent.remote or there.get(PARENT, intent.remote[PARENT]) == intent.remote[PARENT]

    async def _applied(self, intent: Intent, page: Page) -> None:
        """The request was applied: write its outcome down as if its answer had come.

        The record stays open, so that the next plan sees a file that has moved on since the request was sent.
        """
        sent, git = self._sent(intent), self._texts.get(intent.record.text) if intent.record.text else None
        fields: dict[FieldName, FieldValue] = dict(intent.record.values)
        fields[BODY] = sent if sent is not None else page.fields.get(BODY)
        fields[TITLE] = intent.title
        ours = await self._ours(fields, page)
        record, known = written(self._backend, intent.record, page, fields, ours, git_body=git)
        if intent.kind is IntentKind.CREATE and page.header.title != intent.title:
            # The title that was sent is the base, so that a person's own is seen as their edit.
            record = replace(record, remote={**record.remote, TITLE: intent.remote[TITLE]}, version=None, updated=0.0)
        texts = [PutText(text=text) for text in known]
        if record.open is Open.NONE:
            record = replace(record, open=Open.UNKNOWN)
        await self._journal.commit((*texts, PutRecord(record=record), *over(intent)))
        self._pages.learned(intent.uid, page.header)
        self._done.add(intent.uid)
        self._taken.add(page.id)

    def _sent(self, intent: Intent) -> str | None:
        """The body that was sent: Git's own text, or what was merged or put back instead."""
        named = intent.record.server_text or intent.record.text
        return self._texts.get(named) if named is not None else None

    async def _ours(self, fields: Fields, page: Page) -> Mapping[FieldName, tuple[str, ...]]:
        """The members of set fields that the request put there."""
        sets = [name for name in fields if name in SET_FIELDS]
        if not sets:
            return {}
        try:
            resolved = await self._session.resolve(fields)
        except Rejected:
            # A folder that is gone by now: then none of its pages is ours to take back.
            return {}
        return {name: tuple(i for i in members(resolved, name) if i in members(page.fields, name)) for name in sets}

    async def _hold(self, intent: Intent, could_be: Sequence[PageId]) -> None:
        """Several pages could be the one that was made, or one that was changed since: a person decides."""
        record = replace(intent.record, page_id=None, remote=intent.remote, open=Open.NONE)
        hold = Hold(
            uid=intent.uid,
            path=record.path,
            page_id=None,
            action=Action.CREATE,
            code="in_doubt",
            reason="a create got no answer, and these pages could be it, but are not surely it: " + ", ".join(could_be),
            basis=f":{remote_print(seen_by_record(record))}",
            at=self._clock.now(),
            git=record.text,
            candidates=tuple(could_be),
        )
        # What was decided before led to this request, and says nothing of what became of it.
        changes = (PutRecord(record=record), PutHold(hold=hold), DropDecision(uid=intent.uid))
        await self._journal.commit((*changes, DropIntent(uid=intent.uid)))


def _untouched(intent: Intent, page: Page) -> bool:
    """Whether a page bears the stamp that it had when it was looked at before an update."""
    looked = (intent.record.version, intent.record.updated)
    return (
        intent.kind is IntentKind.UPDATE
        and bool(page.header.updated)
        and looked == (page.header.version, page.header.updated)
    )
