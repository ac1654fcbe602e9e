"""A disk that is full under the state: nothing is sent any more, exit 8 with the way out, and the next run goes on.

The disk is a small one in memory, mounted in a name space of its own, where the system lets an ordinary user do that.
"""

import subprocess
import sys

import pytest

from support.needed import can_mount
from support.site import Site

PAGES = 120


pytestmark = pytest.mark.skipif(not can_mount(), reason="this system lets no user mount a file system of their own")


@pytest.fixture
def small(site: Site) -> Site:
    site.pages(PAGES)
    site.state.parent.mkdir()
    return site


def on_a_disk_of(site: Site, size: str, script: str) -> str:
    """Run a shell script with the state's folder on a disk of this size; `pm` is the program."""
    mounted = f'mount -t tmpfs -o size={size} tmpfs "{site.state.parent}"'
    program = f'pm() {{ "{sys.executable}" -m pagemirror "$@"; }}'
    ran = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", f"{mounted}\n{program}\n{script}"],
        cwd=site.folder,
        env=site.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    said = ran.stdout + ran.stderr
    assert "Traceback" not in said, said
    return said


def test_a_disk_that_is_full_from_the_start_is_told_and_nothing_is_sent(small: Site) -> None:
    fill = f'head -c 1000000 /dev/zero > "{small.state.parent}/filler"'
    said = on_a_disk_of(small, "16k", f"{fill}\npm sync\necho exit $?")
    assert "exit 8" in said, said
    assert "is full" in said, said
    assert "Free some space" in said, said
    assert small.box.requests("exec") == 0


def test_a_disk_that_fills_up_in_a_pass_ends_it_and_the_next_run_makes_nothing_twice(small: Site) -> None:
    grow = f'mount -o remount,size=64m "{small.state.parent}"'
    said = on_a_disk_of(
        small, "320k", f"pm sync\necho first $?\n{grow}\nsleep 1.1\npm sync\necho second $?\npm sync\necho third $?"
    )
    assert "first 8" in said, said
    assert "second 0" in said, said
    assert "third 0" in said, said
    assert "nothing to do" in said, said
    assert len(small.live()) == PAGES
    posts = [row for row in small.box.log("exec") if row["method"] == "POST"]
    assert len(posts) == PAGES
