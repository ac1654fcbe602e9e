"""Steps that change a page: create, update, restore, remove. Each is intent, one request, outcome."""

from dataclasses import replace
from datetime import UTC, datetime

from pagemirror.backends.interface import Backend, Written
from pagemirror.executor.context import StepContext, body_of, known, settled
from pagemirror.executor.holding import put_down
from pagemirror.executor.keeping import keep_overwritten, keep_removed
from pagemirror.executor.merging import merge_page
from pagemirror.executor.observe import prints_of
from pagemirror.executor.outcomes import based_on, fresh, overtaken, removed, written
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.reverting import marks_of
from pagemirror.executor.sets import sets_of, still_ours, with_sets
from pagemirror.executor.uploading import send_images
from pagemirror.model.errors import Rejected
from pagemirror.model.fields import BODY, NO_FIELDS, SET_FIELDS, TITLE, Fields, FieldValue, fingerprint
from pagemirror.model.ids import FieldName, PageId
from pagemirror.model.pages import Page, Removal
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Intent, IntentKind, Ours, Record
from pagemirror.planner.changes import remote_change, to_send
from pagemirror.planner.policy import Way
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import Present, View
from pagemirror.planner.words import EDITED
from pagemirror.state.interface import DropIntent, PutIntent, PutRecord, PutText, text_id
from pagemirror.transport.waiting import apart

__all__ = ["comes_back", "create", "make_intent", "make_removal", "remove", "restore", "update", "with_all_of_it"]


async def create(context: StepContext, view: View) -> Done:
    """Make the page; its images are sent once it is there."""
    if context.pages.uploads(view.uid):
        context.pages.sent(view.uid, ())  # they went with the page that was there before
    rendered = context.pages.render(view.uid)
    # It has to be the same document in the next pass, also if nothing is sent: others hold its uid in their links.
    record = view.record if view.record is not None else fresh(rendered.wanted)
    above = rendered.wanted.parent
    if above is not None and context.pages.known(above) is None:
        reason = "the page above it has no page yet; tried again when it has"
        return Done(outcome=Outcome.SKIPPED, code="parent", reason=reason, record=record)
    if rendered.wanted.problem is not None:  # a plan need not have made the body to know
        code, reason = rendered.wanted.problem
        raise Rejected(f"{reason}; nothing was sent", code=code)
    after = based_on(replace(record, uploads=(), last_write=(), shadowed=False), rendered)
    resolved = await context.session.resolve(rendered.fields)
    note = make_intent(context, IntentKind.CREATE, after, None, rendered, rendered.fields)
    await context.journal.commit((PutText(text=body_of(rendered.fields)), PutIntent(intent=note)))
    answer = await context.session.create(resolved)
    return await _wrote(context, view, after, answer, rendered, rendered.fields, sets_of(resolved), Action.CREATE)


async def update(context: StepContext, verdict: Verdict, view: View, rendered: Rendered, page: Page) -> Done:
    """Change what moved on a page that was looked at; where the page has it all already, only record that."""
    with apart():
        view, again = await send_images(context, view, rendered, page.id)
    record, names = known(view), verdict.changed
    if again is not None:
        rendered, names = again, names | to_send(record, again.wanted)
    wanted = _wanted(context, verdict, view, rendered, page)
    if wanted is None:
        # What was drift stays drift: the settings may say what becomes of a conflict, and not mean this.
        code = view.hold.code if view.hold is not None and view.hold.code in EDITED else "conflict"
        wait = verdict.but(Outcome.HELD, code, "both sides changed the same lines, or the title")
        return await put_down(context, view, wait, page)
    differs = any(fingerprint(wanted[name]) != fingerprint(rendered.fields[name]) for name in (TITLE, BODY))
    after = replace(based_on(record, rendered), diverged=differs)
    names |= {TITLE, BODY} if verdict.way in {Way.MERGE, Choice.RESTORE} else frozenset[FieldName]()
    changed = _to_send(context, names, wanted, page)
    texts = tuple(PutText(text=text) for text in {body_of(wanted), body_of(rendered.fields)})
    if not changed:
        ours = still_ours(record, wanted, page)
        done, more = written(context.backend, after, page, wanted, ours, git_body=body_of(rendered.fields))
        stored = (PutText(text=text) for text in more)
        context.pages.learned(view.uid, page.header)
        await context.journal.commit((*stored, PutRecord(record=done), *settled(view)))
        return Done(outcome=Outcome.DONE, page_id=page.id, record=done, action=verdict.action)
    resolved = await context.session.resolve(wanted)
    send, whole = with_sets(record, changed, resolved, page)
    after = _remembering(context, after, record, send, wanted, page)
    # Until the answer comes the stamp is the look's: a page that still bears it was not written.
    after = replace(after, version=page.header.version, updated=page.header.updated)
    note = make_intent(context, IntentKind.UPDATE, after, page.id, rendered, wanted)
    kept = keep_overwritten(context, view, page, verdict.reason)
    if kept and not context.texts.lasting:
        return await put_down(context, view, _unkept(verdict), page)
    await context.journal.commit((*kept, *texts, PutIntent(intent=note)))
    answer = await context.session.update(page, send, whole)
    ours = sets_of(resolved)
    # Of the text nothing is expected where the look didn't give it.
    rest = {
        name: value for name, value in page.fields.items() if name not in send and (name != BODY or page.body_known)
    }
    return await _wrote(context, view, after, answer, rendered, wanted, ours, verdict.action, untouched=rest)


