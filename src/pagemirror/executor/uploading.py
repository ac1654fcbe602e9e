"""Images of a page that exists: each is noted, sent, and noted again, before the page's text names it.

A page's uploads are kept with its pass's `Pages`, so that no record that is written later forgets one.
"""

from collections.abc import Sequence
from dataclasses import replace

from pagemirror.backends.interface import Uploader
from pagemirror.executor.context import StepContext, known
from pagemirror.executor.ports import Rendered
from pagemirror.model.ids import PageId
from pagemirror.model.images import Image, Upload, upload_of, uploaded
from pagemirror.planner.views import View
from pagemirror.state.interface import PutRecord

__all__ = ["send_images"]


async def send_images(
    context: StepContext, view: View, rendered: Rendered, page_id: PageId
) -> tuple[View, Rendered | None]:
    """Send what the target lacks of a page's images; the page as it is rendered then, None where nothing was to do."""
    session = context.session
    there = context.pages.uploads(view.uid)
    left = [image for image in rendered.images if image not in uploaded(there, rendered.images)]
    if not left or not isinstance(session, Uploader):
        return view, None
    for image in left:
        there = await _send(context, session, view, image, page_id, rendered.images)
    record = replace(known(view), uploads=there)
    again = context.pages.render(view.uid)
    return replace(view, record=record, wanted=again.wanted), again


async def _send(
    context: StepContext, session: Uploader, view: View, image: Image, page_id: PageId, shown: Sequence[Image]
) -> tuple[Upload, ...]:
    there = context.pages.uploads(view.uid)
    twin = next((one for one in there if one.blob == image.blob and one.file), None)
    if twin is not None:
        return await _note(context, view, replace(twin, path=image.path), there)
    own = upload_of(there, image.path)
    if own is not None and own.file and not _is_shared(own, there, shown):
        file = own.file
    else:
        begun = own if own is not None and not own.file else None
        own = Upload(path=image.path, blob=image.blob, name=image.name)
        file = await _lost(session, page_id, own, there) if begun is not None else ""
        await _note(context, view, own, there)
    content = context.pages.content(image)
    sent = await session.upload(page_id, own.name, image.mime, content, file=file or None)
    others = [one for one in context.pages.uploads(view.uid) if one.file != sent]
    return await _note(context, view, replace(own, blob=image.blob, file=sent), others)


def _is_shared(own: Upload, there: Sequence[Upload], shown: Sequence[Image]) -> bool:
    """Whether another image of the page is shown by the same file, and stays as it is."""
    kept = {(image.path, image.blob) for image in shown}
    return any(one.file == own.file and (one.path, one.blob) in kept for one in there)


async def _lost(session: Uploader, page_id: PageId, own: Upload, there: Sequence[Upload]) -> str:
    """The id of a file whose upload got no answer, "" where it never came: it has the name that no other has."""
    known_files = {one.file for one in there}
    found = await session.files(page_id)
    return next((file for file, name in sorted(found.items()) if name == own.name and file not in known_files), "")


async def _note(context: StepContext, view: View, upload: Upload, others: Sequence[Upload]) -> tuple[Upload, ...]:
    """Write a page's uploads down: this one, and the others but for what was known of its path."""
    kept = (one for one in others if one.path != upload.path)
    uploads = tuple(sorted((*kept, upload), key=lambda one: one.path))
    await context.journal.commit((PutRecord(record=replace(known(view), uploads=uploads)),))
    context.pages.sent(view.uid, uploads)
    return uploads
