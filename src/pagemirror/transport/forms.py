"""A form with a file as bytes (multipart/form-data). Pure: the same form gives the same bytes."""

import hashlib

from pagemirror.transport.interface import Form

__all__ = ["encoded"]

_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def encoded(form: Form) -> tuple[str, bytes]:
    """The content type with its boundary, and the body; the fields stand before the file, as some servers need."""
    told = hashlib.blake2b(form.content, digest_size=16)
    for part in (form.name, form.mime, *(word for field in form.fields.items() for word in field)):
        told.update(part.encode("utf-8", "replace"))
    boundary = told.hexdigest()
    lines: list[bytes] = []
    for name, value in form.fields.items():
        lines += [_head(boundary, f'form-data; name="{name.translate(_QUOTED)}"'), value.encode()]
    disposition = f'form-data; name="file"; filename="{form.name.translate(_QUOTED)}"'
    lines += [_head(boundary, disposition, form.mime), form.content, f"--{boundary}--\r\n".encode()]
    return f"multipart/form-data; boundary={boundary}", b"\r\n".join(lines)


def _head(boundary: str, disposition: str, mime: str = "") -> bytes:
    """A part's head, up to the line end before its content, which `join` adds."""
    kind = f"Content-Type: {mime}\r\n" if mime else ""
    return f"--{boundary}\r\nContent-Disposition: {disposition}\r\n{kind}".encode()
