"""The engine in a simulated world: commits, people, faults and kills in any order, from a seed.

Whatever came before: no page twice, no text of a person lost, no page of ours that nobody knows, no hold against an
edit that nobody made; pages say what Git says where nothing is held, and then a pass asks nothing.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.simulation.oracle import lived
from support.simulation.world import CAPABILITY_SETS, World

TESTS = Path(__file__).parent.parent
SEEDS = 12
CHUNK = 6


def digest(name: str, seed: int) -> str:
    """What a world's whole course comes down to."""
    world = lived(World(name, seed))
    return hashlib.sha256("\n".join(world.trace).encode()).hexdigest()


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_any_history_ends_where_git_says_and_loses_nothing(name: str, first: int) -> None:
    for seed in range(first, first + CHUNK):
        world = lived(World(name, seed))
        assert not world.failures, "\n".join([*world.trace, *(f"{kind}: {what}" for kind, what in world.failures)])


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        pytest.param(
            "pharen", 52030, id="a merge of drift that overlapped was held as a conflict, and then as drift again"
        ),
        pytest.param("ravendocs", 20970, id="new pages below a page that a person was asked about were planned"),
        pytest.param("exec", 513528, id="a copy of a file took the page that was being tied to that file"),
        pytest.param("pharen", 501719, id="links led to a page that vanished while it was to become a file's own"),
        pytest.param(
            "ravendocs_rpc", 505012, id="a title was overwritten while its page was brought back from the trash"
        ),
        pytest.param("ravendocs_rpc", 513857, id="a page was brought back below one in the trash"),
        pytest.param(
            "ravendocs_rpc", 516215, id="a title was overwritten between a page's move and the write of its text"
        ),
        pytest.param("ravendocs", 517853, id="a page that had stayed where it was was sent below one that is gone"),
        pytest.param("ravendocs", 521031, id="a page that is gone was forgotten while the page above it waited"),
        pytest.param(
            "ravendocs_rpc",
            523120,
            id="a word about a new file was taken for one about the file that had its path before",
        ),
        pytest.param("ravendocs", 523278, id="a person named the wrong page for a file that is gone"),
        pytest.param("exec", 524045, id="a create was tied to the wrong one of two pages with its title"),
        pytest.param(
            "ravendocs", 524722, id="a page whose move was in doubt went with the page that it had stood below"
        ),
        pytest.param("ravendocs_rpc", 601741, id="the record named the place of a move that was never applied"),
        pytest.param("ravendocs", 603498, id="an edit was forgotten that was seen while its file was gone"),
        pytest.param(
            "ravendocs_rpc", 612338, id="a page in the trash was tried in each pass while the page above it waited"
        ),
    ],
)
def test_a_history_that_once_ended_otherwise(name: str, seed: int) -> None:
    world = lived(World(name, seed))
    assert not world.failures, "\n".join(world.trace)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_history_takes_the_same_course_over_the_products_own_state(name: str) -> None:
    """So what holds over the quick one, in plain dicts, holds over the real one."""
    for seed in range(CHUNK):
        quick, real = (lived(World(name, seed, kind=kind)) for kind in ("memory", "sql"))
        assert quick.trace == real.trace


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_the_same_seed_takes_the_same_course(name: str) -> None:
    """Also in another process, in which sets of words stand in another order."""
    here = [digest(name, seed) for seed in range(2)]
    script = f"from test_worlds import digest\nfor seed in range(2): print(digest({name!r}, seed))"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS / 'simulation'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == here


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 1000, 50))
@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_many_more_histories_end_where_git_says_and_lose_nothing(name: str, first: int) -> None:
    for seed in range(first, first + 50):
        world = lived(World(name, seed))
        assert not world.failures, f"{name} {seed}: {world.failures}"
