"""Everything that a running sandbox holds: the clock, the APIs, the faults and the journal."""

from collections import Counter

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.config import SandboxConfig
from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.faults import FaultBook
from pagemirror.sandbox.interface import Api, NotThere
from pagemirror.sandbox.journal import Journal
from pagemirror.sandbox.registry import APIS

__all__ = ["World"]


class World:
    """The state of one sandbox."""

    def __init__(self, config: SandboxConfig) -> None:
        for name in (*config.tokens, *config.switches):
            if name not in APIS:
                raise ValueError(f"there is no API called {name}; there are {', '.join(APIS)}")
        self.clock = Clock()
        self.apis: dict[str, Api] = {
            name: make(
                clock=self.clock,
                seed=config.seed,
                tokens=config.tokens.get(name, ()),
                switches=config.switches.get(name, {}),
            )
            for name, make in APIS.items()
        }
        self.faults = FaultBook(config.faults)
        self.journal = Journal([token for api in self.apis.values() for token in api.tokens])

    def api(self, name: str) -> Api:
        """Return an API by name; raise `NotThere`."""
        if name not in self.apis:
            raise NotThere(f"there is no API called {name}; there are {', '.join(self.apis)}")
        return self.apis[name]

    def reset(self, name: str | None) -> None:
        """Go back to the start; with a name only that API's data, switches and journal."""
        if name is not None:
            self.api(name).reset()
            self.journal.forget(name)
            return
        self.clock.reset()  # first, as the others begin at its time
        for api in self.apis.values():
            api.reset()
        self.journal.forget(None)
        self.faults.reset()

    def summary(self) -> Json:
        """Count pages, requests, violations and titles that stand more than once, by API."""
        return {
            "apis": {name: self._summary_of(api) for name, api in self.apis.items()},
            "requests": sum(self.journal.totals.values()),
            "violations": sum(self.journal.violation_totals.values()),
            "clock_offset": self.clock.offset,
        }

    def _summary_of(self, api: Api) -> Json:
        views = api.views()
        live = [view for view in views if not view.archived]
        titles = Counter(view.title for view in live)
        return {
            "pages": len(live),
            "archived": len(views) - len(live),
            "drafts": sum(view.status == "draft" for view in live),
            "requests": self.journal.totals[api.name],
            "violations": self.journal.violation_totals[api.name],
            "duplicates": {title: count for title, count in sorted(titles.items()) if count > 1},
        }