async def restore(context: StepContext, verdict: Verdict, view: View, rendered: Rendered, page: Page) -> Done:
    """Bring a page back whose file is there again; one that was never away is only updated."""
    if isinstance(view.seen, Present) and not page.tombstone:
        return await update(context, verdict, view, rendered, page)
    after = based_on(known(view), rendered)
    resolved = await context.session.resolve(rendered.fields)
    note = make_intent(context, IntentKind.RESTORE, after, page.id, rendered, rendered.fields)
    kept = keep_overwritten(context, view, page, verdict.reason)
    if kept and not context.texts.lasting:
        return await put_down(context, view, _unkept(verdict), page)
    await context.journal.commit((*kept, PutText(text=body_of(rendered.fields)), PutIntent(intent=note)))
    answer = await context.session.restore(page, resolved)
    return await _wrote(context, view, after, answer, rendered, rendered.fields, sets_of(resolved), Action.RESTORE)


async def remove(context: StepContext, verdict: Verdict, view: View, page: Page) -> Done:
    """Archive or delete a page whose file is gone; its text is kept first."""
    how = Removal.DELETE if verdict.action is Action.DELETE else Removal.ARCHIVE
    if how is Removal.DELETE and not context.texts.lasting and keep_overwritten(context, view, page, ""):
        return await put_down(context, view, _unkept(verdict), page)
    note = make_removal(context, known(view), how, page.id)
    after = note.record
    kept = keep_removed(context, view, page, f"before {verdict.action}")
    await context.journal.commit((*kept, PutIntent(intent=note)))
    today = datetime.fromtimestamp(context.clock.now(), UTC).date().isoformat()
    await context.session.remove(page, how, today)
    await context.journal.commit((PutRecord(record=after), DropIntent(uid=view.uid), *settled(view)))
    return Done(outcome=Outcome.DONE, page_id=page.id, record=after, action=verdict.action)


def make_removal(context: StepContext, record: Record, how: Removal, page_id: PageId) -> Intent:
    """What a removal is about to leave."""
    return Intent(
        uid=record.uid,
        kind=IntentKind.REMOVE,
        page_id=page_id,
        record=removed(record, how, page_id),
        title=record.title,
        remote=record.remote,
        blind=fingerprint(""),
        sent_at=context.clock.now(),
        epoch=context.epoch,
        pass_id=context.pass_id,
    )


def _unkept(verdict: Verdict) -> Verdict:
    """Of a step that would take a person's text away for good."""
    reason = "a person's text on the page would be lost, as the state keeps no page texts (texts = false)"
    return verdict.but(Outcome.HELD, "text_unkept", reason)


def _wanted(
    context: StepContext, verdict: Verdict, view: View, rendered: Rendered, page: Page
) -> dict[FieldName, FieldValue] | None:
    """All fields as they shall stand; None where both sides changed the same lines."""
    wanted: dict[FieldName, FieldValue] = dict(rendered.fields)
    if verdict.way == Way.MERGE:
        merged = _merged(context, known(view), rendered, page)
        return None if merged is None else wanted | merged
    if verdict.way == Choice.RESTORE and view.decision is not None:
        text = context.texts.get(view.decision.text) if view.decision.text is not None else None
        if text is None:
            raise Rejected(
                f"the kept text for {rendered.wanted.path} is no longer there; nothing was sent", code="text_gone"
            )
        wanted[BODY] = context.backend.from_markdown(text)
        wanted[TITLE] = view.decision.title or wanted[TITLE]
    return wanted


def _merged(context: StepContext, record: Record, rendered: Rendered, page: Page) -> dict[FieldName, FieldValue] | None:
    """Both sides' changes in one text; None where they overlap, can't be merged, or the base's text is gone."""
    base = context.texts.get(record.text) if record.text is not None else None
    if base is None or not comes_back(context.backend, page):
        return None
    plain = context.backend.to_markdown
    merged = merge_page(
        (str(record.values.get(TITLE) or ""), plain({BODY: base})),
        (str(rendered.fields[TITLE]), plain(rendered.fields)),
        (str(page.fields.get(TITLE) or ""), plain(page.fields)),
        context.texts.merge,
    )
    if merged == "overlap":
        return None
    return {TITLE: merged.title, BODY: context.backend.from_markdown(merged.body)}


