"""Thousands of simulated histories, over all cores: `make soak SEEDS=20000`, in parts with `FROM=…`.

Prints a line for each capability set, and each seed that failed with what was wrong; ends with 1 if one did.
"""

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from support.simulation.ablation import RULES, caught
from support.simulation.oracle import lived
from support.simulation.state import STATES
from support.simulation.world import CAPABILITY_SETS, World

__all__ = ["main"]

CHUNK = 25
SHARE = 20
"""One seed in so many runs over the product's own state."""
KINDS = ("duplicate", "lost edit", "orphan", "false conflict", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What came of some seeds; `seconds` of one core."""

    name: str
    seeds: int
    seconds: float
    points: int
    failures: tuple[tuple[int, str, str], ...]


def kind_of(seed: int, state: str) -> str:
    """Which state a seed runs over; with "mixed" each twentieth over the product's own."""
    if state == "mixed":
        return "memory" if seed % SHARE else "sql"
    return state


def run_part(name: str, first: int, count: int, state: str) -> Part:
    """Run some seeds of a capability set."""
    began, points, failures = time.process_time(), 0, []
    for seed in range(first, first + count):
        world = lived(World(name, seed, kind=kind_of(seed, state)))
        points += world.points
        failures += [(seed, kind, told) for kind, told in world.failures]
    seconds = time.process_time() - began
    return Part(name=name, seeds=count, seconds=seconds, points=points, failures=tuple(failures))


def parts_of(first: int, seeds: int) -> Iterator[tuple[str, int, int]]:
    """The seeds of all sets, in parts, so that an early end has seen something of each."""
    for start in range(first, first + seeds, CHUNK):
        for name in CAPABILITY_SETS:
            yield name, start, min(CHUNK, first + seeds - start)


def main(words: list[str]) -> int:
    """Run the seeds that were asked for; 0 where nothing failed."""
    asked = argparse.ArgumentParser(prog="make soak", description=__doc__)
    asked.add_argument("--seeds", type=int, default=1000, help="how many seeds of each capability set")
    asked.add_argument("--first", type=int, default=0, help="the first seed")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--minutes", type=float, default=0.0, help="end after so many minutes (0: when all are done)")
    asked.add_argument("--every", type=int, default=500, help="tell how it stands after so many seeds of each set")
    asked.add_argument("--state", choices=("mixed", *STATES), default="mixed", help="what keeps the state")
    asked.add_argument("--rules", action="store_true", help="take out each rule in turn and tell what is caught")
    options = asked.parse_args(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ProcessPoolExecutor(options.workers, initializer=_deaf) as pool:
        if options.rules:
            return tell_rules(pool, options.first, options.seeds)
        return tell_seeds(pool, options)


def _deaf() -> None:
    """Ctrl-C and SIGTERM end the one who tells; the others end their part."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def tell_seeds(pool: ProcessPoolExecutor, options: argparse.Namespace) -> int:
    """Tell what fails as it fails, how it stands from time to time, and what came of it, also after Ctrl-C."""
    began, done = time.monotonic(), list[Part]()
    try:
        parts = ((*part, options.state) for part in parts_of(options.first, options.seeds))
        for part in pool.map(run_part, *zip(*parts, strict=True)):
            done.append(part)
            for seed, kind, told in part.failures:
                print(f"FAILED {part.name} {seed} {kind}: {told}", flush=True)
            so_far = sum(part.seeds for part in done) // len(CAPABILITY_SETS)
            if part.name == CAPABILITY_SETS[-1] and so_far % options.every < part.seeds:
                tell_table(done)
            if options.minutes and time.monotonic() - began > options.minutes * 60:
                break
    except KeyboardInterrupt:
        print("ended early")
    pool.shutdown(cancel_futures=True)
    tell_table(done)
    print(f"from seed {options.first} on, in {time.monotonic() - began:.0f} s; `a second` is of one core")
    return int(any(part.failures for part in done))


def tell_table(done: Sequence[Part]) -> None:
    """A line for each set: what ran, and how many seeds failed with what."""
    print(f"{'set':<12}{'seeds':>8}{'a second':>10}{'effects':>10}" + "".join(f"{kind:>16}" for kind in KINDS))
    for name in CAPABILITY_SETS:
        mine = [part for part in done if part.name == name]
        count = sum(part.seeds for part in mine)
        bad = {(seed, _kind(kind)) for part in mine for seed, kind, _ in part.failures}
        by_kind = Counter(kind for _, kind in bad)
        speed = count / max(sum(part.seconds for part in mine), 0.001)
        effects = sum(part.points for part in mine) // 2
        cells = "".join(f"{by_kind[kind]:>16}" for kind in KINDS)
        print(f"{name:<12}{count:>8}{speed:>10.1f}{effects:>10}{cells}", flush=True)


def _kind(kind: str) -> str:
    return kind if kind in KINDS else "other"


def tell_rules(pool: ProcessPoolExecutor, first: int, seeds: int) -> int:
    """Tell of each rule as soon as its seeds are done; 1 if one isn't missed by any."""
    jobs = [(rule, name, first, seeds) for rule in RULES for name in CAPABILITY_SETS]
    print(f"{'without':<26}" + "".join(f"{name:>12}" for name in CAPABILITY_SETS) + "   what failed", flush=True)
    rates: dict[str, Counter[str]] = {}
    missed = False
    for (rule, name, _, _), found in zip(jobs, pool.map(caught, *zip(*jobs, strict=True)), strict=True):
        rates[name] = found
        if name == CAPABILITY_SETS[-1]:
            kinds = sum(rates.values(), start=Counter[str]())
            told = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common() if kind != "seeds")
            cells = "".join(f"{100 * rates[each]['seeds'] / seeds:>11.1f}%" for each in CAPABILITY_SETS)
            print(f"{rule:<26}{cells}   {told}", flush=True)
            missed = missed or not kinds["seeds"]
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
