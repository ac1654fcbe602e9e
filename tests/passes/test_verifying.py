"""The records against the target of each kind: level where a sync has just been, and which record is wrong."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pagemirror.model.ids import MirrorName, RepoPath, Uid
from pagemirror.model.records import Standing
from pagemirror.model.reports.contents import VerifyReport
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.state import open_store
from pagemirror.state.interface import PutRecord
from support.mirrors import NAME, Mirror

FILES: dict[str, str | bytes] = {"a.md": "# A *title*  &amp; more\n", "guide/b.md": "# Ünï\n\nText.\n", "c.md": "# C\n"}


def verified(mirror: Mirror) -> VerifyReport:
    with closing(mirror.open()) as app:
        (report,) = app.verify([])
    return report


def told(report: VerifyReport) -> list[tuple[str, str]]:
    return [(finding.path, finding.difference.value) for finding in report.findings]


@pytest.mark.parametrize("api", ["exec", "pharen", "ravendocs", "ravendocs_rpc"])
def test_after_a_sync_nothing_differs_and_a_page_that_is_taken_away_does(
    tmp_path: Path, box: SandboxProcess, api: str
) -> None:
    mirror = Mirror(tmp_path, box, api)
    mirror.commit(FILES)
    mirror.done()
    assert told(verified(mirror)) == []
    mirror.person_removes("C")
    assert told(verified(mirror)) == [("c.md", "missing")]


def test_a_mirror_without_records_asks_nothing(exec_mirror: Mirror) -> None:
    report = verified(exec_mirror)
    assert (report.records, report.requests, report.findings) == (0, 0, ())


def test_a_page_in_two_records_is_told_at_the_one_that_is_live(exec_mirror: Mirror) -> None:
    exec_mirror.commit(FILES)
    exec_mirror.done()
    with closing(open_store(f"sqlite:///{exec_mirror.state}")) as store:
        record = next(iter(store.records(MirrorName(NAME))))
        other = replace(record, uid=Uid("other"), path=RepoPath("docs/old.md"), standing=Standing.REMOVED)
        store.apply(MirrorName(NAME), [PutRecord(record=other)])
    report = verified(exec_mirror)
    assert told(report) == [("a.md", "twice")]
    assert "docs/old.md (handbook, removed)" in report.findings[0].message
