"""The command: measures the rows asked for, prints the table, keeps the results."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import first_sync, memory, nothing, one_file, planning, pressure, requests, service
from benchmarks.rows import Figure, Row
from benchmarks.worlds import Sizes, Worlds
from pagemirror import __version__

ROWS: Final[Mapping[str, Row]] = {
    "requests": requests.measure,
    "first_sync": first_sync.measure,
    "nothing": nothing.measure,
    "one_file": one_file.measure,
    "planning": planning.measure,
    "memory": memory.measure,
    "service": service.measure,
    "pressure": pressure.measure,
}
FULL: Final = Sizes(small=1000, large=100_000, times=5)
QUICK: Final = Sizes(small=100, large=2000, times=3)
RESULTS: Final = Path(__file__).with_name("results")


def main() -> int:
    """Measure; 0 also where a goal is missed, as a busy machine misses goals."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("rows", nargs="*", metavar="ROW", help=f"which rows: {', '.join(ROWS)}; all by default")
    asked.add_argument("--quick", action="store_true", help="small folders, and nothing is kept")
    given = asked.parse_args()
    unknown = set(given.rows) - ROWS.keys()
    if unknown:
        asked.error(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    names = [name for name in ROWS if name in given.rows] or list(ROWS)
    figures = _measured(names, QUICK if given.quick else FULL)
    if not given.quick:
        sys.stdout.write(f"\nKept in {_keep(figures)}\n")
    return 0


def _measured(names: Iterable[str], sizes: Sizes) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    worlds = Worlds(sizes)
    try:
        _print(("goal", "figure", "met", "what"))
        for name in names:
            found[name] = []
            for figure in ROWS[name](worlds):
                found[name].append(figure)
                _print((figure.goal, figure.said, "yes" if figure.met else "NO", figure.what))
    finally:
        worlds.close()
    return found


def _print(columns: tuple[str, str, str, str]) -> None:
    goal, said, met, what = columns
    sys.stdout.write(f"{goal:>12}  {said:>10}  {met:<3}  {what}\n")
    sys.stdout.flush()


def _keep(figures: Mapping[str, list[Figure]]) -> Path:
    """Write the day's results; rows that were not measured now stay as they were."""
    now = datetime.now(UTC)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now.date().isoformat()}.json"
    before: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    rows = {**before.get("rows", {}), **{name: [asdict(one) for one in some] for name, some in figures.items()}}
    kept = {
        "at": now.isoformat(timespec="seconds"),
        "pagemirror": __version__,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "rows": rows,
    }
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
