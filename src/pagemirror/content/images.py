"""What kind of image a file is, by its name and its first bytes. Pure: is handed bytes, reads none."""

import re
from typing import Final

from pagemirror.model.fields import digest_of
from pagemirror.model.ids import RepoPath
from pagemirror.model.images import IMAGE_TYPES, ending

__all__ = ["file_name", "is_lfs_pointer", "media_type", "media_type_of"]

_MAGIC: Final = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "image/avif": re.compile(rb".{4}ftypavi[fs]", re.DOTALL),
    "image/svg+xml": re.compile(
        rb"(?:\xef\xbb\xbf)?\s*<(?:svg[\s>]|(?:\?xml|!DOCTYPE|!--).{0,4000}?<svg[\s>])", re.DOTALL
    ),
}
_LFS_HEAD: Final = b"version https://git-lfs.github.com/spec/"
_PLAIN: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_STEM: Final = 60


def media_type_of(path: RepoPath) -> str:
    """The media type that an image's name says."""
    return IMAGE_TYPES[ending(path)]


def media_type(path: RepoPath, data: bytes) -> str | None:
    """The media type of an image; None where the bytes aren't what the name says."""
    mime = IMAGE_TYPES.get(ending(path), "")
    magic = _MAGIC.get(mime)
    return mime if magic is not None and magic.match(data) else None


def is_lfs_pointer(data: bytes) -> bool:
    """Whether Git LFS keeps the file's own bytes elsewhere."""
    return data.startswith(_LFS_HEAD)


def file_name(path: RepoPath) -> str:
    """What an image is called on a target: plain letters, and no other path has the same name."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    plain = _PLAIN.sub("-", stem).strip("-")[:_LONGEST_STEM] or "image"
    return f"{plain}-{digest_of(path)[:8]}.{ending(path)}"
