"""The service's server under pressure: how long `/healthz` takes then, and whether commits still become pages.

Whoever presses and whoever asks are processes of their own, so that they don't wait for each other.
"""

import asyncio
import hashlib
import hmac
import http.client
import math
import multiprocessing
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from typing import Any, Final

from benchmarks.rows import Figure, at_most
from benchmarks.service import FEW, SECRET, commit, service
from benchmarks.serving import PATIENCE
from benchmarks.worlds import Worlds

__all__ = ["measure"]

HOOKS, FORGED, SLOW = 200, 1000, 300
SLOW_SECONDS: Final = 15.0
AT_ONCE: Final = 200
GOAL: Final = 0.5
_BODY: Final = b'{"mirrors":["bench"]}'

Told = dict[str, Any]
_spawned: Final = multiprocessing.get_context("spawn")


def measure(worlds: Worlds) -> Iterator[Figure]:
    """Alone, with each pressure, and with all of them while a commit comes."""
    with service(worlds.folder / "pressure", FEW, ref="HEAD") as (_, _, serving, repository):
        for what in PRESSURES:
            asked: Queue[list[float]] = _spawned.Queue()
            pressed: Queue[Told] = _spawned.Queue()
            enough = _spawned.Event()
            together = _spawned.Barrier(3)
            asking = _spawned.Process(target=_ask, args=(serving.address, together, enough, asked))
            pressing = _spawned.Process(target=_press, args=(what, serving.address, together, pressed))
            asking.start()
            pressing.start()
            together.wait(PATIENCE)
            mark, began = serving.mark(), time.perf_counter()
            commit(repository, f"Under {what}")
            serving.wait("page.done", after=mark)
            mirrored = time.perf_counter() - began
            told = pressed.get()
            enough.set()
            times = sorted(asked.get())
            pressing.join()
            asking.join()
            p99 = times[math.ceil(0.99 * len(times)) - 1]
            more = {"asked": len(times), "median": times[len(times) // 2], "worst": times[-1], **told}
            yield at_most(f"/healthz under {what}: 99th percentile", p99, GOAL, _milliseconds, **more)
            yield at_most(f"commit → its page under {what}", mirrored, 2.0, lambda value: f"{value:.2f} s")


def _milliseconds(value: float) -> str:
    return f"{1000 * value:.0f} ms"


# ------------------------------------------------------------------ processes of their own


def _ask(address: str, together: Barrier, enough: Event, told: "Queue[list[float]]") -> None:
    """Ask for `/healthz` 50 times a second, over a new connection each time, as a monitor does."""
    times: list[float] = []
    together.wait(PATIENCE)
    while not (times and enough.is_set()):
        began = time.perf_counter()
        connection = http.client.HTTPConnection(address, timeout=60)
        connection.request("GET", "/healthz")
        if connection.getresponse().status != http.HTTPStatus.OK:
            raise RuntimeError("the service is not alive")
        connection.close()
        times.append(time.perf_counter() - began)
        time.sleep(0.02)
    told.put(times)


def _press(what: str, address: str, together: Barrier, told: "Queue[Told]") -> None:
    host, _, port = address.rpartition(":")
    together.wait(PATIENCE)
    told.put(asyncio.run(_counted(PRESSURES[what](host, int(port)))))


async def _counted(pressure: Awaitable[Told]) -> Told:
    return await pressure


async def _nothing(_host: str, _port: int) -> Told:
    await asyncio.sleep(5.0)
    return {}


async def _hooks(host: str, port: int, count: int, secret: str) -> Told:
    """Deliveries, so many at once, each over a connection of its own."""
    signature = hmac.new(secret.encode(), _BODY, hashlib.sha256).hexdigest()
    few = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> str:
        head = (
            f"POST /webhooks/generic HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(_BODY)}\r\n"
            f"X-Pagemirror-Delivery: {secret}-{number}\r\nX-Pagemirror-Signature: sha256={signature}\r\n"
            "Connection: close\r\n\r\n"
        )
        async with few:
            try:
                reader, writer = await asyncio.open_connection(host, port)
                writer.write(head.encode() + _BODY)
                answer = await reader.read()
                writer.close()
            except OSError:
                return "gave way"
        return answer[9:12].decode() or "gave way"

    return dict(Counter(await asyncio.gather(*map(one, range(count)))))


async def _slow(host: str, port: int) -> Told:
    """Connections that send a header every half a second and never end their request."""
    opened = [await asyncio.open_connection(host, port) for _ in range(SLOW)]
    for _, writer in opened:
        writer.write(b"GET / HTTP/1.1\r\n")
    until = time.monotonic() + SLOW_SECONDS
    while time.monotonic() < until:
        for reader, writer in opened:
            if not reader.at_eof() and reader.exception() is None:
                writer.write(b"X-Slow: 1\r\n")
        await asyncio.sleep(0.5)
    shut = sum(reader.at_eof() or reader.exception() is not None for reader, _ in opened)
    for _, writer in opened:
        writer.close()
    return {"shut": shut}


async def _all(host: str, port: int) -> Told:
    parts = await asyncio.gather(
        _slow(host, port), _hooks(host, port, HOOKS, SECRET), _hooks(host, port, FORGED, "another")
    )
    return {"all": parts}


PRESSURES: Final[Mapping[str, Callable[[str, int], Awaitable[Told]]]] = {
    "nothing": _nothing,
    f"{HOOKS} webhooks at once": lambda host, port: _hooks(host, port, HOOKS, SECRET),
    f"{FORGED:,} wrong signatures": lambda host, port: _hooks(host, port, FORGED, "another"),
    f"{SLOW} slow-loris connections": _slow,
    "all of it": _all,
}
