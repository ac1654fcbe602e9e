"""Images that pages show: files of the repository, and what became of them on a target that keeps files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pagemirror.model.fields import fingerprint
from pagemirror.model.ids import BlobId, FieldName, Fingerprint, RepoPath

__all__ = [
    "IMAGES",
    "IMAGE_TYPES",
    "Image",
    "Upload",
    "ending",
    "images_print",
    "is_image_name",
    "upload_of",
    "uploaded",
]

IMAGES: Final = FieldName("images")
"""What stands for a page's images among its fingerprints; no target has a field of this name."""


IMAGE_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}
"""The images that browsers show: ending of the name → media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A file that a page shows and that can be uploaded. `name` is what it is called there, `mime` its media type."""

    path: RepoPath
    blob: BlobId
    name: str
    mime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An image of one page on its target: the path it is shown from, the blob that was sent, its name and id there.

    `file` is "" from before it is sent until its answer is known: a file of that name may be there.
    """

    path: RepoPath
    blob: BlobId
    name: str
    file: str = ""


def ending(path: str) -> str:
    """What a file's name ends in behind its last dot, in small letters."""
    return path.rpartition("/")[2].rpartition(".")[2].lower()


def is_image_name(path: str) -> bool:
    """Whether a file is called like an image that browsers show."""
    return ending(path) in IMAGE_TYPES


def upload_of(uploads: Iterable[Upload], path: RepoPath) -> Upload | None:
    """What is known of a path's image."""
    return next((upload for upload in uploads if upload.path == path), None)


def uploaded(uploads: Sequence[Upload], images: Iterable[Image]) -> tuple[Image, ...]:
    """Of these images, those that the target has as they are now."""
    there = {(upload.path, upload.blob) for upload in uploads if upload.file}
    return tuple(image for image in images if (image.path, image.blob) in there)


def images_print(images: Iterable[Image]) -> Fingerprint:
    """The fingerprint of a page's images: it moves when a file does, whatever the text says."""
    return fingerprint(tuple(f"{image.blob} {image.path}" for image in images))
