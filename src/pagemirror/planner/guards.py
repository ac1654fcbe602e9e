"""Guards: the safety limits that hold the dangerous steps of a plan, each with its numbers and its own way out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pagemirror.model.ids import Uid
from pagemirror.model.plans import LEAVING, Action, Guard, Outcome, Step
from pagemirror.planner.order import MAKING, REMOVING
from pagemirror.planner.policy import Limit, Policy
from pagemirror.planner.views import Situation

__all__ = ["apply_guards"]

SMALLEST = 5
"""From how many pages on a share speaks."""


def apply_guards(
    steps: Sequence[Step], policy: Policy, situation: Situation
) -> tuple[tuple[Step, ...], tuple[Guard, ...]]:
    """Hold what the guards forbid; the other steps go on."""
    guards: list[Guard] = []
    for guard, holds in _whole_pass(policy, situation):
        guards.append(guard)
        steps = _hold(steps, guard, holds)
    steps = _withhold(steps, situation)
    for guard, holds in _limits(steps, policy, situation):
        guards.append(guard)
        steps = _hold(steps, guard, holds)
    return tuple(steps), tuple(guards)


Holds = Callable[[Step], bool]


def _hold(steps: Iterable[Step], guard: Guard, holds: Holds) -> list[Step]:
    return [
        replace(step, outcome=Outcome.HELD, code=guard.code, reason=guard.message)
        if step.outcome is Outcome.PLANNED and holds(step)
        else step
        for step in steps
    ]


def _any(_: Step) -> bool:
    return True


def _removes(step: Step) -> bool:
    return step.action in REMOVING


def _leaves(step: Step) -> bool:
    """Removing, or forgetting that a page was ours."""
    return step.action in LEAVING


def _whole_pass(policy: Policy, now: Situation) -> Iterable[tuple[Guard, Holds]]:
    """What is wrong with the pass as a whole."""
    if now.other_target:
        yield (
            Guard(
                code="other_target",
                message="the target is not the one of the records; nothing was sent",
                hint="give the mirror a new name for a new target, or put backend, base_url and workspace back",
            ),
            _any,
        )
    if now.other_repository and not policy.allow_other_repository:
        yield (
            Guard(
                code="other_repository",
                message="this is another repository than last time (no root commit in common); nothing was sent",
                hint="if it is meant, run once with --allow-other-repository",
            ),
            _any,
        )
    if now.rewind and not policy.allow_rewind:
        yield (
            Guard(
                code="rewind",
                message=f"commit {now.commit[:10]} is older than {now.last_commit[:10]}, which was mirrored already; "
                "nothing was sent",
                hint="if the older commit is meant, run once with --allow-rewind",
            ),
            _any,
        )
    if now.empty_source and not policy.max_removals.explicit and (now.pages or not now.last_commit):
        missing = f"is not {'in this commit' if now.commit else 'on disk'}"
        what = missing if now.missing_folder else "holds no Markdown file"
        yield (
            Guard(
                code="max_removals",
                message=f"the source folder {now.folder or '.'} {what}; no page was removed",
                hint="check source.path and include; if all pages are to go: --max-removals and their number",
            ),
            _leaves,
        )


def _withhold(steps: Sequence[Step], now: Situation) -> list[Step]:
    """A removal waits while a new file that can't be read or placed may be its other half."""
    if not now.hidden_halves:
        return list(steps)
    names = ", ".join(now.hidden_halves[:3])
    reason = f"its file may have become {names}, which can't be read or placed yet; tried again next pass"
    return [
        replace(step, outcome=Outcome.SKIPPED, code="hidden_half", reason=reason)
        if step.outcome is Outcome.PLANNED and _leaves(step)
        else step
        for step in steps
    ]


def _limits(steps: Sequence[Step], policy: Policy, now: Situation) -> Iterable[tuple[Guard, Holds]]:
    """The limits on numbers."""
    planned = [step for step in steps if step.outcome is Outcome.PLANNED]
    removals = sum(map(_removes, planned))
    if not policy.max_removals.allows(removals, now.pages, smallest=SMALLEST):
        yield (
            Guard(
                code="max_removals",
                message=_numbers(removals, now.pages, "removed", policy.max_removals),
                hint=f"look at `pagemirror plan {policy.mirror}`; if it is right: "
                f"`pagemirror sync {policy.mirror} --max-removals {removals}`",
            ),
            _removes,
        )
    derived = _rendered_again(planned)
    if not policy.max_rerender.allows(len(derived), now.pages, smallest=SMALLEST):
        yield (
            Guard(
                code="max_rerender",
                message=_numbers(
                    len(derived), now.pages, "rendered again with no change of their own", policy.max_rerender
                ),
                hint=f"look at `pagemirror plan {policy.mirror}`; if it is right: "
                f"`pagemirror sync {policy.mirror} --max-rerender 100%`",
            ),
            lambda step: step.uid in derived,
        )


def _rendered_again(planned: Sequence[Step]) -> frozenset[Uid]:
    """The pages whose updates are derived, if all updates of the pass are. Links to new pages don't count, nor do those
    that an earlier pass left unsettled.
    """
    made = {step.uid for step in planned if step.action in MAKING}
    updates = [
        step
        for step in planned
        if step.action is Action.UPDATE and not (step.derived and (step.unsettled or made.intersection(step.wants)))
    ]
    derived = frozenset(step.uid for step in updates if step.derived and step.moved_from is None)
    return derived if len(derived) == len(updates) else frozenset()


def _numbers(count: int, pages: int, what: str, limit: Limit) -> str:
    share = f" ({count / pages:.0%})" if pages else ""
    return (
        f"{count} of {pages} pages{share} would be {what}; the limit is {limit}. None of them is; the other steps go on"
    )
