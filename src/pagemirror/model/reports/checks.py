"""What `check` and `doctor` found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pagemirror.model.documents import Level
from pagemirror.model.ids import CommitId, MirrorName, RepoPath

__all__ = ["CheckFinding", "CheckReport", "Checkup", "Verdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """Something that `check` found. `path` is relative to the source folder, `file` to the repository's top; line and
    column count from 1 and are None where nobody can say.
    """

    path: RepoPath
    file: RepoPath
    line: int | None
    column: int | None
    code: str
    level: Level
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What `check` found in one mirror's folder, in the order of files and lines.

    `files` are those that the settings select, `pages` those that can become pages, `left_out` those that say
    `mirror: false`. `error` is why the folder could not be read at all: code, message, hint, exit.
    """

    mirror: MirrorName
    commit: CommitId | None
    files: int
    pages: int
    left_out: int
    findings: tuple[CheckFinding, ...]
    seconds: float = 0.0
    error: Mapping[str, str] | None = None

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(finding.level is Level.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return len(self.findings) - self.errors

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings have each code, the codes in their order."""
        counts = Counter(finding.code for finding in self.findings)
        return dict(sorted(counts.items()))


class Verdict(StrEnum):
    """What a look at one thing came to. `skipped`: something before it is a problem already."""

    OK = "ok"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One line of `doctor`: what was looked at, how it stands, and what to do where that is wrong.

    `mirror` is "" where it concerns all. `exit` is the exit code that a sync would end with for this problem.
    """

    mirror: str
    name: str
    message: str
    verdict: Verdict = Verdict.OK
    hint: str = ""
    code: str | None = None
    exit: int = 0
