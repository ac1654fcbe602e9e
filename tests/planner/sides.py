"""Builders for one page's three sides, so that a test says only what matters to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pagemirror.model.fields import BODY, TITLE, FieldValue, Prints, digest_of, fingerprint
from pagemirror.model.ids import BlobId, FieldName, MirrorName, PageId, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.model.records import Choice, Decision, Failure, Hold, Record
from pagemirror.planner.policy import Limit, Policy
from pagemirror.planner.table import basis, decide
from pagemirror.planner.verdicts import Quiet, Verdict
from pagemirror.planner.views import Present, Situation, View, Wanted

NOW = 1_000_000.0
MIRROR = MirrorName("handbook")


def prints(**values: FieldValue) -> Prints:
    """Fingerprints by field name."""
    return {FieldName(name): fingerprint(value) for name, value in values.items()}


def fields(*names: str) -> frozenset[FieldName]:
    return frozenset(FieldName(name) for name in names)


def policy(**but: Any) -> Policy:
    return Policy(mirror=MIRROR, **but)


def delay(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def share(value: float, *, explicit: bool = False) -> Limit:
    return Limit(share=value, explicit=explicit)


def number(value: int, *, explicit: bool = True) -> Limit:
    return Limit(number=value, explicit=explicit)


def situation(**but: Any) -> Situation:
    return Situation(**{"now": NOW, "pages": 100, **but})


def wanted(
    path: str = "docs/a.md", body: str = "text", title: str = "A", *, rendered: str | None = None, **but: Any
) -> Wanted:
    """What a file gives. `rendered` is the body for the target where something around the file moved it."""
    sent = prints(title=title, body=rendered if rendered is not None else body)
    usual: dict[str, Any] = {
        "uid": Uid("u-a"),
        "path": RepoPath(path),
        "blob": BlobId(digest_of(title, body)),
        "title": title,
        "own": prints(title=title, body=body),
        "raw_body": fingerprint(body),
        "sent": sent,
        "full": sent,
        "print": bytes.fromhex(digest_of(title, rendered or body)),
        "payload": digest_of(title, rendered or body),
    }
    return Wanted(**{**usual, **but})


def record(base: Wanted | None = None, page_id: str | None = "p-a", **but: Any) -> Record:
    """The record that a settled write of `base` leaves."""
    base = base if base is not None else wanted()
    usual: dict[str, Any] = {
        "uid": base.uid,
        "path": base.path,
        "blob": base.blob,
        "title": base.title,
        "front_id": base.front_id,
        "page_id": PageId(page_id) if page_id is not None else None,
        "own": base.own,
        "raw_body": base.raw_body,
        "sent": base.sent,
        "remote": base.full,
        "version": "7",
        "updated": 7.0,
    }
    return Record(**{**usual, **but})


def page(
    body: str = "text", title: str = "A", page_id: str = "p-a", *, more: Prints | None = None, **but: Any
) -> Present:
    return Present(page_id=PageId(page_id), prints={**prints(title=title, body=body), **(more or {})}, **but)


def view(wants: Wanted | None = None, has: Record | None = None, seen: Present | Any = None, **but: Any) -> View:
    """A page from its three sides; nobody looked unless `seen` is given."""
    uid = but.pop("uid", has.uid if has is not None else wants.uid if wants is not None else Uid("u-a"))
    sides: dict[str, Any] = {} if seen is None else {"seen": seen}
    return View(uid=uid, record=has, wanted=wants, **sides, **but)


def hold(of: View, code: str, action: Action = Action.UPDATE, **but: Any) -> Hold:
    """The hold that a pass stores after it saw this view."""
    return Hold(
        **{
            "uid": of.uid,
            "path": RepoPath("docs/a.md"),
            "page_id": PageId("p-a"),
            "action": action,
            "code": code,
            "reason": f"held as {code}",
            "basis": basis(of),
            "at": NOW - 60,
            **but,
        }
    )


def decision(of: View, choice: Choice, **but: Any) -> Decision:
    """A person's word on what this view showed."""
    return Decision(uid=of.uid, choice=choice, basis=basis(of), at=NOW - 30, **but)


def failure(of: Wanted, code: str = "rejected") -> Failure:
    return Failure(code=code, reason="the target refuses the page", payload=of.payload, at=NOW - 60)


def verdict(of: View, by: Policy | None = None, *, now: float = NOW) -> Verdict:
    """The verdict on a page that gets a step."""
    found = decide(of, by if by is not None else policy(), now=now)
    assert isinstance(found, Verdict), found
    return found


def quiet(of: View, by: Policy | None = None) -> Quiet:
    """The end of a page that gets no step."""
    found = decide(of, by if by is not None else policy(), now=NOW)
    assert isinstance(found, Quiet), found
    return found


def ends(of: Verdict) -> tuple[Action, Outcome, str | None]:
    return of.action, of.outcome, of.code


def step(plan: Plan, path: str) -> Step:
    """The one step of a path."""
    (found,) = [each for each in plan.steps if each.path == path]
    return found


def renamed(of: Wanted, path: str) -> Wanted:
    return replace(of, path=RepoPath(path))


OWN = frozenset({TITLE, BODY})
