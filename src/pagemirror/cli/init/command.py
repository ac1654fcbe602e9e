"""`init`: asks, or takes flags; writes the file, tests the token, and names the next command."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from pagemirror.cli.init.answers import Answers, mirror_name, toml
from pagemirror.cli.init.asking import Asker
from pagemirror.cli.invocation import Invocation
from pagemirror.cli.output.documents import doctor_rows, document
from pagemirror.cli.output.lines import Line, Style, line, piece
from pagemirror.cli.output.safe import code_span
from pagemirror.model.errors import PagemirrorError, UsageError
from pagemirror.model.reports.checks import Checkup, Verdict

__all__ = ["register"]

_FILE: Final = "pagemirror.toml"
_TOKEN: Final = "token"  # noqa: S105 - the name of a check
_NEXT: Final = ("pagemirror check", "pagemirror plan", "pagemirror sync")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    context: typer.Context,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="The mirror's name.")] = None,
    repo: Annotated[str | None, typer.Option("--repo", metavar="R", help="A repository here, or a URL.")] = None,
    ref: Annotated[str, typer.Option("--ref", metavar="REF", help="A branch, a tag, or worktree.")] = "HEAD",
    path: Annotated[str | None, typer.Option("--path", metavar="FOLDER", help="The folder in it.")] = None,
    backend: Annotated[str | None, typer.Option("--backend", metavar="B", help="Where the pages go.")] = None,
    base_url: Annotated[str | None, typer.Option("--base-url", metavar="URL", help="Its address.")] = None,
    token: Annotated[
        str | None, typer.Option("--token", metavar="REF", help="Where the token is, such as env:EXEC_API_KEY.")
    ] = None,
    page_url: Annotated[
        str | None, typer.Option("--page-url", metavar="URL", help="How a reader opens a page: …/{id}")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A key that only this backend knows.")
    ] = None,
    test: Annotated[bool, typer.Option("--test/--no-test", help="Ask the target once whether the token works.")] = True,
) -> int:
    """Write a first config.

    Asks what no flag says, where a person is at the terminal. Writes pagemirror.toml (or the file named by --config),
    never over one that is there; then tests it as `doctor` does.
    """
    invocation: Invocation = context.obj
    file = invocation.ports.cwd / (invocation.config or _FILE)
    if file.exists():
        raise UsageError(
            f"{file} is there already, and was left as it is.",
            hint="Add a mirror to it by hand, or name another file with --config.",
            code="exists",
        )
    asker = Asker(invocation.ports.stdin, invocation.ports.stderr)
    answers = _Questions(invocation, asker).put(
        name=name,
        repo=repo,
        ref=ref,
        path=path,
        backend=backend,
        base_url=base_url,
        token=token,
        page_url=page_url,
        own=_pairs(settings or ()),
    )
    _write(invocation, file, toml(answers))
    rows = _tested(invocation, file, answers.name) if test else ()
    code = next((row.exit for row in rows if row.verdict is Verdict.PROBLEM and row.name != _TOKEN), 0)
    config = f" --config {file}" if file.name != _FILE or file.parent != invocation.ports.cwd else ""
    following = tuple(f"{command}{config}" for command in _NEXT)
    invocation.tell(
        human=lambda: _lines(file, rows, following),
        markdown=lambda: f"Wrote {code_span(str(file))}. Next: {', '.join(map(code_span, following))}\n",
        document=lambda: document(code, file=str(file), mirror=answers.name, checks=doctor_rows(rows), next=following),
    )
    return code


def _pairs(given: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"--set can't be {text!r}; no file was written.", hint="Write --set key=value.")
        pairs[key] = value
    return pairs


class _Questions:
    """Asks for what no flag said; each answer is checked before the next question."""

    def __init__(self, invocation: Invocation, asker: Asker) -> None:
        self._invocation = invocation
        self._asker = asker

    def put(
        self,
        *,
        name: str | None,
        repo: str | None,
        ref: str,
        path: str | None,
        backend: str | None,
        base_url: str | None,
        token: str | None,
        page_url: str | None,
        own: dict[str, str],
    ) -> Answers:
        from pagemirror import source  # noqa: PLC0415 - brings what other commands don't need

        cwd = self._invocation.ports.cwd
        registry = self._invocation.ports.backends()
        repo = repo or self._asker.ask("Repository: a folder here, or a URL", flag="--repo", default=".")
        usual = "docs" if (cwd / repo / "docs").is_dir() or source.is_url(repo) else "."
        path = path or self._asker.ask("Folder of Markdown in it", flag="--path", default=usual)
        names = ", ".join(registry.names())
        backend = self._given(backend, f"Where the pages go ({names})", flag="--backend", check=self._known)
        found = registry.backend(backend)
        base_url = base_url or self._asker.ask("Address of its API", flag="--base-url", default=found.base_url)
        for key, about in found.own_model.model_fields.items():
            if about.is_required() and key not in own:
                own[key] = self._asker.ask(f"{key}: {about.description or ''}".rstrip(": "), flag=f"--set {key}=…")
        usual = f"env:{backend.upper().replace('-', '_')}_API_KEY"
        token = self._given(
            token, "Where its token is, never the token itself", flag="--token", default=usual, check=_reference
        )
        if page_url is None:
            question = "How a reader opens a page, such as https://hub.example.com/p/{id} (empty: not known)"
            page_url = self._asker.ask(question, flag="--page-url", needed=False)
        web = source.web_addresses(source.origin_of(cwd / repo) if not source.is_url(repo) else repo)
        return Answers(
            name=name or mirror_name(path.strip("./").rpartition("/")[2] or cwd.name),
            repo=repo,
            ref=ref,
            path=path,
            web_url=web[0] if web else "",
            raw_url=web[1] if web else "",
            backend=backend,
            base_url="" if base_url == found.base_url else base_url,
            token=token,
            page_url=page_url,
            own=own,
        )

    def _given(
        self, value: str | None, question: str, *, flag: str, check: Callable[[str], None], default: str = ""
    ) -> str:
        if value is None:
            return self._asker.ask(question, flag=flag, default=default, check=check)
        check(value)
        return value

    def _known(self, name: str) -> None:
        from pagemirror.config.nearest import did_you_mean  # noqa: PLC0415 - for this command only

        names = self._invocation.ports.backends().names()
        if name not in names:
            raise UsageError(
                f"No backend is called {name!r}.{did_you_mean(name, names)}",
                hint=f"There are: {', '.join(names)}.",
                code="backend",
            )


def _reference(text: str) -> None:
    from pagemirror.config import SecretRef  # noqa: PLC0415 - brings pydantic

    try:
        SecretRef.parse(text)
    except ValueError as error:
        raise UsageError(f"That is no place of a token: {error}.", code="secret") from error


def _write(invocation: Invocation, file: Path, text: str) -> None:
    """Write the file whole or not at all; what the config then says is wrong with it takes it back."""
    try:
        number = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(
            f"{file} can't be written: {error.strerror or error}.", hint="Run it where you may write.", code="write"
        ) from error
    ports = invocation.ports
    try:
        ports.open_app(file, env=ports.env, cwd=ports.cwd, overrides={}, log_level=None).close()
    except PagemirrorError:
        file.unlink()
        raise


def _tested(invocation: Invocation, file: Path, name: str) -> tuple[Checkup, ...]:
    ports = invocation.ports
    app = ports.open_app(file, env=ports.env, cwd=ports.cwd, overrides={}, log_level=None)
    try:
        return tuple(row for row in app.doctor((name,)) if row.name in {"source", _TOKEN, "target"})
    finally:
        app.close()


def _lines(file: Path, rows: Sequence[Checkup], following: Sequence[str]) -> list[Line]:
    told: list[Line] = [line("Wrote ", piece(str(file), Style.STRONG))]
    for row in rows:
        style = Style.GOOD if row.verdict is Verdict.OK else Style.CARE
        told.append(line(piece(f"  {row.verdict.ljust(8)}", style), f"{row.name.ljust(7)}{row.message}"))
        if row.hint:
            told.append(line(f"           → {row.hint}"))
    return [*told, line("Next: ", ", ".join(following))]
