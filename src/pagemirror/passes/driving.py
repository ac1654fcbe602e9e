"""A coroutine run to its end. Knows nothing of what it does."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["drive"]

T = TypeVar("T")


def drive(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a loop of its own, as `asyncio.run` does, and hand the result past it.

    At its end asyncio writes its task down as text, with all of the result in it, to look a signal's handler up: of a
    plan of many pages that is a twentieth of the time, and as much memory as the plan takes.
    """
    kept: list[T] = []

    async def keep() -> None:
        kept.append(await work)

    asyncio.run(keep())
    return kept[0]
