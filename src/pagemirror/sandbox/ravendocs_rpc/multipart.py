"""Reading a multipart body: fields and one file. Pure."""

import re
from dataclasses import dataclass, field

__all__ = ["Form", "Upload", "read_form"]

_NAMED = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was sent."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True, kw_only=True)
class Form:
    """What a multipart body held; `late` names the fields that came after the file."""

    fields: dict[str, str] = field(default_factory=dict)
    file: Upload | None = None
    late: list[str] = field(default_factory=list)


def read_form(content_type: str, body: bytes) -> Form | None:
    """Read a body; None for one that is not multipart."""
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if not content_type.lower().startswith("multipart/form-data") or boundary is None:
        return None
    form = Form()
    for part in body.split(b"--" + boundary[1].encode("latin-1"))[1:]:
        head, found, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if found:
            _take(form, head.decode("utf-8", "replace"), content.removesuffix(b"\r\n"))
    return form


def _take(form: Form, head: str, content: bytes) -> None:
    headers = {}
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    named = dict(_NAMED.findall(headers.get("content-disposition", "")))
    if "filename" in named:
        mime = headers.get("content-type", "application/octet-stream")
        form.file = Upload(name=named["filename"], mime=mime, content=content)
        return
    form.fields[named.get("name", "")] = content.decode("utf-8", "replace")
    if form.file is not None:
        form.late.append(named.get("name", ""))
