"""The built-in backends, each on the sandbox, as subjects of the suite for backends."""

from collections.abc import Sequence
from typing import Any

from pagemirror.backends.interface import Target
from pagemirror.backends.registry import backend
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.testing import Kept, Subject

__all__ = ["RPC", "SandboxSubject"]

RPC = "ravendocs_rpc"


class SandboxSubject(Subject):
    """One API of a running sandbox."""

    wrong_token = "exec_live_" + "x" * 40

    def __init__(self, box: SandboxProcess, api: str) -> None:
        self.backend = backend("ravendocs" if api == RPC else api)
        self.tells_total = api != RPC
        self.proofs = int(api == RPC)
        self._box = box
        self._api = api

    def target(self, **settings: object) -> Target:
        access = self._box.api(self._api)
        return Target(
            base_url=access.base_url,
            token=access.token,
            own=self.backend.own_model.model_validate(access.settings),
            mirror="handbook",
            **settings,  # type: ignore[arg-type]  # the suite's own words for a target
        )

    def reset(self) -> None:
        self._box.reset()

    def pages(self) -> Sequence[Kept]:
        return [
            Kept(id=page["id"], title=page["title"], live=not (page["archived"] or _is_tombstone(page)))
            for page in self._box.pages(self._api)
        ]

    def edit(self, page_id: str, text: str) -> None:
        self._box.edit(self._api, page_id, content=text)

    def vanish(self, page_id: str) -> None:
        self._box.archive(self._api, page_id)

    def later(self, seconds: float) -> None:
        self._box.advance(seconds)

    def writes(self, method: str, path: str) -> bool:
        if self._api != RPC:
            return super().writes(method, path)
        return path.partition("#")[0].rpartition("/")[2] in {"create", "update", "delete", "move"}

    def shortened(self, answer: Any) -> Any:
        if self._api == RPC:
            return {**answer, "data": {**answer["data"], "items": answer["data"]["items"][:-1]}}
        name = next(name for name, value in answer.items() if isinstance(value, list))
        return {**answer, name: answer[name][:-1]}

    def complaints(self) -> Sequence[str]:
        return [str(row) for row in self._box.violations(self._api)]


def _is_tombstone(page: dict[str, Any]) -> bool:
    return str(page["title"]).startswith("[Archived] ")
