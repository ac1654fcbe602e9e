"""Log lines: their form, and no secret in them."""

import io
import json
import logging

import pytest
import structlog

from pagemirror.cli import logs
from support.clidesk import Desk

pytestmark = pytest.mark.usefixtures("desk")


def test_as_json_each_line_is_an_object() -> None:
    stream = io.StringIO()
    logs.configure(level="info", style="json", stream=stream, colours=False)
    logging.getLogger("pagemirror.x").info("sent %s", "a.md", extra={"mirror": "handbook", "requests": 2})
    logging.getLogger("pagemirror.x").debug("not this")
    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert (told["event"], told["mirror"], told["requests"], told["level"]) == ("sent a.md", "handbook", 2, "info")
    assert told["timestamp"].endswith("Z")


def test_structlog_and_logging_look_alike() -> None:
    stream = io.StringIO()
    logs.configure(level="info", style="json", stream=stream, colours=False)
    structlog.get_logger("pagemirror.y").warning("held", path="a.md")
    told = json.loads(stream.getvalue())
    assert (told["event"], told["path"], told["level"]) == ("held", "a.md", "warning")
    structlog.reset_defaults()


@pytest.mark.parametrize("style", ["json", "console"])
def test_no_secret_is_logged(style: str) -> None:
    stream = io.StringIO()
    logs.configure(level="debug", style=style, stream=stream, colours=False)
    log = logging.getLogger("pagemirror.z")
    log.warning("sent Authorization: Bearer hush1", extra={"token": "hush2", "url": "https://me:hush3@host/x"})
    try:
        int("Bearer hush4")
    except ValueError:
        log.exception("failed")
    told = stream.getvalue()
    assert "failed" in told
    assert "ValueError" in told
    assert "hush" not in told


def test_a_later_call_takes_the_place_of_an_earlier_one() -> None:
    first, second = io.StringIO(), io.StringIO()
    logs.configure(level="info", style="json", stream=first, colours=False)
    logs.configure(level="info", style="json", stream=second, colours=False)
    logging.getLogger("pagemirror").info("once")
    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1


def test_a_console_line_can_bring_no_escapes(desk: Desk) -> None:
    assert desk.app.opened == []
    stream = io.StringIO()
    logs.configure(level="info", style="console", stream=stream, colours=False)
    logging.getLogger("pagemirror").info("title \x1b[2Jgone\nand more", extra={"path": "a\x1b.md"})
    assert "\x1b" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1
