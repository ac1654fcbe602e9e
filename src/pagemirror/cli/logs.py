"""Logs go to stderr, as lines for people or as JSON, through structlog.

structlog is imported when the first line is written, as most commands log nothing; a library's or our own plain
`logging` calls and those of structlog look alike. What looks like a secret is taken out of every line.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from pagemirror.cli.output.safe import clean
from pagemirror.transport.redaction import redact

if TYPE_CHECKING:
    import structlog

__all__ = ["LEVELS", "configure"]

LEVELS = ("debug", "info", "warning", "error")
_LOUD = ("httpx", "httpcore", "git", "asyncio", "uvicorn", "markdown_it")
_SECRET_KEYS = ("authorization", "token", "password", "secret", "api_key", "cookie")
_OF_OTHERS = ("message", "asctime")  # what another handler's formatter left on the record
_LONG = ("exception", "stack")
_MASK = "***"


def configure(*, level: str, style: str, stream: TextIO, colours: bool) -> logging.Handler:
    """Send the logs of this process to a stream from now on. `style`: auto | console | json; auto is the console's.

    Returns the handler; a later call takes the place of an earlier one.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_LateFormatter(as_json=style == "json", colours=colours))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, _LateFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    if "structlog" in sys.modules:
        _join_structlog()
    return handler


class _LateFormatter(logging.Formatter):
    """structlog's formatter, made when a line is due."""

    def __init__(self, *, as_json: bool, colours: bool) -> None:
        super().__init__()
        self._as_json = as_json
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        return self._formatter.format(record)

    @cached_property
    def _formatter(self) -> logging.Formatter:
        import structlog  # noqa: PLC0415 - it costs 0.1 s

        renderer: structlog.typing.Processor = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if self._as_json
            else structlog.dev.ConsoleRenderer(
                colors=self._colours, exception_formatter=structlog.dev.plain_traceback, sort_keys=True
            )
        )
        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_chain()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _fit_to_print,
                renderer,
            ],
        )


def _chain() -> "list[structlog.typing.Processor]":
    import structlog  # noqa: PLC0415 - it costs 0.1 s

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _join_structlog() -> None:
    import structlog  # noqa: PLC0415 - it costs 0.1 s

    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_chain(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _fit_to_print(_logger: object, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: _safe(key, value) for key, value in event.items() if key not in _OF_OTHERS}


def _safe(key: str, value: object) -> object:
    if any(word in key.lower() for word in _SECRET_KEYS):
        return _MASK
    return clean(redact(value), lines=key in _LONG) if isinstance(value, str) else value
