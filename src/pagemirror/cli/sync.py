"""`sync` and `plan`: one pass, or what it would do."""

from typing import Annotated

import typer

from pagemirror.cli import exit_code, options
from pagemirror.cli.facade import App
from pagemirror.cli.invocation import Invocation, Output, check_mirrors
from pagemirror.cli.output.documents import Failure, runs_document
from pagemirror.cli.output.run_annotations import runs_annotations
from pagemirror.cli.output.run_lines import runs_lines
from pagemirror.cli.output.run_markdown import runs_markdown
from pagemirror.cli.output.runs import MirrorRun, run_of
from pagemirror.cli.signals import stoppable
from pagemirror.model.reports.runs import RunOptions

__all__ = ["register"]

_ONE_ERROR = frozenset({70, 2, 8, 5, 7})
"""The exit codes whose document names the error at its top."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(plan)
    app.command()(sync)


def plan(
    context: typer.Context,
    *,
    mirrors: options.Mirrors = None,
    diff: Annotated[bool, typer.Option("--diff", help="What would change on each page.")] = False,
    tree: Annotated[bool, typer.Option("--tree", help="Source and target tree side by side, and why.")] = False,
    exit_with_work: Annotated[bool, typer.Option("--exit-code", help="Exit 4 when there is something to do.")] = False,
    drift: options.Drift = False,
    max_removals: options.MaxRemovals = "",
    max_rerender: options.MaxRerender = "",
    allow_rewind: options.AllowRewind = False,
    allow_other_repository: options.AllowOtherRepository = False,
    allow_settings_removals: options.AllowSettingsRemovals = False,
    assume_empty: options.AssumeEmpty = False,
) -> int:
    """What a sync would do, and why. Writes nothing."""
    asked = RunOptions(
        drift=drift,
        diff=diff,
        tree=tree,
        max_removals=options.read_limit("--max-removals", max_removals),
        max_rerender=options.read_limit("--max-rerender", max_rerender),
        allow_rewind=allow_rewind,
        allow_other_repository=allow_other_repository,
        allow_settings_removals=allow_settings_removals,
        assume_empty=assume_empty,
    )
    return _plan(context.obj, mirrors or [], asked, count_work=exit_with_work)


def sync(
    context: typer.Context,
    *,
    mirrors: options.Mirrors = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="The same as plan.")] = False,
    drift: options.Drift = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="PATH", help="Only this document; may be repeated.", show_default=False),
    ] = None,
    plan_digest: Annotated[
        str | None,
        typer.Option(
            "--plan-digest", metavar="D", help="Only if the plan is still the approved one.", show_default=False
        ),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try pages again that were refused for what they hold.")
    ] = False,
    lock_wait: Annotated[
        str, typer.Option("--lock-wait", metavar="D", help="Wait so long for another process, like 90s or 5m.")
    ] = "0s",
    max_removals: options.MaxRemovals = "",
    max_rerender: options.MaxRerender = "",
    allow_rewind: options.AllowRewind = False,
    allow_other_repository: options.AllowOtherRepository = False,
    allow_settings_removals: options.AllowSettingsRemovals = False,
    assume_empty: options.AssumeEmpty = False,
    progress: Annotated[
        bool | None, typer.Option("--progress/--no-progress", help="Show progress on stderr.", show_default=False)
    ] = None,
) -> int:
    """One pass: bring the pages to where the commit is."""
    asked = RunOptions(
        drift=drift,
        only=tuple(map(options.read_path, only or ())),
        plan_digest=options.read_digest(plan_digest),
        retry_failed=retry_failed,
        lock_wait=options.read_duration("--lock-wait", lock_wait),
        max_removals=options.read_limit("--max-removals", max_removals),
        max_rerender=options.read_limit("--max-rerender", max_rerender),
        allow_rewind=allow_rewind,
        allow_other_repository=allow_other_repository,
        allow_settings_removals=allow_settings_removals,
        assume_empty=assume_empty,
    )
    if dry_run:
        return _plan(context.obj, mirrors or [], asked, count_work=False)
    return _sync(context.obj, mirrors or [], asked, progress=progress)


def _plan(invocation: Invocation, names: list[str], asked: RunOptions, *, count_work: bool) -> int:
    with invocation.app() as app:
        check_mirrors(app, names)
        reports = app.plan(names, asked)
        folders = _folders(invocation, app, names)
    runs = [run_of(report, is_plan=True, with_diffs=asked.diff, with_tree=asked.tree) for report in reports]
    code = exit_code.of_runs(runs, count_work=count_work)
    _tell(invocation, runs, code, folders)
    return code


def _sync(invocation: Invocation, names: list[str], asked: RunOptions, *, progress: bool | None) -> int:
    with invocation.app() as app:
        check_mirrors(app, names)
        runs, interrupted = _pass(invocation, app, names, asked, progress=progress)
        folders = _folders(invocation, app, names)
    code = interrupted or exit_code.of_runs(runs)
    _tell(invocation, runs, code, folders)
    return code


def _pass(
    invocation: Invocation, app: App, names: list[str], asked: RunOptions, *, progress: bool | None
) -> tuple[list[MirrorRun], int]:
    from pagemirror.cli.output.progress import watching  # noqa: PLC0415 - not needed by a plan
    from pagemirror.executor.stop import Stop  # noqa: PLC0415 - the same

    stop = Stop()
    with (
        watching(invocation.progress_view(wanted=progress)) as watch,
        stoppable(stop, announce=invocation.remark, leave=invocation.ports.leave) as asked_to_end,
    ):
        reports = app.sync(names, asked, watch=watch, stop=stop)
    return [run_of(report) for report in reports], asked_to_end.exit_code


def _folders(invocation: Invocation, app: App, names: list[str]) -> dict[str, str]:
    """Where the mirrors' files are, for annotations; nothing else needs it."""
    if invocation.output is not Output.GITHUB:
        return {}
    return {name: app.folder(name) for name in names or app.mirrors}


def _tell(invocation: Invocation, runs: list[MirrorRun], code: int, folders: dict[str, str]) -> None:
    failure = _failure(runs, code) if code in _ONE_ERROR else None
    invocation.tell(
        human=lambda: runs_lines(runs, quiet=invocation.quiet),
        markdown=lambda: runs_markdown(runs, failure),
        document=lambda: runs_document(runs, code, failure),
        annotations=lambda: runs_annotations(runs, folders),
    )


def _failure(runs: list[MirrorRun], code: int) -> Failure:
    run = next(run for run in runs if exit_code.of_run(run) == code)
    error = run.report.error or {}
    message = error.get("message") or f"The pass ended as {run.report.result.value}."
    return Failure(
        code=error.get("code") or run.report.result.value,
        message=f"{run.report.mirror}: {message}" if len(runs) > 1 else message,
        hint=error.get("hint", ""),
    )
