"""One step: look, intent, send, record. The only code that changes a page.

Each function takes a decision and gives an outcome; what is right was decided by the planner's table, which is asked
again with what the look found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pagemirror.backends.interface import Backend, Session
from pagemirror.executor.merging import merge_page
from pagemirror.executor.observe import is_stale, members, prints_of, see, text_of
from pagemirror.executor.outcomes import accepted, based_on, failed, fresh, refreshed, removed, written
from pagemirror.executor.ports import Done, Journal, Pages, Rendered, Texts
from pagemirror.model.clock import Clock
from pagemirror.model.errors import Changed, NotApplied, Rejected
from pagemirror.model.fields import BODY, SET_FIELDS, TITLE, Fields, FieldValue, fingerprint
from pagemirror.model.ids import FieldName, PageId, RepoPath, Uid
from pagemirror.model.pages import Absence, Absent, Found, Page, Removal
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Choice, Failure, Hold, Intent, IntentKind, Open, Record, Standing
from pagemirror.planner.table import basis, decide, remote_change
from pagemirror.planner.verdicts import Quiet, Verdict
from pagemirror.planner.views import Policy, Present, View, Way
from pagemirror.state.interface import (
    Change,
    DropDecision,
    DropHold,
    DropIntent,
    Keep,
    PutHold,
    PutIntent,
    PutRecord,
    PutText,
    text_id,
)

__all__ = ["Stepper"]

LOOKS: Final = 3
"""How often a step looks again when the page moves under it."""


class Stepper:
    """Carries out steps on one target. Holds no plan: it is handed a step and the page's view."""

    def __init__(
        self,
        *,
        backend: Backend,
        session: Session,
        pages: Pages,
        journal: Journal,
        clock: Clock,
        policy: Policy,
        texts: Texts,
        epoch: int,
        pass_id: str,
        approved: bool = False,
        read: Mapping[PageId, Found] | None = None,
    ) -> None:
        self._backend = backend
        self._session = session
        self._pages = pages
        self._journal = journal
        self._clock = clock
        self._policy = policy
        self._texts = texts
        self._epoch = epoch
        self._pass_id = pass_id
        self._approved = approved
        self._read = dict(read or {})

    async def run(self, step: Step, view: View) -> Done:
        """Carry out one planned step."""
        try:
            return await self._run(step, view)
        except Rejected as error:
            return await self._refused(step, view, error)

    async def _run(self, step: Step, view: View) -> Done:
        match step.action:
            case Action.MOVE:
                return await self._refresh(view)
            case Action.KEEP:
                return await self._keep_page(view)
            case Action.CREATE if step.page_id is None:
                return await self._create(view)
            case _:
                return await self._looked(step, view)

    # ------------------------------------------------------------------ look

    async def _looked(self, step: Step, view: View) -> Done:
        """Look at the page, ask the table again, do what it says."""
        if step.page_id is None:
            raise NotApplied(f"{step.path} has no page to look at", code="internal")
        for _ in range(LOOKS):
            # A page that was read a moment ago to be adopted is only tied, not written: one look is enough.
            known = self._read.pop(step.page_id, None) if step.action is Action.ADOPT else None
            found = known if known is not None else await self._session.get(step.page_id)
            if is_stale(view.record, found):
                found = await self._session.get(step.page_id)
                if is_stale(view.record, found):
                    return Done(
                        outcome=Outcome.DEFERRED,
                        code="stale",
                        reason="the target still shows an older text than the one last written; try again later",
                        page_id=step.page_id,
                        record=view.record,
                    )
            try:
                return await self._on_found(step, view, found)
            except Changed:
                continue
        return Done(
            outcome=Outcome.DEFERRED,
            code="changed",
            reason="somebody keeps changing the page while it is written; try again later",
            page_id=step.page_id,
            record=view.record,
        )

    async def _on_found(self, step: Step, view: View, found: Found) -> Done:
        rendered = self._pages.render(view.uid) if view.wanted is not None else None
        adopting = view.record is None or view.record.page_id is None
        looked = replace(
            view,
            seen=see(self._backend, view.record, found),
            wanted=rendered.wanted if rendered is not None else None,
        )
        if isinstance(found, Absent) and found.kind is Absence.HIDDEN:
            reason = "the page is not visible to this token; nothing was done about it"
            hidden = Verdict(action=step.action, outcome=Outcome.FAILED, code="hidden", reason=reason)
            return await self._put_down(looked, hidden, found)
        if adopting:
            return await self._adopt(step, looked, rendered, found)
        decided = decide(looked, self._policy, now=self._clock.now())
        if isinstance(decided, Quiet):
            return await self._nothing_left(step, looked, rendered, found)
        return await self._on_verdict(step, decided, looked, rendered, found)

    async def _on_verdict(
        self, step: Step, verdict: Verdict, looked: View, rendered: Rendered | None, found: Found
    ) -> Done:
        if verdict.outcome is not Outcome.PLANNED:
            return await self._put_down(looked, verdict, found)
        if self._approved and (verdict.action, verdict.way) != (step.action, step.way):
            wait = verdict.but(
                Outcome.HELD, "plan_changed", f"the approved plan says {step.action}; now: {verdict.reason}"
            )
            return await self._put_down(looked, wait, found)
        return await self._act(verdict, looked, rendered, found)

    async def _act(self, verdict: Verdict, view: View, rendered: Rendered | None, found: Found) -> Done:
        record = _known(view)
        match verdict.action, found:
            case (Action.UPDATE, Page()) if rendered is not None:
                return await self._update(verdict, view, rendered, found)
            case (Action.RECORD, _):
                return await self._record(verdict, view, rendered, found)
            case (Action.ARCHIVE | Action.DELETE, Page()):
                return await self._remove(verdict, view, found)
            case (Action.RESTORE, Page()) if rendered is not None:
                return await self._restore(verdict, view, rendered, found)
            case (Action.RESTORE, Absent(page=Page() as page)) if rendered is not None:
                return await self._restore(verdict, view, rendered, page)
            case (Action.CREATE | Action.RESTORE, Absent()):
                gone = replace(record, former_ids=(*record.former_ids, found.id), page_id=None)
                return await self._create(replace(view, record=gone))
            case _:
                raise NotApplied(f"{verdict.action} does not fit what was found", code="internal")

    async def _nothing_left(self, step: Step, view: View, rendered: Rendered | None, found: Found) -> Done:
        """The look shows that there is nothing to do any more."""
        if view.wanted is not None and rendered is not None and isinstance(found, Page) and step.action is Action.ADOPT:
            return await self._adopt(step, view, rendered, found)
        return await self._refresh(view)

    # ------------------------------------------------------------- no request

    async def _refresh(self, view: View) -> Done:
        record = _known(view)
        if view.wanted is not None:
            record = refreshed(record, view.wanted)
        await self._journal.commit((PutRecord(record=record), *_settled(view)))
        return Done(outcome=Outcome.DONE, page_id=record.page_id, record=record)

    async def _keep_page(self, view: View) -> Done:
        record = removed(_known(view), Removal.KEEP, _known(view).page_id)
        await self._journal.commit((PutRecord(record=record), *_settled(view)))
        return Done(outcome=Outcome.DONE, page_id=record.page_id, record=record)

    async def _put_down(self, view: View, verdict: Verdict, found: Found | None) -> Done:
        """A look turned the step into a hold or a failure."""
        changes: list[Change] = []
        record = view.record
        if verdict.outcome is Outcome.HELD:
            changes += self.hold(view, verdict, found)
        if record is not None and verdict.outcome is Outcome.FAILED and view.wanted is not None:
            record = replace(record, open=Open.FAILED)
            changes.append(PutRecord(record=record))
        if view.decision is not None:
            changes.append(DropDecision(uid=view.uid))
        if changes:
            await self._journal.commit(changes)
        return Done(
            outcome=verdict.outcome,
            code=verdict.code,
            reason=verdict.reason,
            page_id=record.page_id if record is not None else view.adopt,
            record=record,
            action=verdict.action,
        )

    def hold(self, view: View, verdict: Verdict, found: Found | None) -> list[Change]:
        """The changes that put a hold into the state, with the three texts a person needs to decide."""
        record = view.record
        page = found if isinstance(found, Page) else found.page if isinstance(found, Absent) else None
        texts: dict[str, str | None] = {"base": None, "git": None, "remote": None}
        if record is not None and record.text is not None:
            texts["base"] = self._texts.get(record.text)
        if view.wanted is not None:
            texts["git"] = str(self._pages.render(view.uid).fields.get(BODY) or "")
        if page is not None:
            draft = page.draft.body if page.draft is not None and verdict.code == "draft" else None
            texts["remote"] = draft if draft is not None else str(page.fields.get(BODY) or "")
        elif record is not None and record.server_text is not None:
            texts["remote"] = self._texts.get(record.server_text)
        ids = {name: text_id(text) for name, text in texts.items() if text is not None}
        path = view.wanted.path if view.wanted is not None else record.path if record is not None else _unread(view)
        hold = Hold(
            uid=view.uid,
            path=path,
            page_id=record.page_id if record is not None else view.adopt,
            action=verdict.action,
            code=verdict.code or "held",
            reason=verdict.reason,
            basis=basis(view),
            at=view.hold.at if view.hold is not None else self._clock.now(),
            base=ids.get("base"),
            git=ids.get("git"),
            remote=ids.get("remote"),
            candidates=verdict.candidates,
            since_pass=self._pass_id,
        )
        return [*(PutText(text=text) for text in texts.values() if text is not None), PutHold(hold=hold)]

    # ------------------------------------------------------------------ adopt

    async def _adopt(self, step: Step, view: View, rendered: Rendered | None, found: Found) -> Done:
        """Tie an existing page to a file; write only what differs, and only if it was named or its text is equal."""
        if rendered is None:
            raise NotApplied(f"{step.path} has no file to adopt a page for", code="internal")
        if isinstance(found, Absent):
            verdict = Verdict(
                action=Action.ADOPT,
                outcome=Outcome.FAILED,
                code="remote_removed",
                reason=f"page {found.id} is {found.kind}; nothing was adopted",
            )
            return await self._put_down(view, verdict, found)
        record = self._adopted(view, rendered, found)
        named = step.action is Action.UPDATE
        equal = self._equal(view.uid, rendered, found)
        if not named and not equal:
            reason = f"a page with this title and another text is there: {found.id}"
            verdict = Verdict(
                action=Action.ADOPT, outcome=Outcome.HELD, code="foreign", reason=reason, candidates=(found.id,)
            )
            return await self._put_down(view, verdict, found)
        if equal and not named:
            await self._journal.commit(
                (PutText(text=str(found.fields.get(BODY) or "")), PutRecord(record=record), *_settled(view))
            )
            self._pages.learned(view.uid, found.header)
            return Done(outcome=Outcome.DONE, page_id=found.id, record=record, action=Action.ADOPT)
        verdict = Verdict(action=Action.UPDATE, reason=step.reason, changed=frozenset(rendered.fields), way=Way.GIT)
        self._pages.learned(view.uid, found.header)
        return await self._update(verdict, replace(view, record=record), rendered, found)

    def _adopted(self, view: View, rendered: Rendered, page: Page) -> Record:
        """A record whose remote base is the page as it was found; nothing was sent yet."""
        wanted = rendered.wanted
        start = view.record if view.record is not None else fresh(wanted)
        record, _ = written(self._backend, based_on(start, rendered), page, page.fields, {})
        prints = prints_of(self._backend, page.fields)
        names = [name for name in wanted.full if name not in SET_FIELDS]
        same = all(prints.get(name) == wanted.full[name] for name in names)
        return replace(
            record,
            sent=wanted.sent if same else {},
            remote={name: value for name, value in prints.items() if name in names},
            open=Open.NONE if same and not rendered.pending else Open.UNSETTLED,
        )

    def _equal(self, uid: Uid, rendered: Rendered, page: Page) -> bool:
        """Whether a page holds the document's title and text, link-blind and in normal form."""
        ours, theirs = self._backend.normal(rendered.fields), self._backend.normal(page.fields)
        if ours.get(TITLE) != theirs.get(TITLE):
            return False
        mine, other = str(ours.get(BODY) or ""), str(theirs.get(BODY) or "")
        return mine == other or self._pages.blind(mine, uid) == self._pages.blind(other, uid)

    # ----------------------------------------------------------------- create

    async def _create(self, view: View) -> Done:
        rendered = self._pages.render(view.uid)
        record = view.record if view.record is not None else fresh(rendered.wanted)
        resolved = await self._session.resolve(rendered.fields)
        after = based_on(record, rendered)
        body = str(rendered.fields.get(BODY) or "")
        await self._journal.commit(
            (PutText(text=body), PutIntent(intent=self._intent(IntentKind.CREATE, after, None, rendered)))
        )
        answer = await self._session.create(resolved)
        return await self._wrote(
            view, after, answer.page, rendered.fields, _sets(resolved), answer.warnings, Action.CREATE
        )

    # ----------------------------------------------------------------- update

    async def _update(self, verdict: Verdict, view: View, rendered: Rendered, page: Page) -> Done:
        record = _known(view)
        wanted: dict[FieldName, FieldValue] = dict(rendered.fields)
        diverged = False
        if verdict.way == Way.MERGE:
            merged = self._merge(record, rendered, page)
            if merged is None:
                wait = verdict.but(Outcome.HELD, "conflict", "both sides changed the same lines, or the title")
                return await self._put_down(view, wait, page)
            wanted |= merged
            diverged = any(fingerprint(wanted[name]) != fingerprint(rendered.fields[name]) for name in merged)
        elif verdict.way == Choice.RESTORE:
            text = self._texts.get(view.decision.text) if view.decision and view.decision.text else None
            if text is None:
                raise Rejected(f"the kept text for {rendered.wanted.path} is no longer there", code="text_gone")
            wanted[BODY] = text
            wanted[TITLE] = (view.decision.title if view.decision else None) or wanted[TITLE]
            diverged = True
        changed = self._changed(record, verdict.changed, wanted, page)
        after = replace(based_on(record, rendered), diverged=diverged)
        if not changed:
            done, _ = written(self._backend, after, page, wanted, self._ours(record, wanted, page))
            await self._journal.commit(
                (PutText(text=str(wanted.get(BODY) or "")), PutRecord(record=done), *_settled(view))
            )
            return Done(outcome=Outcome.DONE, page_id=page.id, record=done)
        resolved = await self._session.resolve(wanted)
        send, whole = self._with_sets(record, changed, resolved, page)
        note = self._intent(IntentKind.UPDATE, after, page.id, rendered, wanted)
        await self._journal.commit(
            (*self._kept(view, page, verdict), PutText(text=str(wanted.get(BODY) or "")), PutIntent(intent=note))
        )
        answer = await self._session.update(page, send, whole)
        return await self._wrote(view, after, answer.page, wanted, _sets(resolved), answer.warnings, verdict.action)

    def _changed(
        self, record: Record, names: frozenset[FieldName], wanted: Fields, page: Page
    ) -> Mapping[FieldName, FieldValue]:
        """The fields to send: those that moved and that the page doesn't already hold."""
        now, want = prints_of(self._backend, page.fields), prints_of(self._backend, wanted)
        changed: dict[FieldName, FieldValue] = {}
        for name in names:
            if name in SET_FIELDS:
                changed[name] = wanted.get(name, ())
            elif name in wanted and (now.get(name) != want.get(name) or page.draft is not None):
                changed[name] = wanted[name]
        for name in (TITLE, BODY):
            if name in want and now.get(name) != want[name] and record.remote.get(name) != want[name]:
                changed[name] = wanted[name]
        return changed

    def _with_sets(self, record: Record, changed: Fields, resolved: Fields, page: Page) -> tuple[Fields, Fields]:
        """Sets as they shall stand: what people added stays, what we put there and no longer want goes."""
        send, whole = dict(changed), dict(resolved)
        for name in {*changed, *resolved} & SET_FIELDS:
            there, ours, want = members(page.fields, name), record.ours.get(name, ()), members(resolved, name)
            value = tuple(dict.fromkeys([i for i in there if i not in ours or i in want] + list(want)))
            whole[name] = value
            if name in send:
                send[name] = value
        return {name: whole.get(name, value) for name, value in send.items()}, whole

    def _ours(self, record: Record, wanted: Fields, page: Page) -> Mapping[FieldName, tuple[str, ...]]:
        return {
            name: tuple(i for i in record.ours.get(name, ()) if i in members(page.fields, name))
            for name in wanted
            if name in SET_FIELDS
        }

    def _merge(self, record: Record, rendered: Rendered, page: Page) -> Fields | None:
        """Both sides' changes in one text; None where they overlap or the base's text is no longer there."""
        base = self._texts.get(record.text) if record.text is not None else None
        if base is None:
            return None
        title = record.values.get(TITLE)
        uid = record.uid
        merged = merge_page(
            (str(title or ""), self._plain(base, uid)),
            (str(rendered.fields[TITLE]), self._plain(str(rendered.fields[BODY]), uid)),
            (str(page.fields.get(TITLE) or ""), self._plain(str(page.fields.get(BODY) or ""), uid)),
            self._texts.merge,
        )
        if merged == "overlap":
            return None
        return {TITLE: merged.title, BODY: self._backend.from_markdown(merged.body)}

    def _plain(self, body: str, _uid: Uid) -> str:
        return self._backend.to_markdown({BODY: body})

    # ----------------------------------------------------------------- record

    async def _record(self, verdict: Verdict, view: View, rendered: Rendered | None, found: Found) -> Done:
        """Write down what the target did, without a request that changes it."""
        record = _known(view)
        changes: list[Change] = []
        match verdict.way, found:
            case (Way.REMOTE, Page()) if rendered is not None:
                record, text = accepted(self._backend, refreshed(record, rendered.wanted), found, rendered.wanted)
                changes += [PutText(text=text)]
            case (Way.REMOTE, _):
                record = replace(record, standing=Standing.LEFT, removal="released", open=Open.NONE)
            case (Way.ACCEPT, Absent()) if view.wanted is not None:
                record = replace(record, standing=Standing.LEFT, removal="accepted", open=Open.NONE)
            case (Way.ACCEPT, Absent(kind=kind)):
                record = removed(record, Removal.DELETE if kind is Absence.GONE else Removal.ARCHIVE, record.page_id)
            case (_, Page()) if rendered is not None:
                ours = self._ours(record, rendered.fields, found)
                record, text_or_none = written(
                    self._backend, based_on(record, rendered), found, rendered.fields, {**record.ours, **ours}
                )
                changes += [PutText(text=text) for text in (text_or_none, str(rendered.fields.get(BODY) or "")) if text]
            case _:
                raise NotApplied(f"nothing to record for {record.path}", code="internal")
        await self._journal.commit((*changes, PutRecord(record=record), *_settled(view)))
        return Done(
            outcome=Outcome.DONE, page_id=record.page_id, record=record, action=Action.RECORD, reason=verdict.reason
        )

    # --------------------------------------------------------- remove, restore

    async def _remove(self, verdict: Verdict, view: View, page: Page) -> Done:
        record = _known(view)
        how = Removal.DELETE if verdict.action is Action.DELETE else Removal.ARCHIVE
        after = removed(record, how, page.id)
        kept = Keep(
            uid=view.uid,
            path=record.path,
            page_id=page.id,
            at=self._clock.now(),
            why=f"before {verdict.action}",
            title=page.header.title,
            text=text_of(self._backend, page),
        )
        intent = Intent(
            uid=view.uid,
            kind=IntentKind.REMOVE,
            page_id=page.id,
            record=after,
            title=record.title,
            remote=record.remote,
            blind=fingerprint(""),
            sent_at=self._clock.now(),
            epoch=self._epoch,
            pass_id=self._pass_id,
        )
        await self._journal.commit((kept, *self._kept_draft(view, page), PutIntent(intent=intent)))
        today = datetime.fromtimestamp(self._clock.now(), UTC).date().isoformat()
        await self._session.remove(page, how, today)
        await self._journal.commit((PutRecord(record=after), DropIntent(uid=view.uid), *_settled(view)))
        return Done(outcome=Outcome.DONE, page_id=page.id, record=after, action=verdict.action)

    async def _restore(self, verdict: Verdict, view: View, rendered: Rendered, page: Page) -> Done:
        record = _known(view)
        if isinstance(view.seen, Present) and not page.tombstone:
            return await self._update(verdict, view, rendered, page)
        after = based_on(record, rendered)
        resolved = await self._session.resolve(rendered.fields)
        note = self._intent(IntentKind.RESTORE, after, page.id, rendered)
        await self._journal.commit(
            (
                *self._kept(view, page, verdict),
                PutText(text=str(rendered.fields.get(BODY) or "")),
                PutIntent(intent=note),
            )
        )
        answer = await self._session.restore(page, resolved)
        return await self._wrote(
            view, after, answer.page, rendered.fields, _sets(resolved), answer.warnings, Action.RESTORE
        )

    # ------------------------------------------------------------------ parts

    def _intent(
        self,
        kind: IntentKind,
        after: Record,
        page_id: PageId | None,
        rendered: Rendered,
        fields: Fields | None = None,
    ) -> Intent:
        sent = fields if fields is not None else rendered.fields
        body = str(self._backend.normal(sent).get(BODY) or "")
        return Intent(
            uid=after.uid,
            kind=kind,
            page_id=page_id,
            record=replace(after, text=text_id(str(sent.get(BODY) or ""))),
            title=str(sent.get(TITLE) or ""),
            remote=prints_of(self._backend, sent),
            blind=fingerprint(self._pages.blind(body, after.uid)),
            sent_at=self._clock.now(),
            epoch=self._epoch,
            pass_id=self._pass_id,
        )

    def _kept(self, view: View, page: Page, verdict: Verdict) -> Sequence[Change]:
        """The text that is about to be overwritten, where it isn't the remote base."""
        record = view.record
        if not page.body_known or record is None:
            return ()
        seen = view.seen
        foreign = record.text is None or record.diverged or not record.sent
        moved = isinstance(seen, Present) and bool(remote_change(record, seen))
        draft = self._kept_draft(view, page)
        if not (foreign or moved):
            return draft
        keep = Keep(
            uid=view.uid,
            path=record.path,
            page_id=page.id,
            at=self._clock.now(),
            why=verdict.reason,
            title=page.header.title,
            text=text_of(self._backend, page),
        )
        return keep, *draft

    def _kept_draft(self, view: View, page: Page) -> Sequence[Change]:
        if page.draft is None or not (isinstance(view.seen, Present) and view.seen.draft is not None):
            return ()
        return (
            Keep(
                uid=view.uid,
                path=_known(view).path,
                page_id=page.id,
                at=self._clock.now(),
                why="an unpublished draft was replaced",
                title=page.draft.title,
                text=page.draft.body,
            ),
        )

    async def _wrote(
        self,
        view: View,
        after: Record,
        page: Page,
        sent: Fields,
        ours: Mapping[FieldName, tuple[str, ...]],
        warnings: tuple[str, ...],
        action: Action,
    ) -> Done:
        record, server = written(self._backend, after, page, sent, ours)
        texts = [PutText(text=server)] if server is not None else []
        self._pages.learned(view.uid, page.header)
        await self._journal.commit((*texts, PutRecord(record=record), DropIntent(uid=view.uid), *_settled(view)))
        return Done(outcome=Outcome.DONE, page_id=page.id, record=record, action=action, warnings=warnings)

    async def _refused(self, step: Step, view: View, error: Rejected) -> Done:
        """The page fails for its own reason, and is tried again when what would be sent moves."""
        record = view.record
        if view.wanted is None and record is not None:
            record = replace(record, open=Open.LEAVING)
        elif view.wanted is not None:
            failure = Failure(code=error.code, reason=error.message, payload=view.wanted.payload, at=self._clock.now())
            record = failed(record if record is not None else fresh(view.wanted), failure)
        changes: list[Change] = [DropIntent(uid=view.uid)]
        if record is not None:
            changes.append(PutRecord(record=record))
        await self._journal.commit(changes)
        return Done(outcome=Outcome.FAILED, code=error.code, reason=error.message, page_id=step.page_id, record=record)


def _known(view: View) -> Record:
    if view.record is None:
        raise NotApplied("the step needs a record and there is none", code="internal")
    return view.record


def _unread(view: View) -> RepoPath:
    return view.unreadable.path if view.unreadable is not None else RepoPath("")


def _sets(resolved: Fields) -> Mapping[FieldName, tuple[str, ...]]:
    return {name: members(resolved, name) for name in resolved if name in SET_FIELDS}


def _settled(view: View) -> tuple[Change, ...]:
    """What no longer waits for a person once the step is done."""
    changes: list[Change] = []
    if view.hold is not None:
        changes.append(DropHold(uid=view.uid))
    if view.decision is not None:
        changes.append(DropDecision(uid=view.uid))
    return tuple(changes)
