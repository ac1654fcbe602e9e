"""The service for real minutes: `make soak-service MINUTES=30`.

Commits every few seconds, saved files, people's edits, faults of the target, a remote that goes away, and two kill -9
of the service. Prints how it stood each minute; ends with 1 where it did not end where Git says, something was made
twice or lost, or memory or handles grew.
"""

import argparse
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, Self

import httpx

from pagemirror.sandbox.process import SandboxProcess
from support.longlife import Place

__all__ = ["main"]

SECRET: Final = "a secret of the soak"
PATIENCE: Final = 120.0
MEGABYTE: Final = 1_000_000
TROUBLES: Final[tuple[Mapping[str, float], ...]] = (
    {"lost_answer": 0.1, "cut": 0.1},
    {"error_before": 0.1, "error_after": 0.1},
    {"rate_limited": 0.1, "slow": 0.2},
    {"error_before": 1.0},
)
HEAD: Final = "minute life commits edits passes requests failed   RSS MB handles threads state KB healthz ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How the service stood at a moment; `life` counts its processes."""

    minute: float
    life: int
    memory: int
    handles: int
    threads: int
    told: str

    def __str__(self) -> str:
        return self.told


class Served:
    """The service as a process, its log in a file. A context manager."""

    def __init__(self, place: Place, log: Path) -> None:
        self._log = log
        self._place = place
        self._from = log.stat().st_size if log.exists() else 0
        with log.open("ab") as errors:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "pagemirror", "--config", str(place.config), "run"],
                env=place.env | {"PAGEMIRROR_WEBHOOK_SECRET": SECRET},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        address = self._wait_for("server.listening")["address"]
        self.client = httpx.Client(base_url=f"http://{address}", trust_env=False, timeout=PATIENCE)
        self._wait_for("service.ready")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def events(self) -> Iterator[Mapping[str, Any]]:
        """What this process logged."""
        with self._log.open("rb") as log:
            log.seek(self._from)
            for line in log:
                with suppress(ValueError):  # the last line may be half written
                    yield json.loads(line)

    def _wait_for(self, name: str) -> Mapping[str, Any]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for event in self.events():
                if event["event"] == name:
                    return event
            time.sleep(0.05)
        raise AssertionError(f"no {name} in {self._log}")


