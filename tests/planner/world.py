"""A small world for the planner's properties: files, a target, records, and an executor that makes no mistakes.

Texts are pairs of title and body. People and Git change both sides; `World.sync` plans and carries out one pass,
looking at each page before it is touched, as the real executor does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pagemirror.model.fields import BODY, TITLE, digest_of
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.pages import Absence
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.model.records import Choice, Decision, Hold, Record, Standing
from pagemirror.planner.plan import make_plan
from pagemirror.planner.policy import Policy, Way
from pagemirror.planner.table import basis, decide
from pagemirror.planner.verdicts import Quiet, Verdict
from pagemirror.planner.views import UNSEEN, Missing, Present, View, Wanted
from planner.sides import prints, situation
from planner.sides import record as settled
from planner.sides import wanted as wanting

Text = tuple[str, str]
Pick = Callable[[Sequence[Step]], Step]


@dataclass(slots=True, kw_only=True)
class File:
    """A file: where it is, what it says, what it links to."""

    path: str
    title: str
    body: str
    links: tuple[Uid, ...] = ()


@dataclass(slots=True, kw_only=True)
class World:
    """Both sides and what the mirror remembers."""

    policy: Policy
    parents: dict[Uid, Uid]
    files: dict[Uid, File] = field(default_factory=dict)
    banner: str = ""
    pages: dict[PageId, Text] = field(default_factory=dict)
    away: dict[PageId, tuple[Absence, Text]] = field(default_factory=dict)
    records: dict[Uid, Record] = field(default_factory=dict)
    bases: dict[Uid, Text] = field(default_factory=dict)
    holds: dict[Uid, Hold] = field(default_factory=dict)
    shown: dict[Uid, Text] = field(default_factory=dict)
    decisions: dict[Uid, Decision] = field(default_factory=dict)
    overwritten: list[tuple[Uid, Text, Text | None]] = field(default_factory=list)
    made: int = 0

    # ----------------------------------------------------------------- views

    def page_of(self, uid: Uid) -> PageId | None:
        record = self.records.get(uid)
        return record.page_id if record is not None and record.standing is Standing.LIVE else None

    def wanted(self, uid: Uid) -> Wanted | None:
        file = self.files.get(uid)
        if file is None:
            return None
        links = [other for other in file.links if other in self.files]
        rendered = " ".join([self.banner, file.body, *(self.page_of(other) or "web" for other in links)])
        parent = self.parents.get(uid)
        return wanting(
            file.path,
            file.body,
            file.title,
            rendered=rendered,
            uid=uid,
            blob=BlobId(digest_of(uid, file.title, file.body, *file.links)),
            parent=parent if parent in self.files else None,
            wants=tuple(other for other in links if self.page_of(other) is None),
        )

    def text(self, uid: Uid) -> Text:
        """What Git wants the page to hold."""
        file = self.files[uid]
        links = [other for other in file.links if other in self.files]
        return file.title, " ".join([self.banner, file.body, *(self.page_of(other) or "web" for other in links)])

    def look(self, page_id: PageId) -> Present | Missing:
        if page_id in self.pages:
            title, body = self.pages[page_id]
            return Present(page_id=page_id, prints=prints(title=title, body=body), version="7")
        kind, _ = self.away.get(page_id, (Absence.GONE, ("", "")))
        return Missing(kind=kind)

    def view(self, uid: Uid, *, looks: bool) -> View:
        record = self.records.get(uid)
        page_id = record.page_id if record is not None else None
        return View(
            uid=uid,
            record=record,
            wanted=self.wanted(uid),
            hold=self.holds.get(uid),
            decision=self.decisions.get(uid),
            seen=self.look(page_id) if looks and page_id is not None else UNSEEN,
        )

    def plan(self, *, looks: bool, reverse: bool = False) -> Plan:
        uids = sorted({*self.files, *self.records}, reverse=reverse)
        live = sum(record.standing is Standing.LIVE for record in self.records.values())
        return make_plan([self.view(uid, looks=looks) for uid in uids], self.policy, situation(pages=live))

    # ----------------------------------------------------------------- a pass

    def sync(self, *, looks: bool, pick: Pick) -> Plan:
        """Plan and carry out one pass; `pick` chooses among the steps that wait for nothing."""
        plan = self.plan(looks=looks)
        named = {step.uid for step in plan.steps}
        for uid in plan.refresh:
            self._follow(uid)
        for uid in plan.forget:
            self.records.pop(uid, None)
        for uid in [each for each in self.holds if each not in named]:
            del self.holds[uid]
        for step in plan.steps:
            if step.outcome is Outcome.HELD:
                view = self.view(step.uid, looks=looks)
                self._hold(view, step.action, step.code, basis(view), looked=looks)
        todo = [step for step in plan.steps if step.outcome is Outcome.PLANNED]
        while todo:
            left = {step.uid for step in todo}
            ready = [step for step in todo if not left.intersection(step.after)]
            assert ready, "steps wait for each other"
            step = pick(ready)
            todo.remove(step)
            self._carry_out(step)
        return plan

    def _carry_out(self, step: Step) -> None:
        view = self.view(step.uid, looks=True)
        verdict = decide(view, self.policy, now=situation().now)
        if step.action is Action.MOVE:
            self._follow(step.uid)
        elif isinstance(verdict, Quiet):
            self._follow(step.uid)
            self.holds.pop(step.uid, None)
        elif verdict.outcome is Outcome.HELD:
            self._hold(view, verdict.action, verdict.code, basis(view), looked=True)
        elif verdict.outcome is Outcome.PLANNED:
            self._do(view, verdict)
        self.decisions.pop(step.uid, None)

    def _hold(self, view: View, action: Action, code: str | None, of: str, *, looked: bool) -> None:
        record = view.record
        page_id = record.page_id if record is not None else None
        if looked or view.uid not in self.holds:
            now = self.pages.get(page_id) if looked and page_id is not None else self.bases.get(view.uid)
            self.shown[view.uid] = now if now is not None else ("", "")
        self.holds[view.uid] = Hold(
            uid=view.uid,
            path=RepoPath(""),
            page_id=page_id,
            action=action,
            code=code or "",
            reason="",
            basis=of,
            at=0.0,
        )

    def _do(self, view: View, verdict: Verdict) -> None:
        uid, record = view.uid, view.record
        self.holds.pop(uid, None)
        match verdict.action:
            case Action.CREATE:
                self.made += 1
                self._settle(uid, PageId(f"{uid}-{self.made}"), self.text(uid))
            case Action.UPDATE | Action.RESTORE if record is not None and record.page_id is not None:
                self._write(view, verdict, record, record.page_id)
            case Action.RECORD if record is not None and record.page_id is not None:
                self._record(view, verdict, record, record.page_id)
            case Action.ARCHIVE | Action.DELETE if record is not None and record.page_id is not None:
                self._note(uid, verdict.way, record.page_id)
                self.away[record.page_id] = (Absence.ARCHIVED, self.pages.pop(record.page_id))
                self.records[uid] = replace(record, standing=Standing.REMOVED, removal=verdict.action.value)
            case Action.KEEP if record is not None:
                self.records[uid] = replace(record, standing=Standing.REMOVED, removal="keep")
            case _:
                raise AssertionError(verdict)

    def _write(self, view: View, verdict: Verdict, record: Record, page_id: PageId) -> None:
        uid, text = view.uid, self.text(view.uid)
        if page_id in self.away:
            self.pages[page_id] = self.away.pop(page_id)[1]
        elif verdict.way == Way.MERGE:
            merged = self._merge(record, self.pages[page_id], text, self.bases[uid])
            if merged is None:
                self._hold(view, verdict.action, "conflict", basis(view), looked=True)
                return
            self._settle(uid, page_id, merged)
            return
        else:
            self._note(uid, verdict.way, page_id)
        self._settle(uid, page_id, text)

    def _merge(self, record: Record, there: Text, git: Text, base: Text) -> Text | None:
        """Field by field; a field that both moved to different things can't be merged."""
        sent = [
            prints(title=git[0])[TITLE] != record.sent.get(TITLE),
            prints(body=git[1])[BODY] != record.sent.get(BODY),
        ]
        merged = []
        for ours, theirs, was, own in zip(git, there, base, sent, strict=True):
            theirs_moved = theirs != was or record.diverged
            if own and theirs_moved and ours != theirs:
                return None
            merged.append(theirs if theirs_moved else ours)
        return merged[0], merged[1]

    def _note(self, uid: Uid, way: str, page_id: PageId) -> None:
        """Remember a text that is lost by this write, and what a person who decided it had been shown."""
        there = self.pages[page_id]
        diverged = self.records[uid].diverged
        if (there != self.bases.get(uid) or diverged) and (uid not in self.files or there != self.text(uid)):
            self.overwritten.append(
                (uid, there, self.shown.get(uid) if way == Way.GIT or uid not in self.files else None)
            )

    def _record(self, view: View, verdict: Verdict, record: Record, page_id: PageId) -> None:
        uid = view.uid
        if verdict.way == Way.REMOTE and view.wanted is not None:
            self._settle(uid, page_id, self.pages[page_id])
            self.records[uid] = replace(self.records[uid], diverged=True)
        elif verdict.way == Way.REMOTE:
            self.records[uid] = replace(record, standing=Standing.LEFT, removal="released")
        elif verdict.way == Way.ACCEPT and view.wanted is not None:
            self.records[uid] = replace(record, standing=Standing.LEFT, removal="accepted")
        elif verdict.way == Way.ACCEPT:
            kind = view.seen.kind if isinstance(view.seen, Missing) else Absence.GONE
            removal = "delete" if kind is Absence.GONE else "archive"
            self.records[uid] = replace(record, standing=Standing.REMOVED, removal=removal)
        else:
            self._settle(uid, page_id, self.pages[page_id])

    def _settle(self, uid: Uid, page_id: PageId, text: Text) -> None:
        """The page holds this text now, and the record knows."""
        wanted = self.wanted(uid)
        assert wanted is not None
        diverged = text != self.text(uid)
        self.pages[page_id] = self.bases[uid] = text
        self.records[uid] = settled(wanted, page_id, remote=prints(title=text[0], body=text[1]), diverged=diverged)

    def _follow(self, uid: Uid) -> None:
        wanted, record = self.wanted(uid), self.records[uid]
        assert wanted is not None
        self.records[uid] = replace(
            record, path=wanted.path, blob=wanted.blob, title=wanted.title, own=wanted.own, raw_body=wanted.raw_body
        )

    # ----------------------------------------------------------------- people

    def say(self, uid: Uid, choice: Choice) -> None:
        """Decide about what is held."""
        hold = self.holds.get(uid)
        if hold is not None:
            self.decisions[uid] = Decision(uid=uid, choice=choice, basis=hold.basis, at=0.0)
