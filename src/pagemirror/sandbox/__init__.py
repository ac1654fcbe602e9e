"""A stand-in server that speaks the page APIs over real HTTP: for evaluation, staging and every test's other side.

It knows nothing of the rest of pagemirror: it is written from the APIs' documentation alone, so that it can contradict
the adapters.
"""

from pagemirror.sandbox.app import create_app
from pagemirror.sandbox.config import SandboxConfig, parse_listen, parse_switches
from pagemirror.sandbox.datafile import DataFileError
from pagemirror.sandbox.faults import FaultError, FaultRule, FaultSettings
from pagemirror.sandbox.serving import Addresses, ApiAddress, serve
from pagemirror.sandbox.switching import SwitchError

__all__ = [
    "Addresses",
    "ApiAddress",
    "DataFileError",
    "FaultError",
    "FaultRule",
    "FaultSettings",
    "SandboxConfig",
    "SwitchError",
    "create_app",
    "parse_listen",
    "parse_switches",
    "serve",
]
