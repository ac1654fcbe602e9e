"""The endpoints of attached files: upload, fetch, list, delete."""

from urllib.parse import quote

from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Refused
from pagemirror.sandbox.ravendocs_rpc import requests as ask
from pagemirror.sandbox.ravendocs_rpc.answers import JSON_TYPE, attachment, done, listing
from pagemirror.sandbox.ravendocs_rpc.desk import Desk
from pagemirror.sandbox.ravendocs_rpc.multipart import Form, Upload, read_form
from pagemirror.sandbox.ravendocs_rpc.pages import Attachment, Page

__all__ = ["UPLOAD", "Files"]

UPLOAD = "/api/files/upload"


class Files:
    """The endpoints over one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._store = desk, desk.store

    def table(self) -> tuple[Endpoint, ...]:
        """List them all."""
        return (
            Endpoint(method="POST", template=UPLOAD, handler=self.upload),
            Endpoint(method="GET", template="/api/files/{id}/{name}", handler=self.fetch),
            Endpoint(method="GET", template="/api/attachments", handler=self.attachments),
            Endpoint(method="POST", template="/api/attachments/delete", handler=self.delete),
        )

    def upload(self, call: Call) -> Answer:
        """Keep a file of a page; with the id of one that is there, it takes its place."""
        user = self._desk.user(call)
        form = read_form(call.headers.get("content-type", ""), call.body) or Form()
        for name in form.late:
            call.note("late_field", f"{name} came after the file, which only works for small ones")
        if form.file is None:
            raise Refused(400, "Failed to upload file")
        key = form.fields.get("pageId")
        if not key:
            raise Refused(400, "PageId is required")
        page = self._desk.page(call, key, writes=True)
        wanted = form.fields.get("attachmentId")
        if wanted is not None and not ask.is_uuid(wanted):
            raise Refused(400, "Invalid attachment id")
        if len(form.file.content) > self._desk.switches().file_limit:
            call.note("too_large", f"{form.file.name} has {len(form.file.content)} bytes")
            raise Refused(413, "File too large")
        if not ask.is_uuid(key):
            call.note("wrong_id", f"{key} is no UUID, and the file is lost")
            return Answer(status=200, headers=(("Content-Type", JSON_TYPE),))
        kept = self._store.put_file(self._file(form.file, page, user.id, wanted))
        return Answer(status=200, body=attachment(kept, page, self._store.workspace), kind=JSON_TYPE)

    def fetch(self, call: Call) -> Answer:
        """Give a file's bytes; images may be shown, anything else is to be saved."""
        self._desk.user(call)
        key = call.params["id"]
        if not ask.is_uuid(key):
            raise Refused(404, "Invalid file id")
        file = self._store.files.get(key)
        if file is None:
            raise Refused(404, "Not Found")
        self._desk.page(call, file.page, trashed=True)
        headers = [("Cache-Control", "private, max-age=3600")]
        if not file.mime.startswith("image/"):
            headers.append(("Content-Disposition", f'attachment; filename="{quote(file.name)}"'))
        return Answer(status=200, raw=file.content, headers=tuple(headers), kind=file.mime)

    def attachments(self, call: Call) -> Answer:
        """List the files of a space, or of one page, the newest first; numbers come back as they were sent."""
        self._desk.user(call)
        query = dict(call.query)
        space = self._desk.space(call, query.get("spaceId", ""))
        page_id = query.get("pageId")
        if page_id is not None and not ask.is_uuid(page_id):
            raise Refused(400, "Invalid page ID")
        page, limit = query.get("page", 1), query.get("limit", 20)
        offset = (int(page) - 1) * int(limit)
        found = [
            (file, owner)
            for file in sorted(self._store.files.values(), key=lambda file: file.created, reverse=True)
            if (owner := self._store.pages.get(file.page)) is not None
            and owner.space == space.id
            and page_id in (None, owner.id)
        ]
        rows = [attachment(*row, self._store.workspace) for row in found[offset : offset + int(limit)]]
        more = bool(rows) and offset + len(rows) < len(found)
        return listing(rows, page=page, limit=limit, more=more, before=int(page) > 1)

    def delete(self, call: Call) -> Answer:
        """Remove a file."""
        self._desk.user(call)
        key = ask.read(call, {"attachmentId": ask.filled})["attachmentId"]
        if not ask.is_uuid(key):
            raise Refused(400, "Invalid attachment id")
        file = self._store.files.get(key)
        if file is None:
            raise Refused(404, "Attachment not found")
        self._desk.page(call, file.page, writes=True, trashed=True)
        self._store.drop_file(key)
        return done({"success": True})

    def _file(self, sent: Upload, page: Page, user: str, wanted: str | None) -> Attachment:
        old = self._store.files.get(wanted or "")
        now = self._store.tick()
        return Attachment(
            id=wanted or self._store.mint("file"),
            name=sent.name.replace(" ", "_"),
            mime=sent.mime,
            content=sent.content,
            page=page.id,
            creator=user,
            created=old.created if old else now,
            updated=now,
        )
