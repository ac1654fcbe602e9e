"""How long a conversion takes, for the long tests that compare one text with another in one run."""

import time

from pagemirror.content.prosemirror import to_prosemirror

__all__ = ["took"]


def took(text: str) -> float:
    """Seconds of processor time for one Markdown text, the best of three."""
    times: list[float] = []
    for _ in range(3):
        start = time.thread_time()
        to_prosemirror(text)
        times.append(time.thread_time() - start)
    return min(times)
