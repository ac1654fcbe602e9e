"""What is kept before a step overwrites or removes a page's text. Pure: gives changes, writes none."""

from pagemirror.executor.context import StepContext, known
from pagemirror.executor.observe import see, text_of
from pagemirror.model.pages import Page
from pagemirror.planner.changes import remote_change
from pagemirror.planner.views import Present, View
from pagemirror.state.interface import Change, Keep

__all__ = ["keep_draft", "keep_overwritten", "keep_removed"]


def keep_overwritten(context: StepContext, view: View, page: Page, why: str) -> tuple[Change, ...]:
    """The text that is about to be overwritten, where it isn't just what we wrote ourselves, and a person's draft."""
    record = known(view)
    draft = keep_draft(context, view, page)
    ours = record.text is not None and not record.diverged and bool(record.sent)
    # Not as the view saw it: a page that comes out of the trash was missing, and people may have edited it before.
    seen = see(context.backend, record, page)
    moved = isinstance(seen, Present) and bool(remote_change(record, seen))
    return draft if not page.body_known or (ours and not moved) else (_keep(context, view, page, why), *draft)


def keep_removed(context: StepContext, view: View, page: Page, why: str) -> tuple[Change, ...]:
    """The text of a page that is about to go, and a person's draft."""
    return _keep(context, view, page, why), *keep_draft(context, view, page)


def keep_draft(context: StepContext, view: View, page: Page) -> tuple[Change, ...]:
    """A person's unpublished draft that publishing would replace."""
    if page.draft is None or not (isinstance(view.seen, Present) and view.seen.draft is not None):
        return ()
    kept = Keep(
        uid=view.uid,
        path=known(view).path,
        page_id=page.id,
        at=context.clock.now(),
        why="an unpublished draft was replaced",
        title=page.draft.title,
        text=page.draft.body,
    )
    return (kept,)


def _keep(context: StepContext, view: View, page: Page, why: str) -> Change:
    return Keep(
        uid=view.uid,
        path=known(view).path,
        page_id=page.id,
        at=context.clock.now(),
        why=why,
        title=page.header.title,
        text=text_of(context.backend, page),
    )
