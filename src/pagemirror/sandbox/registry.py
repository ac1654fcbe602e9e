"""Which APIs there are. A new one is a package beside the others and one line here."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exec import ExecApi
from pagemirror.sandbox.exec.switches import Switches as ExecSwitches
from pagemirror.sandbox.interface import Api
from pagemirror.sandbox.pharen import PharenApi
from pagemirror.sandbox.pharen.switches import Switches as PharenSwitches
from pagemirror.sandbox.ravendocs import RavendocsApi
from pagemirror.sandbox.ravendocs.switches import Switches as RavendocsSwitches
from pagemirror.sandbox.ravendocs_rpc import RavendocsRpcApi
from pagemirror.sandbox.ravendocs_rpc.switches import Switches as RavendocsRpcSwitches

__all__ = ["APIS", "SWITCHES", "MakeApi"]


class MakeApi(Protocol):
    """How an API is made."""

    def __call__(self, *, clock: Clock, seed: str, tokens: Sequence[str], switches: Mapping[str, object]) -> Api:
        """Make it, with its default data."""
        ...


APIS: Mapping[str, MakeApi] = {
    "exec": ExecApi,
    "pharen": PharenApi,
    "ravendocs": RavendocsApi,
    "ravendocs_rpc": RavendocsRpcApi,
}
SWITCHES: Mapping[str, type[Any]] = {
    "exec": ExecSwitches,
    "pharen": PharenSwitches,
    "ravendocs": RavendocsSwitches,
    "ravendocs_rpc": RavendocsRpcSwitches,
}
