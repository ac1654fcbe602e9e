"""The errors that a user can meet.

PagemirrorError          anything that ends with a message and a way out
├── UsageError           the command line or the config is wrong (exit 2)
├── SourceError          no repository, unknown ref, unreadable objects (exit 8)
├── StateError           corrupt, newer, read-only or full state (exit 8)
├── LockedError          another process holds the mirror's lock (exit 7)
│   └── Overtaken        another job was faster; nothing was sent, so the pass may begin anew
└── BackendError         a request to the target that did not do what it should
    ├── NotApplied       surely not applied; may be sent again (no connection, 429)
    ├── PutOff           a write that had to wait and was not sent: look at the page again first
    ├── UnknownOutcome   sent, and nobody knows whether it was applied
    ├── Changed          409, 412: the page moved under us; look again once
    ├── Rejected         this page or field is refused; the others go on
    ├── TargetUnusable   the token, base URL or workspace is wrong: the mirror stops (exit 5)
    └── Deferred         a budget or a pause longer than `max_wait` stands before it (exit 6)
"""

__all__ = [
    "BackendError",
    "Changed",
    "Deferred",
    "LockedError",
    "NotApplied",
    "Overtaken",
    "PagemirrorError",
    "PutOff",
    "Rejected",
    "SourceError",
    "StateError",
    "TargetUnusable",
    "UnknownOutcome",
    "UsageError",
]


class PagemirrorError(Exception):
    """Root of all errors that carry a message for a person.

    `code` is a stable word for programs, `hint` says what to do next.
    """

    default_code = "error"
    exit_code = 70

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code


class UsageError(PagemirrorError):
    """The command line or the config is wrong; nothing was started."""

    default_code = "usage"
    exit_code = 2


class SourceError(PagemirrorError):
    """The Git side can't be read: no repository, unknown ref, missing objects."""

    default_code = "source"
    exit_code = 8


class StateError(PagemirrorError):
    """The state can't be used: corrupt, newer than this program, read-only, disk full."""

    default_code = "state"
    exit_code = 8


class LockedError(PagemirrorError):
    """Another process is at work on the same mirror."""

    default_code = "locked"
    exit_code = 7


class Overtaken(LockedError):
    """Another job changed the state before this one had sent anything."""

    default_code = "overtaken"


class BackendError(PagemirrorError):
    """A request to the target did not do what it should.

    `status` is the HTTP status, or None where there was no answer.
    """

    default_code = "backend"
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", code: str = "", status: int | None = None) -> None:
        super().__init__(message, hint=hint, code=code)
        self.status = status


class NotApplied(BackendError):
    """Surely not applied: it may be sent again. `retry_after` is in seconds, None if the server named none."""

    default_code = "unreachable"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code, status=status)
        self.retry_after = retry_after


class UnknownOutcome(BackendError):
    """Sent, and nobody knows whether it was applied: time-out, cut line, 5xx on a write."""

    default_code = "unknown"
    exit_code = 6


class PutOff(BackendError):
    """A write had to wait since the look at its page, and so was not sent: what was seen then may be old by now."""

    default_code = "put_off"


class Changed(BackendError):
    """409 or 412: the page moved between the look and the write."""

    default_code = "changed"


class Rejected(BackendError):
    """The target refuses this page or one of its fields: 400, 413, 422, a folder that isn't there."""

    default_code = "rejected"


class TargetUnusable(BackendError):
    """Nothing can be done at this target: token refused, wrong base URL or dialect, workspace gone."""

    default_code = "unusable"
    exit_code = 5


class Deferred(BackendError):
    """The budget is used up, or the server wants a longer pause than `max_wait`. `until` is in seconds since 1970."""

    default_code = "budget"
    exit_code = 6

    def __init__(self, message: str, *, until: float, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.until = until
