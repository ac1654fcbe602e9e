"""One mirror's settings as a pass needs them, made by the composition root. Holds values, does nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pagemirror.backends.interface import Backend, Keeper, Target
from pagemirror.model.fields import digest_of
from pagemirror.model.ids import MirrorName, PageId, RepoPath, TargetKey
from pagemirror.planner.policy import Policy
from pagemirror.source.settings import SourceSettings
from pagemirror.transport.pacing import Limits

__all__ = ["RENDERER", "MirrorSetup", "page_url", "shown"]

RENDERER = "1"
"""The version of what turns files into pages; another one renders every page again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorSetup:
    """A mirror, ready to run.

    `page_url`, `web_url`, `raw_url` and `banner` are templates. `settle` is in seconds. `protected` tells whether a
    path (relative to the source folder) is never to be removed. `section_pages`: folders without a page get one where
    the target's tree is parents. `others` opens pages of other mirrors in the same state: mirror name → `page_url`.
    `token_print` is a fingerprint of the token, never the token. `limits` are the target's, for forecasts.
    """

    name: MirrorName
    source: SourceSettings
    web_url: str
    raw_url: str
    backend: Backend
    target: Target
    page_url: str
    banner: str
    settle: float
    concurrency: int
    policy: Policy
    protected: Callable[[str], bool]
    limits: Limits
    token_print: str = ""
    section_pages: bool = True
    others: Mapping[MirrorName, str] = field(default_factory=dict)

    @property
    def key(self) -> TargetKey:
        """The target's name in the state."""
        return self.backend.target_key(self.target)

    @property
    def settings_digest(self) -> str:
        """What shapes pages; another digest looks at every page again. No token in it."""
        return digest_of(
            RENDERER,
            self.backend.name,
            self.key,
            self.page_url,
            self.web_url,
            self.raw_url,
            self.banner,
            self.target.mark,
            self.target.html,
            self.target.own.model_dump_json(),
        )

    @property
    def selection_digest(self) -> str:
        """What selects files."""
        source = self.source
        return digest_of(
            source.path, *source.include, "", *source.exclude, str(source.max_file_size), str(self.section_pages)
        )

    @property
    def file_limit(self) -> int | None:
        """The most bytes that a file may have on the target; None where it takes none."""
        return self.backend.file_limit(self.target) if isinstance(self.backend, Keeper) else None

    def file_url(self, file: str, name: str) -> str:
        """What a page names a file of its target by."""
        return self.backend.file_url(self.target, file, name) if isinstance(self.backend, Keeper) else ""

    def url(self, page_id: PageId, *, slug: str | None, workspace: str = "") -> str:
        """How a reader opens a page; "" where nobody said."""
        return page_url(self.page_url, page_id, slug=slug, workspace=workspace)


def page_url(template: str, page_id: PageId, *, slug: str | None, workspace: str = "") -> str:
    """A page's URL from its template."""
    words = {"{id}": page_id, "{slug}": slug or page_id, "{slug_id}": slug or page_id, "{workspace}": workspace}
    for word, value in words.items():
        template = template.replace(word, value)
    return template


def shown(path: RepoPath, root: RepoPath) -> str:
    """A repository path as people name it: relative to the source folder."""
    if not root:
        return path
    if path.startswith(f"{root}/"):
        return path[len(root) + 1 :]
    ups = 0
    here = root
    while here and not path.startswith(f"{here}/"):
        here = RepoPath(here.rpartition("/")[0])
        ups += 1
    return "../" * ups + (path[len(here) + 1 :] if here else path)
