"""The way back: what a destination that was found on a page means, as a link-blind token."""

from urllib.parse import unquote

from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.passes.book import TOKEN, Book
from pagemirror.passes.linking import Linker
from pagemirror.passes.setup import MirrorSetup

__all__ = ["WayBack"]


class WayBack:
    """Knows pages, files and images of a mirror by the URLs that its links become."""

    def __init__(self, setup: MirrorSetup, book: Book, linker: Linker) -> None:
        self._setup = setup
        self._book = book
        self._linker = linker

    def token(self, url: str, page: RepoPath) -> str | None:
        """The link-blind token of a destination that was found on a page; None for one that isn't ours."""
        base, mark, suffix = _split(url)
        shown = self._from_upload(base, page)
        if shown is not None:
            return f"{TOKEN}file/{shown}{mark}{suffix}"
        known = self._from_page_url(base)
        if known is not None:
            return f"{TOKEN}/{known}{mark}{suffix}"
        path = self._from_web(base)
        if path is None:
            path = self._from_relative(base, page)
        if path is None:
            return None
        if path == page:
            return f"{TOKEN}self{mark}{suffix}"
        found = self._linker.page(path)
        return f"{TOKEN}/{self._book.paths[found]}{mark}{suffix}" if found else f"{TOKEN}file/{path}{mark}{suffix}"

    def _from_upload(self, base: str, page: RepoPath) -> RepoPath | None:
        uploads = self._book.uploads.get(self._book.paths.get(page, Uid("")), ())
        return next(
            (one.path for one in uploads if one.file and self._setup.file_url(one.file, one.name) == base), None
        )

    def _from_page_url(self, base: str) -> Uid | None:
        template = self._setup.page_url
        if not template:
            return None
        for word in ("{id}", "{slug_id}", "{slug}"):
            head, found, tail = template.partition(word)
            if found and base.startswith(head) and base.endswith(tail):
                name = unquote(base[len(head) : len(base) - len(tail)])
                return self._book.by_id.get(PageId(name)) or self._by_slug(name)
        return None

    def _by_slug(self, slug: str) -> Uid | None:
        return next((uid for uid, (_, own) in self._book.pages.items() if own is not None and own == slug), None)

    def _from_web(self, base: str) -> RepoPath | None:
        for template in self._linker.templates:
            if not template:
                continue
            around = self._linker.url(template.replace("{path}", "\0"), RepoPath(""), volatile=False)
            head, _, tail = around.partition("\0")
            if base.startswith(head) and base.endswith(tail):
                return RepoPath(unquote(base[len(head) : len(base) - len(tail) or None]))
        return None

    def _from_relative(self, base: str, page: RepoPath) -> RepoPath | None:
        if not base or base.startswith(("/", "#")) or ":" in base.partition("/")[0]:
            return None
        parts: list[str] = page.split("/")[:-1]
        for part in unquote(base).split("/"):
            if part == "..":
                if not parts:
                    return None
                parts.pop()
            elif part not in {"", "."}:
                parts.append(part)
        path = RepoPath("/".join(parts))
        return path if self._linker.page(path) is not None or self._linker.file(path) else None


def _split(url: str) -> tuple[str, str, str]:
    for index, character in enumerate(url):
        if character in "?#":
            return url[:index], character, url[index + 1 :]
    return url, "", ""
