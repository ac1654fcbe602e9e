"""What `pull` found, put on branches: one a repository, with the edits of all its mirrors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pagemirror.model.errors import UsageError
from pagemirror.model.ids import MirrorName, RepoPath
from pagemirror.model.reports.edits import Pull, PullReport
from pagemirror.passes.pulling import Edit, Edits
from pagemirror.passes.setup import shown
from pagemirror.source.branches import Change, Made, put_branch
from pagemirror.source.snapshot import CommitSnapshot

__all__ = ["Pulled", "put_branches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """One mirror's edits, and the commit that they are to be put on."""

    mirror: MirrorName
    snapshot: CommitSnapshot
    edits: Edits
    cautions: tuple[str, ...] = ()


def put_branches(found: Sequence[Pulled], branch: str, *, dry: bool) -> tuple[PullReport, ...]:
    """Write a commit a page, unless `dry`, and tell of each mirror. Raises before anything is written where two
    mirrors of one repository follow other commits, as a branch has one start.
    """
    groups: dict[Path, list[Pulled]] = {}
    for one in found:
        groups.setdefault(one.snapshot.git.folder, []).append(one)
    sorted_out = {folder: _sorted_out(group, branch) for folder, group in groups.items()}
    reports: dict[MirrorName, PullReport] = {}
    for folder, (group, edits) in sorted_out.items():
        made = None if dry or not edits else put_branch(groups[folder][0].snapshot, branch, [*map(_change, edits)])
        reports |= {one.mirror: _report(one, branch, made) for one in group}
    return tuple(reports[one.mirror] for one in found)


def _sorted_out(group: Sequence[Pulled], branch: str) -> tuple[list[Pulled], list[Edit]]:
    """The edits of one repository. Of a file that two targets show, the first one's edit is taken, and that is told."""
    touched = [one for one in group if one.edits.edits]
    if len({one.snapshot.commit for one in touched}) > 1:
        names = ", ".join(one.mirror for one in touched)
        raise UsageError(
            f"The mirrors {names} follow different commits of one repository, so {branch} can't start from both; "
            "nothing was written.",
            hint=f"Pull them one by one, each with a --branch of its own: pagemirror pull {touched[0].mirror} --branch "
            f"{branch}-{touched[0].mirror}",
            code="branch",
        )
    owners: dict[RepoPath, MirrorName] = {}
    edits: list[Edit] = []
    told: list[Pulled] = []
    for one in group:
        mine = [edit for edit in one.edits.edits if owners.setdefault(edit.path, one.mirror) == one.mirror]
        told.append(_without(one, {edit.path for edit in one.edits.edits} - {edit.path for edit in mine}, owners))
        edits += mine
    return told, sorted(edits, key=lambda edit: edit.path)


def _without(one: Pulled, paths: set[RepoPath], owners: dict[RepoPath, MirrorName]) -> Pulled:
    lost = {shown(path, one.snapshot.root): owners[path] for path in paths}
    rows = tuple(
        replace(
            row,
            outcome=Pull.HELD,
            code="conflict",
            reason=f"the same file was edited on the target of {lost[row.path]}; merge that first, then pull again",
        )
        if row.outcome is Pull.PULLED and row.path in lost
        else row
        for row in one.edits.rows
    )
    return replace(one, edits=replace(one.edits, rows=rows))


def _change(edit: Edit) -> Change:
    return Change(path=edit.path, data=edit.data, message=edit.message, author=edit.author, at=edit.at)


def _report(one: Pulled, branch: str, made: Made | None) -> PullReport:
    snapshot = one.snapshot
    return PullReport(
        mirror=one.mirror,
        commit=snapshot.commit,
        branch=branch,
        onto=snapshot.commit if snapshot.detached else snapshot.ref_name,
        rows=one.edits.rows,
        requests=one.edits.requests,
        tip=made.tip if made is not None else "",
        pushed=made is not None and made.pushed,
        warnings=(*one.cautions, *one.edits.warnings),
    )