class Soak:
    """Some minutes of a service's life."""

    def __init__(self, place: Place, box: SandboxProcess, log: Path, *, minutes: float) -> None:
        self.samples: list[Sample] = []
        self._place = place
        self._box = box
        self._log = log
        self._end = 60.0 * minutes
        self._began = time.monotonic()
        self._served = Served(place, log)
        self._lives = 1
        self._trouble = False
        self._odd: list[str] = []

    @property
    def _at(self) -> float:
        return time.monotonic() - self._began

    def run(self) -> Iterator[str]:
        """Live; gives what is wrong at the end."""
        try:
            self._live()
            yield from self._settled()
            yield from self._place.wrong()
            yield from self._lost()
            yield from self._grown()
            self._served.child.terminate()
            if code := self._served.child.wait(PATIENCE):
                yield f"it ended with {code}"
            yield from self._restless()
            yield from self._odd
        finally:
            self._served.__exit__()

    # ---------------------------------------------------------------- course

    def _live(self) -> None:
        dice, place = self._place.dice, self._place
        deaths = [self._end / 3, 2 * self._end / 3]
        turns = {self._commit: 4.0, self._note: 7.0, place.meddle: 11.0, self._change_trouble: 20.0}
        turns |= {place.switch: 45.0, self._change_network: 50.0, place.decide: 60.0, self._sample: 60.0}
        due = {turn: min(pause, 15.0) for turn, pause in turns.items()}
        while self._at < self._end:
            turn = min(due, key=lambda turn: due[turn])
            time.sleep(max(0.0, due[turn] - self._at))
            turn()
            due[turn] = max(self._at, due[turn]) + turns[turn] * dice.uniform(0.7, 1.3)
            if deaths and self._at > deaths[0] and self._is_at_work():
                deaths.pop(0)
                self._die()
        self._box.faults()
        if place.away:
            place.find_network()

    def _commit(self) -> None:
        self._place.commit(time.time())
        if self._place.dice.random() < 0.5:  # the others are found by polling
            self._deliver()

    def _deliver(self) -> None:
        body = b'{"mirrors": ["handbook"]}'
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Pagemirror-Signature": f"sha256={signature}"}
        self._served.client.post("/webhooks/generic", content=body, headers=headers).raise_for_status()

    def _note(self) -> None:
        self._place.note(self._place.dice.randrange(5))

    def _change_trouble(self) -> None:
        self._trouble = not self._trouble
        rates = self._place.dice.choice(TROUBLES) if self._trouble else {}
        self._box.faults(rates=rates, seed=self._place.dice.randrange(1000), latency=0.05 if self._trouble else 0.0)

    def _change_network(self) -> None:
        if self._place.away:
            self._place.find_network()
        else:
            self._place.lose_network()

    def _is_at_work(self) -> bool:
        """Whether a pass is under way, so that a kill hits it."""
        return any(row["activity"] == "running" for row in self._mirrors())

    def _die(self) -> None:
        self._served.kill()
        self._served.__exit__()
        self._served = Served(self._place, self._log)
        self._lives += 1
        print(f"      killed with -9, and started again: life {self._lives}", flush=True)

    # --------------------------------------------------------------- figures

    def _mirrors(self) -> list[dict[str, Any]]:
        answer = self._served.client.get("/api/status")
        if answer.is_error:
            self._odd.append(f"/api/status answered {answer.status_code} at {self._at:.0f} s: {answer.text[:200]}")
            return []
        return list(answer.json()["mirrors"])

    def _sample(self) -> None:
        began = time.perf_counter()
        self._served.client.get("/healthz").raise_for_status()
        took = time.perf_counter() - began
        process = Path(f"/proc/{self._served.child.pid}")
        memory = int((process / "statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        handles = len(list((process / "fd").iterdir()))
        threads = len(list((process / "task").iterdir()))
        ended = [event for event in self._served.events() if event["event"] in {"pass.ended", "pass.failed"}]
        failed = sum(event["event"] == "pass.failed" for event in ended)
        told = (
            f"{self._at / 60:>6.1f} {self._lives:>4} {self._place.commits:>7} {self._place.edits:>5} {len(ended):>6} "
            f"{self._box.requests():>8} {failed:>6} {memory / MEGABYTE:>8.1f} {handles:>7} {threads:>7} "
            f"{self._place.sizes()['state'] / 1000:>8.0f} {1000 * took:>10.1f}"
        )
        sample = Sample(
            minute=self._at / 60, life=self._lives, memory=memory, handles=handles, threads=threads, told=told
        )
        self.samples.append(sample)
        print(sample, flush=True)

    # --------------------------------------------------------------- the end

    def _settled(self) -> Iterator[str]:
        """Wait until all mirrors are level and nothing is held; gives those that don't get there."""
        until = time.monotonic() + PATIENCE
        left: list[str] = []
        while time.monotonic() < until:
            self._deliver()
            self._place.decide()
            time.sleep(5.0)
            head = self._place.handbook.git("rev-parse", "HEAD")
            rows = self._mirrors()
            left = [] if rows else ["no status"]
            left += [
                f"{row['name']} is {row['result']} at {row['commit']}"
                for row in rows
                if row["result"] != "ok" or row["activity"] != "idle" or row["commit"] not in {None, head}
            ]
            if not left and not any(self._place.wrong()):
                self._sample()
                return
        yield from left

    def _lost(self) -> Iterator[str]:
        """People's lines that stand neither on a page nor in a kept text."""
        everywhere = "\n".join(self._place.texts())
        for line in self._place.written:
            if line not in everywhere:
                yield f"lost: {line}"

    def _grown(self) -> Iterator[str]:
        lives = [[sample for sample in self.samples if sample.life == life] for life in range(1, self._lives + 1)]
        for life in [life for life in lives if len(life) > 5]:
            first, last = life[1], life[-1]
            if last.memory > first.memory + 20 * MEGABYTE:
                yield f"memory grew from {first.memory} to {last.memory} in life {first.life}"
            if last.handles > first.handles + 25:
                yield f"handles grew from {first.handles} to {last.handles} in life {first.life}"

    def _restless(self) -> Iterator[str]:
        """Two more passes by hand: nothing is to be sent, and nothing is left open."""
        for _ in range(2):
            before = self._box.requests()
            ran = subprocess.run(
                [sys.executable, "-m", "pagemirror", "--config", str(self._place.config), "sync"],
                env=self._place.env,
                capture_output=True,
                text=True,
                check=False,
            )
            if ran.returncode or self._box.requests() != before:
                yield f"a further sync: exit {ran.returncode}, {self._box.requests() - before} requests: {ran.stdout}"


def main(words: list[str]) -> int:
    """Soak; 0 where all is well."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path, nargs="?", help="default: a temporary one")
    asked.add_argument("--minutes", type=float, default=30.0)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args(words)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="pagemirror-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    with SandboxProcess() as box:
        place = Place(
            folder.resolve(), box, Random(options.seed), keep="90d",  # noqa: S311 - a course, no secret
            listen="127.0.0.1:0", poll="10s", drift_check="15s", removal_check="1m",
        )  # fmt: skip
        print(f"in {folder}\n{HEAD}", flush=True)
        wrong = list(Soak(place, box, folder / "log.jsonl", minutes=options.minutes).run())
    for told in wrong:
        print(f"wrong: {told}")
    print("ended where Git says, nothing twice, nothing lost, nothing grown" if not wrong else f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
