"""A state in a ref: what is pushed when, who is refused, and what whoever comes after a killed pass finds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from pagemirror.model.errors import LockedError, Overtaken, StateError
from pagemirror.model.fields import fingerprint
from pagemirror.model.ids import Uid
from pagemirror.model.listing import PageQuery
from pagemirror.model.records import Choice, Decision, IntentKind
from pagemirror.state.figures import SCHEMA_VERSION
from pagemirror.state.interface import DropIntent, PutDecision, PutIntent, PutRecord, PutText, text_id
from pagemirror.state.refstore import PUSH_EVERY, RefStore
from support.refplaces import MemoryRef
from support.staterows import GUIDES, HANDBOOK, ME, OTHER, a_mirror, a_record, an_intent

LEASE = 60.0
NO_RIGHT = StateError("Git may not push there.", code="state_no_push")

Open = Callable[..., RefStore]


class Watch:
    """A clock that is put forward by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def place() -> MemoryRef:
    return MemoryRef()


@pytest.fixture
def job(place: MemoryRef, watch: Watch) -> Iterator[Open]:
    """Opens the state as one more job does; no process is known to be gone."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(
            closing(RefStore(place, now=watch, gone=lambda _: False, **options))
        )


def begun(store: RefStore, watch: Watch, *, planned: int = 0) -> int:
    """Take the lock, write what a plan writes, and announce; gives the epoch."""
    epoch = store.acquire(HANDBOOK, ME, now=watch(), lease=LEASE).epoch
    store.apply(HANDBOOK, [a_mirror()], epoch=epoch)
    told = [PutIntent(intent=an_intent(a_record(n), planned=True)) for n in range(planned)]
    store.announce(HANDBOOK, told, epoch=epoch)
    return epoch


def test_one_push_before_the_first_request_and_one_at_the_end(job: Open, place: MemoryRef, watch: Watch) -> None:
    store = job()
    lease = store.acquire(HANDBOOK, ME, now=watch(), lease=LEASE)
    store.apply(HANDBOOK, [a_mirror()], epoch=lease.epoch)
    assert place.pushes == 0
    told = [PutIntent(intent=an_intent(a_record(n), planned=True)) for n in range(5)]
    store.announce(HANDBOOK, told, epoch=lease.epoch)
    assert place.pushes == 1
    for n in range(5):
        store.apply(HANDBOOK, [PutIntent(intent=an_intent(a_record(n)))], epoch=lease.epoch)
        store.apply(HANDBOOK, [PutRecord(record=a_record(n)), DropIntent(uid=Uid(f"u{n}"))], epoch=lease.epoch)
    assert place.pushes == 1
    store.release(lease)
    assert place.pushes == 2
    after = job()
    assert len(list(after.records(HANDBOOK))) == 5
    assert after.intents(HANDBOOK) == ()
    assert after.holder(HANDBOOK, now=watch()) is None


def test_a_pass_that_changed_nothing_pushes_nothing(job: Open, place: MemoryRef, watch: Watch) -> None:
    store = job()
    store.release(store.acquire(HANDBOOK, ME, now=watch(), lease=LEASE))
    assert place.newest == ""


def test_whoever_comes_after_a_killed_pass_finds_an_intent_for_all_that_it_may_have_sent(
    job: Open, watch: Watch
) -> None:
    store = job()
    epoch = begun(store, watch, planned=3)
    store.apply(HANDBOOK, [PutIntent(intent=an_intent(a_record(0)))], epoch=epoch)
    store.apply(HANDBOOK, [PutRecord(record=a_record(0)), DropIntent(uid=Uid("u0"))], epoch=epoch)
    found = job().intents(HANDBOOK)
    assert [(intent.uid, intent.planned) for intent in found] == [("u0", True), ("u1", True), ("u2", True)]


@pytest.mark.parametrize(
    "other",
    [{"kind": IntentKind.REMOVE}, {"page_id": "p9"}, {"title": "Other"}, {"blind": fingerprint("other")}],
    ids=lambda change: next(iter(change)),
)
def test_a_request_that_was_not_announced_like_that_is_pushed_before_it_is_sent(
    job: Open, place: MemoryRef, watch: Watch, other: dict[str, object]
) -> None:
    store = job()
    epoch = begun(store, watch, planned=1)
    intent = replace(an_intent(a_record(0)), **other)  # type: ignore[arg-type]  # each is a field of its own type
    store.apply(HANDBOOK, [PutIntent(intent=intent)], epoch=epoch)
    assert place.pushes == 2
    assert job().intents(HANDBOOK) == (intent,)


def test_a_page_that_was_made_is_settled_without_another_push(job: Open, place: MemoryRef, watch: Watch) -> None:
    store = job()
    epoch = begun(store, watch)
    create = an_intent(a_record(1, page_id=None), kind=IntentKind.CREATE, page_id=None)
    store.announce(HANDBOOK, [PutIntent(intent=replace(create, planned=True))], epoch=epoch)
    store.apply(HANDBOOK, [PutIntent(intent=create)], epoch=epoch)
    store.apply(HANDBOOK, [PutRecord(record=a_record(1)), DropIntent(uid=Uid("u1"))], epoch=epoch)
    store.apply(HANDBOOK, [PutIntent(intent=an_intent(a_record(1)))], epoch=epoch)
    assert place.pushes == 1


def test_the_second_of_two_jobs_at_once_sends_nothing_and_may_begin_anew(
    job: Open, place: MemoryRef, watch: Watch
) -> None:
    first, second = job(), job()
    lease = first.acquire(HANDBOOK, ME, now=watch(), lease=LEASE)
    begun(second, watch)
    first.announce(HANDBOOK, [PutIntent(intent=an_intent(a_record(1)))], epoch=lease.epoch)
    with pytest.raises(Overtaken) as refused:
        second.announce(HANDBOOK, [PutIntent(intent=an_intent(a_record(1)))], epoch=1)
    assert "Nothing was sent" in refused.value.message
    assert refused.value.exit_code == 7
    with pytest.raises(LockedError, match="process 100"):
        second.acquire(HANDBOOK, OTHER, now=watch(), lease=LEASE)
    first.apply(HANDBOOK, [PutRecord(record=a_record(1)), DropIntent(uid=Uid("u1"))], epoch=lease.epoch)
    first.release(lease)
    watch.now += 6
    assert second.acquire(HANDBOOK, OTHER, now=watch(), lease=LEASE).epoch == 2
    assert list(second.records(HANDBOOK)) == [a_record(1)]
    assert place.pushes == 2


def test_a_lease_is_honoured_until_it_ends_and_then_taken_over_and_said_so(job: Open, watch: Watch) -> None:
    begun(job(), watch, planned=1)
    watch.now += LEASE + PUSH_EVERY - 1
    with pytest.raises(LockedError):
        job().acquire(HANDBOOK, OTHER, now=watch(), lease=LEASE)
    watch.now += 1
    lease = job().acquire(HANDBOOK, OTHER, now=watch(), lease=LEASE)
    assert (lease.epoch, lease.taken_over) == (2, ME)


def test_a_job_whose_lease_was_taken_over_sends_nothing_more(job: Open, watch: Watch) -> None:
    slow, quick = job(), job()
    epoch = begun(slow, watch, planned=2)
    quick.reload()
    watch.now += LEASE + PUSH_EVERY
    lease = quick.acquire(HANDBOOK, OTHER, now=watch(), lease=LEASE)
    quick.announce(HANDBOOK, [PutIntent(intent=an_intent(a_record(7)))], epoch=lease.epoch)
    with pytest.raises(LockedError) as lost:
        slow.apply(HANDBOOK, [PutIntent(intent=an_intent(a_record(1)))], epoch=epoch)
    assert lost.value.code == "lock_lost"


def test_a_long_pass_pushes_every_five_minutes(job: Open, place: MemoryRef, watch: Watch) -> None:
    store = job()
    lease = store.acquire(HANDBOOK, ME, now=watch(), lease=LEASE)
    told = [PutIntent(intent=an_intent(a_record(n), planned=True)) for n in range(2)]
    store.announce(HANDBOOK, told, epoch=lease.epoch)
    store.apply(HANDBOOK, [PutIntent(intent=an_intent(a_record(0)))], epoch=lease.epoch)
    store.apply(HANDBOOK, [PutRecord(record=a_record(0)), DropIntent(uid=Uid("u0"))], epoch=lease.epoch)
    for _ in range(20):
        watch.now += 15
        lease = store.renew(lease, now=watch(), seconds=LEASE)
    assert place.pushes == 2
    after = job()
    assert [intent.uid for intent in after.intents(HANDBOOK)] == ["u1"]
    assert list(after.records(HANDBOOK)) == [a_record(0)]


def test_a_push_that_fails_on_the_way_is_tried_again_while_the_lease_lasts(
    job: Open, place: MemoryRef, watch: Watch
) -> None:
    store = job()
    lease = store.acquire(HANDBOOK, ME, now=watch(), lease=LEASE)
    store.announce(HANDBOOK, [PutIntent(intent=an_intent(a_record(0)))], epoch=lease.epoch)
    place.away = StateError("Git can't reach it.", code="state_unreachable")
    watch.now += PUSH_EVERY
    lease = store.renew(lease, now=watch(), seconds=LEASE)
    watch.now += LEASE
    with pytest.raises(StateError):
        store.renew(lease, now=watch(), seconds=LEASE)


def test_without_the_right_to_push_nothing_is_announced_and_all_can_be_read(
    job: Open, place: MemoryRef, watch: Watch
) -> None:
    place.refused = NO_RIGHT
    store = job()
    epoch = begun(store, watch)
    with pytest.raises(StateError, match="may not push"):
        store.announce(HANDBOOK, [PutIntent(intent=an_intent(a_record(1)))], epoch=epoch)
    assert job(readonly=True).mirror(HANDBOOK) is None


def test_a_decision_is_pushed_at_once_unless_a_job_is_at_work(job: Open, place: MemoryRef, watch: Watch) -> None:
    decision = PutDecision(decision=Decision(uid=Uid("u1"), choice=Choice.GIT, basis="b", at=watch()))
    person = job()
    person.apply(HANDBOOK, [decision])
    assert list(job().decisions(HANDBOOK)) == ["u1"]
    begun(job(), watch, planned=1)
    before = place.newest
    with pytest.raises(LockedError, match="process 100 on docs"):
        job().apply(HANDBOOK, [decision])
    assert place.newest == before


def test_a_job_for_another_mirror_of_the_state_waits_too(job: Open, watch: Watch) -> None:
    begun(job(), watch, planned=1)
    with pytest.raises(LockedError, match="lock of the mirror handbook"):
        job().acquire(GUIDES, OTHER, now=watch(), lease=LEASE)


def test_without_texts_none_goes_in(job: Open, place: MemoryRef, watch: Watch) -> None:
    store = job(texts=False)
    epoch = begun(store, watch)
    store.announce(HANDBOOK, [PutText(text="A secret."), PutIntent(intent=an_intent(a_record(1)))], epoch=epoch)
    store.apply(HANDBOOK, [PutText(text="Another secret.")], epoch=epoch)
    assert not store.keeps_texts
    assert b"secret" not in b"".join(place.files.values())
    assert job(texts=False).text(text_id("A secret.")) is None


def test_files_that_are_no_state_are_refused_and_left_alone(job: Open, place: MemoryRef) -> None:
    place.files, place.newest = {"README.md": b"# Ours\n"}, "v0"
    with pytest.raises(StateError) as refused:
        job()
    assert refused.value.code == "state_foreign"


def test_a_newer_state_is_refused(job: Open, place: MemoryRef) -> None:
    place.files, place.newest = {"state.json": b'{"schema":"99"}\n'}, "v0"
    with pytest.raises(StateError) as refused:
        job()
    assert refused.value.code == "state_newer"


def test_a_state_of_the_first_version_is_read_and_searched(job: Open, place: MemoryRef) -> None:
    job().apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1, title="Übersicht"))])
    assert b"words" not in b"".join(place.files.values())
    place.files = {**place.files, "state.json": b'{"schema":"1"}\n'}
    store = job()
    assert [row.uid for row in store.page_rows(HANDBOOK, PageQuery(text="übersicht")).rows] == ["u1"]
    store.apply(HANDBOOK, [PutRecord(record=a_record(2))])
    assert place.files["state.json"] == f'{{"schema":"{SCHEMA_VERSION}"}}\n'.encode()


def test_a_damaged_file_is_said_to_be_one(job: Open, place: MemoryRef) -> None:
    place.files, place.newest = {"state.json": b'{"schema":"1"}\n', "locks.jsonl": b'{"mirror":\n'}, "v0"
    with pytest.raises(StateError) as refused:
        job()
    assert refused.value.code == "state_corrupt"


def test_a_small_change_moves_few_files(job: Open, place: MemoryRef) -> None:
    store = job()
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=a_record(n)) for n in range(300))])
    before = dict(place.files)
    store.apply(HANDBOOK, [PutRecord(record=a_record(7, title="New"))])
    assert len([name for name, data in place.files.items() if before.get(name) != data]) == 1
