"""Which images of the repository a target can be given: judged by name, size and first bytes. Asks the source only."""

from collections.abc import Iterable
from dataclasses import dataclass

from pagemirror.content.images import file_name, is_lfs_pointer, media_type, media_type_of
from pagemirror.model.ids import BlobId, RepoPath
from pagemirror.model.images import Image, is_image_name
from pagemirror.source import Snapshot

__all__ = ["Images", "Unfit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """Why a file of the repository is not uploaded: a stable code (`image_large`, `image_unfit`) and prose."""

    code: str
    reason: str


class Images:
    """Judges images. `limit` is the most bytes that the target takes, None where it takes no files.

    `known` are blobs that a target has already: they were judged before, and are not read again.
    """

    def __init__(self, snapshot: Snapshot, limit: int | None, known: Iterable[BlobId] = ()) -> None:
        self._snapshot = snapshot
        self._limit = limit
        self._known = frozenset(known)
        self._blobs: dict[RepoPath, BlobId | None] = {}
        self._judged: dict[RepoPath, Image | Unfit] = {}

    @property
    def wanted(self) -> bool:
        """Whether the target takes any."""
        return self._limit is not None

    def look_up(self, paths: Iterable[RepoPath]) -> None:
        """Ask Git once for the images of many pages."""
        if self._limit is None:
            return
        asked = {path for path in paths if path not in self._blobs and is_image_name(path)}
        found = self._snapshot.images(sorted(asked)) if asked else {}
        self._blobs.update({path: found.get(path) for path in asked})

    def get(self, path: RepoPath) -> Image | Unfit:
        """What becomes of the image at a path that the repository has; asked only where the target takes files."""
        if path not in self._judged:
            self.look_up((path,))
            self._judged[path] = self._judge(path, self._blobs.get(path))
        return self._judged[path]

    def content(self, image: Image) -> bytes:
        """An image's bytes."""
        return next(data for _, data in self._snapshot.read((image.blob,)))

    def _judge(self, path: RepoPath, blob: BlobId | None) -> Image | Unfit:
        if blob is None:
            return Unfit(code="image_unfit", reason="is no image file (a symbolic link is not followed)")
        if blob in self._known:
            return Image(path=path, blob=blob, name=file_name(path), mime=media_type_of(path))
        data = next(found for _, found in self._snapshot.read((blob,)))
        if is_lfs_pointer(data):
            return Unfit(code="image_unfit", reason="is a Git LFS pointer; the image itself is not in the repository")
        mime = media_type(path, data)
        if mime is None:
            return Unfit(code="image_unfit", reason="holds no image of the kind that its name says")
        limit = self._limit or 0
        if len(data) > limit:
            told = f"has {len(data):,} bytes, and the target takes {limit:,}"
            return Unfit(code="image_large", reason=told)
        return Image(path=path, blob=blob, name=file_name(path), mime=mime)
