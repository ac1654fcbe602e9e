"""What is said again and again is said ever more rarely, with a count."""

from pagemirror.daemon.repeats import Repeats


def test_the_first_time_is_told_at_once_the_next_ones_ever_more_rarely() -> None:
    repeats = Repeats()
    told = [(now, times) for now in range(0, 7200, 10) if (times := repeats.happened("a", float(now))) is not None]
    assert [now for now, _ in told] == [0, 60, 360, 1260, 4860]
    assert told[1] == (60, 7)


def test_what_is_over_says_how_often_it_was() -> None:
    repeats = Repeats()
    for now in range(3):
        repeats.happened("a", float(now))
    assert (repeats.over("a"), repeats.over("a"), len(repeats)) == (3, 0, 0)


def test_each_key_has_a_count_of_its_own() -> None:
    repeats = Repeats()
    assert (repeats.happened("a", 0.0), repeats.happened("b", 0.0), repeats.happened("a", 1.0)) == (1, 1, None)
