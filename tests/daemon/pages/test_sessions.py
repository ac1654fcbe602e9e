"""Logins: opaque, ending, and slow to guess."""

from dataclasses import dataclass

from pagemirror.daemon.pages.sessions import LASTS, Session, Sessions, Wrong

TOKEN = "the-admin-token"


@dataclass
class Time:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def logged_in(sessions: Sessions, address: str = "a") -> Session:
    session = sessions.log_in(TOKEN, address)
    assert isinstance(session, Session)
    return session


def test_a_session_is_opaque_and_another_one_each_time() -> None:
    sessions = Sessions(TOKEN, Time())
    one, other = logged_in(sessions), logged_in(sessions)
    assert len({one.id, one.csrf, other.id, other.csrf}) == 4
    assert TOKEN not in one.id + one.csrf + repr(one)
    assert sessions.find(one.id) == one
    assert sessions.find("") is None


def test_a_session_ends_by_time_and_by_logging_out() -> None:
    time = Time()
    sessions = Sessions(TOKEN, time)
    one, other = logged_in(sessions), logged_in(sessions)
    sessions.log_out(one.id)
    assert sessions.find(one.id) is None
    time.now += LASTS
    assert sessions.find(other.id) is None


def test_nobody_logs_in_where_there_is_no_token() -> None:
    sessions = Sessions("", Time())
    assert not sessions.possible
    assert sessions.log_in("", "a") == Wrong(wait=0.0)


def test_after_five_wrong_tokens_an_address_waits_even_with_the_right_one() -> None:
    time = Time()
    sessions = Sessions(TOKEN, time)
    for _ in range(5):
        assert sessions.log_in("wrong", "a") == Wrong(wait=0.0)
        time.now += 1.0
    assert sessions.log_in(TOKEN, "a") == Wrong(wait=55.0)
    assert isinstance(sessions.log_in(TOKEN, "b"), Session)
    time.now += 55.0
    assert isinstance(sessions.log_in(TOKEN, "a"), Session)


def test_the_oldest_session_gives_way_to_too_many() -> None:
    sessions = Sessions(TOKEN, Time())
    first = logged_in(sessions)
    last = [logged_in(sessions) for _ in range(64)][-1]
    assert sessions.find(first.id) is None
    assert sessions.find(last.id) == last
