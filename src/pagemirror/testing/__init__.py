"""The conformance suite for backends, as a pytest plug-in: who passes it is right by definition.

Put `pytest_plugins = ["pagemirror.testing"]` into the `conftest.py` at the top of your tests, describe your backend and
its server as a `Subject`, give it as the fixture `subject`, and derive a test class from `Conformance`. Nothing else of
pagemirror imports this package, and it alone imports pytest; installing pagemirror loads it into no other test run.
"""

import pytest

from pagemirror.testing.awaiting import awaited
from pagemirror.testing.bench import TODAY, Bench, Desk, a_page, holds, texts
from pagemirror.testing.clock import START, HandClock, NoChance
from pagemirror.testing.conformance import Conformance
from pagemirror.testing.faults import Fault, Rule
from pagemirror.testing.proxy import Proxy
from pagemirror.testing.subject import Kept, Subject

__all__ = [
    "START",
    "TODAY",
    "Bench",
    "Conformance",
    "Desk",
    "Fault",
    "HandClock",
    "Kept",
    "NoChance",
    "Proxy",
    "Rule",
    "Subject",
    "a_page",
    "awaited",
    "bench",
    "holds",
    "texts",
]


@pytest.fixture
def bench(subject: Subject) -> Bench:
    """The subject with an empty server, ready to open sessions on."""
    subject.reset()
    return Bench(subject)