def with_all_of_it(context: StepContext, view: View, rendered: Rendered, page: Page) -> Verdict | None:
    """The step where both sides changed and the file already says all that people wrote: nobody has to decide.

    Two addresses of one page say the same.
    """
    record, backend = known(view), context.backend
    base = context.texts.get(record.text) if record.text is not None else None
    if base is None or not comes_back(backend, page):
        return None

    def said(title: FieldValue, body: str) -> tuple[str, str]:
        return str(title or ""), backend.to_markdown({BODY: context.pages.blind(body, view.uid)})

    git = said(rendered.fields[TITLE], body_of(rendered.fields))
    merged = merge_page(
        said(record.values.get(TITLE), base),
        git,
        said(page.fields.get(TITLE), body_of(page.fields)),
        context.texts.merge,
    )
    if merged == "overlap" or merged.title != git[0] or not _same(backend, merged.body, git[1]):
        return None
    moved = remote_change(record, view.seen) if isinstance(view.seen, Present) else frozenset()
    reason = "both sides changed; the file has what people wrote on the page"
    return Verdict(action=Action.UPDATE, reason=reason, changed=to_send(record, rendered.wanted) | moved)


def _same(backend: Backend, one: str, other: str) -> bool:
    """Whether two Markdown texts are one body in normal form."""
    return len({prints_of(backend, {BODY: backend.from_markdown(text)})[BODY] for text in (one, other)}) == 1


def comes_back(backend: Backend, page: Page) -> bool:
    """Whether the page's text is the same again when it is made of its Markdown; if not, a merge would lose of it."""
    again = {BODY: backend.from_markdown(backend.to_markdown(page.fields))}
    return prints_of(backend, again).get(BODY) == prints_of(backend, page.fields).get(BODY)


def _to_send(
    context: StepContext, names: frozenset[FieldName], wanted: Fields, page: Page
) -> dict[FieldName, FieldValue]:
    """Of the fields that moved, those that the page doesn't already hold; a draft there is always published over."""
    now, want = prints_of(context.backend, page.fields), prints_of(context.backend, wanted)
    changed: dict[FieldName, FieldValue] = {}
    for name in sorted(names):
        if name in SET_FIELDS:
            changed[name] = wanted.get(name, ())
        elif name in wanted and (now.get(name) != want.get(name) or page.draft is not None):
            changed[name] = wanted[name]
    return changed


def _remembering(
    context: StepContext, after: Record, record: Record, send: Fields, wanted: Fields, page: Page
) -> Record:
    """The record with what this write changes in the text, for an API whose editor may put the older text back."""
    backend = context.backend
    if not backend.capabilities.live_editor or BODY not in send or not page.body_known:
        return after
    edited = record.diverged or prints_of(backend, page.fields).get(BODY) != record.remote.get(BODY)
    return replace(
        after,
        last_write=marks_of(backend.to_markdown(page.fields), backend.to_markdown(wanted)),
        written_over=page.header.updated,
        shadowed=record.shadowed or edited,
    )


def make_intent(
    context: StepContext, kind: IntentKind, after: Record, page_id: PageId | None, rendered: Rendered, sent: Fields
) -> Intent:
    """What a request is about to leave: the record as it will stand, and the text that was sent."""
    git, body = body_of(rendered.fields), body_of(sent)
    blind = context.pages.blind(body_of(context.backend.normal(sent)), after.uid)
    record = replace(after, text=text_id(git), server_text=text_id(body) if body != git else None)
    return Intent(
        uid=after.uid,
        kind=kind,
        page_id=page_id,
        record=record,
        title=str(sent.get(TITLE) or ""),
        remote=prints_of(context.backend, sent),
        blind=fingerprint(blind),
        sent_at=context.clock.now(),
        epoch=context.epoch,
        pass_id=context.pass_id,
    )


async def _wrote(
    context: StepContext,
    view: View,
    after: Record,
    answer: Written,
    rendered: Rendered,
    sent: Fields,
    ours: Ours,
    action: Action,
    *,
    untouched: Fields = NO_FIELDS,
) -> Done:
    """Write down an answered request: record, texts, the intent gone, in one transaction.

    `untouched` are fields that were not sent, as they were looked at.
    """
    git = body_of(rendered.fields)
    record, texts = written(context.backend, after, answer.page, sent, ours, git_body=git)
    expected = sent if answer.read_back else untouched
    record = overtaken(context.backend, record, answer.page, expected)
    record = replace(record, shadowed=True) if answer.shadowed else record
    context.pages.learned(view.uid, answer.page.header)
    stored = (PutText(text=text) for text in texts)
    await context.journal.commit((*stored, PutRecord(record=record), DropIntent(uid=view.uid), *settled(view)))
    warnings = (*rendered.warnings, *answer.warnings)
    return Done(outcome=Outcome.DONE, page_id=answer.page.id, record=record, action=action, warnings=warnings)
