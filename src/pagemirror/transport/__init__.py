"""The only room that knows the HTTP library: client, pacing, budget, error mapping, redaction.

Importing it doesn't import the library; opening a transport does.
"""

from pagemirror.transport.client import Chance, HttpTransport, open_transport
from pagemirror.transport.counting import Exchange, Tally, counted
from pagemirror.transport.interface import Answer, Call, Transport
from pagemirror.transport.pacer import Pacer, Reserve, Unshared
from pagemirror.transport.pacing import Limits, finished_at, left_today
from pagemirror.transport.redaction import redact, shorten
from pagemirror.transport.settings import TransportSettings

__all__ = [
    "Answer",
    "Call",
    "Chance",
    "Exchange",
    "HttpTransport",
    "Limits",
    "Pacer",
    "Reserve",
    "Tally",
    "Transport",
    "TransportSettings",
    "Unshared",
    "counted",
    "finished_at",
    "left_today",
    "open_transport",
    "redact",
    "shorten",
]
