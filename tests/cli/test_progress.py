"""Progress while a pass runs."""

import io

from pagemirror.cli.output.progress import BarView, PlainView, watching
from pagemirror.model.ids import MirrorName
from pagemirror.model.reports.runs import Progress
from support.clidesk import HandClock, Terminal


def at(done: int, total: int = 200, mirror: str = "handbook") -> Progress:
    return Progress(mirror=MirrorName(mirror), stage="sending", done=done, total=total, requests=done + 5)


def test_without_a_terminal_there_is_a_line_each_ten_seconds() -> None:
    stream, clock = io.StringIO(), HandClock()
    with watching(PlainView(stream, clock)) as watch:
        assert watch is not None
        for done in range(1, 61):
            clock.at += 0.5
            watch(at(done))
    assert stream.getvalue().splitlines() == [
        "handbook: sending, 20 of 200 pages, 25 requests, 10.0 s",
        "handbook: sending, 40 of 200 pages, 45 requests, 20.0 s",
        "handbook: sending, 60 of 200 pages, 65 requests, 30.0 s",
    ]


def test_a_stage_without_a_number_of_pages_is_told_too() -> None:
    stream, clock = io.StringIO(), HandClock()
    with PlainView(stream, clock) as view:
        clock.at += 11
        view.show(at(3, total=0))
    assert "3 pages" in stream.getvalue()


def test_a_bar_shows_pages_requests_rate_and_is_taken_away() -> None:
    stream, clock = Terminal(), HandClock()
    with BarView(stream, clock, colours=False) as view:
        view.show(at(0, total=0))
        assert stream.getvalue() == ""
        view.show(at(0))
        clock.at += 4
        view.show(at(100))
        view.show(at(5, total=9, mirror="wiki[red]"))
    shown = stream.getvalue()
    assert "100 of 200 pages" in shown
    assert "105 requests" in shown
    assert "25.0 pages/s" in shown
    assert "wiki[red]" in shown


def test_nobody_looks_nothing_is_shown() -> None:
    with watching(None) as watch:
        assert watch is None
