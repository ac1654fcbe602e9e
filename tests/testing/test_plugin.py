"""A backend of a stranger's own: found by its entry point, proved by the suite, and used by a sync."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.gitrepo import GitRepo

WIKI = Path(__file__).parent / "tinywiki"
sys.path.insert(0, str(WIKI))
from tinywiki_server import KEY, WikiServer  # noqa: E402 - the stranger's modules are in no package of ours


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that looks as if `pip install tinywiki` had filled it."""
    site = tmp_path / "site"
    shutil.copytree(WIKI, site, ignore=shutil.ignore_patterns("__pycache__"))
    info = site / "tinywiki-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tinywiki\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[pagemirror.backends]\ntinywiki = tinywiki:BACKEND\n", "utf-8")
    (site / "conftest.py").write_text('pytest_plugins = ["pagemirror.testing"]\n', "utf-8")
    return site


@pytest.fixture
def wiki() -> Iterator[WikiServer]:
    with WikiServer() as server:
        yield server


def run(site: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python with the stranger's package installed."""
    env = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", "TINYWIKI_KEY": KEY}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd or site, env=env, capture_output=True, text=True, check=False, timeout=300
    )


def suite(site: Path, module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the stranger's tests as the stranger does."""
    return run(site, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider", module, *words)


def test_a_strangers_backend_passes_the_suite(installed: Path) -> None:
    ran = suite(installed, "prove_tinywiki.py")
    assert ran.returncode == 0, ran.stdout
    passed = re.search(r"(\d+) passed in", ran.stdout)
    assert passed is not None, ran.stdout
    assert int(passed[1]) > 150


FOUND_BY = {
    "SendsTwice": "done_once and create and cut",
    "SaysNotApplied": "cut_before and update",
    "SwallowsRefusals": "rejected and update and 422",
    "CallsPartialComplete": "short_listing",
    "TakesRefusedForGone": "hidden",
    "TakesAnUnwellServerForGone": "gives_no_answer and get and error",
    "TellsWhatWasSent": "came_after",
    "LeavesOut": "one_field",
    "MarksAWriteAsRepeatable": "done_once and update and cut",
}
"""Which tests of the suite find which mistake of an adapter."""


def test_the_suite_finds_each_mistake_of_an_adapter(installed: Path) -> None:
    chosen = " or ".join(f"({mistake} and {tests})" for mistake, tests in FOUND_BY.items())
    ran = suite(installed, "prove_that_it_fails.py", "--tb=no", "-k", chosen)
    assert set(re.findall(r"FAILED \S+::Test(\w+)::", ran.stdout)) == set(FOUND_BY), ran.stdout


def test_a_sync_goes_to_a_strangers_backend(installed: Path, wiki: WikiServer, tmp_path: Path) -> None:
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit_files({"docs/a.md": "# A\n\nText.\n", "docs/b.md": "# B\n\n[a](a.md)\n"}, "Write")
    (repo.path / "pagemirror.toml").write_text(
        '[mirrors.docs.source]\npath = "docs"\n[mirrors.docs.target]\nbackend = "tinywiki"\n'
        f'base_url = "{wiki.base_url}"\ntoken = "env:TINYWIKI_KEY"\npage_url = "{wiki.base_url}/{{id}}"\n',
        "utf-8",
    )
    ran = run(installed, "-m", "pagemirror", "sync", cwd=repo.path)
    assert ran.returncode == 0, ran.stderr
    there = {leaf.title: leaf for leaf in wiki.wiki.leaves.values()}
    assert there["A"].text == "Text.\n"
    assert there["B"].text == f"[a]({wiki.base_url}/{there['A'].id})\n"
    assert run(installed, "-m", "pagemirror", "plan", "--exit-code", cwd=repo.path).returncode == 0


def test_installing_pagemirror_loads_the_suite_into_no_other_test_run(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\ndef test_it():\n    assert not [name for name in sys.modules if name.startswith('pagemirror')]\n",
        "utf-8",
    )
    ran = run(tmp_path, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider")
    assert ran.returncode == 0, ran.stdout


def test_the_product_never_imports_pytest(installed: Path) -> None:
    told = "import sys, pagemirror.app, pagemirror.cli, pagemirror.assembly; print('pytest' in sys.modules)"
    assert run(installed, "-c", told).stdout.strip() == "False"
