"""What the rounds of one pass add up to: each page once, its requests together."""

from dataclasses import dataclass, field, replace

from pagemirror.executor.run import Ran
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.plans import Outcome, StepResult

__all__ = ["Sum"]


@dataclass(slots=True)
class Sum:
    """What the rounds of a pass add up to."""

    results: dict[Uid, StepResult] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    cautions: dict[tuple[RepoPath, str], None] = field(default_factory=dict)

    def add(self, ran: Ran) -> None:
        """Take a round's results; a later outcome of a page replaces an earlier one."""
        for result in ran.results:
            uid = result.step.uid
            before = self.results.get(uid)
            if before is not None:
                result = replace(result, requests=result.requests + before.requests)  # noqa: PLW2901
            self.results[uid] = result
        self.cautions.update(dict.fromkeys(ran.warnings))

    def settle(self, uid: Uid, page_id: PageId | None) -> None:
        """A request without an answer turned out to be applied."""
        result = self.results[uid]
        self.results[uid] = replace(result, outcome=Outcome.DONE, code=None, page_id=page_id or result.page_id)

    @property
    def unknown(self) -> list[Uid]:
        """The documents whose request nobody knows the outcome of."""
        return [uid for uid, result in self.results.items() if result.outcome is Outcome.UNKNOWN]

    @property
    def all(self) -> tuple[StepResult, ...]:
        """Every step, in the order in which it was first met."""
        return tuple(self.results.values())
