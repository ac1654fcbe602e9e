"""Merges on pages that are documents of an editor: both sides' changes stand there, nothing goes."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown
from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror, ended, many

TEXT = "# A\n\nOne *paragraph*.\n\n- two\n- three\n\n| a | b |\n|---|---|\n| c | d |\n\nThe last.\n"
MENTION = {"type": "mention", "attrs": {"id": "m1", "label": "Ann", "entityType": "user", "entityId": "u1"}}
COMMENT = {"type": "comment", "attrs": {"commentId": "c1"}}
DRAWING = {"type": "drawio", "attrs": {"src": "/files/1.svg", "title": "A drawing", "attachmentId": "1"}}


@pytest.fixture
def mirror(tmp_path: Path, box: SandboxProcess) -> Mirror:
    mirror = Mirror(tmp_path, box, "ravendocs")
    mirror.configure({"on_conflict": "merge"})
    mirror.commit({**many(3), "a.md": TEXT})
    mirror.done()
    return mirror


def document(mirror: Mirror) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(mirror.bodies()["A"])
    return found


def by_hand(mirror: Mirror, markdown: str) -> None:
    """Edit the page as a person whose editor makes this of it."""
    mirror.person_edits("A", content=json.dumps(to_prosemirror(markdown).doc))


def shown(mirror: Mirror) -> str:
    return to_markdown(document(mirror)).markdown


def test_a_paragraph_by_hand_and_another_from_git_are_both_on_the_page(mirror: Mirror) -> None:
    by_hand(mirror, TEXT.removeprefix("# A\n").replace("The last", "The **very** last, by hand"))
    mirror.commit(
        {"a.md": TEXT.replace("One *paragraph*", "One *paragraph* in Git").replace("- three", "- three\n- four")}
    )
    assert ended(mirror.done()) == Counter({"update done": 1})
    assert shown(mirror) == (
        "One *paragraph* in Git.\n\n- two\n- three\n- four\n\n| a | b |\n| --- | --- |\n| c | d |\n\n"
        "The **very** last, by hand.\n"
    )
    mirror.quiet()
    report = mirror.sync(drift=True)
    assert (report.result, ended(report)) == ("ok", Counter())


def test_what_only_the_editor_has_outlives_a_merge(mirror: Mirror) -> None:
    doc = document(mirror)
    last = doc["content"][-1]
    last["content"] = [{"type": "text", "text": "The last", "marks": [COMMENT]}, MENTION, {"type": "text", "text": "."}]
    last["attrs"] = {"textAlign": "right"}
    doc["content"].append(DRAWING)
    mirror.person_edits("A", content=json.dumps(doc))
    mirror.commit({"a.md": TEXT.replace("One *paragraph*", "One *paragraph* in Git")})
    assert ended(mirror.done()) == Counter({"update done": 1})
    merged = document(mirror)
    assert "in Git" in json.dumps(merged["content"][0])
    assert merged["content"][-2] == last
    assert merged["content"][-1] == DRAWING
    mirror.quiet()


def test_edits_of_one_paragraph_are_held_and_shown_as_markdown(mirror: Mirror) -> None:
    by_hand(mirror, TEXT.removeprefix("# A\n").replace("The last", "The **very** last"))
    mirror.commit({"a.md": TEXT.replace("The last", "The *other* last")})
    assert ended(mirror.sync()) == Counter({"update held conflict": 1})
    conflict = mirror.conflicts()["a.md"]
    assert conflict.base is not None
    assert conflict.base.endswith("\nThe last.\n")
    assert conflict.git == conflict.base.replace("The last", "The *other* last")
    assert conflict.remote == conflict.base.replace("The last", "The **very** last")
    assert "**very**" in shown(mirror)


def test_a_plan_shows_markdown(mirror: Mirror) -> None:
    mirror.commit({"a.md": TEXT.replace("One *paragraph*", "One **paragraph**")})
    (diff,) = mirror.plan(diff=True).diffs
    assert "-One *paragraph*.\n+One **paragraph**." in diff.diff
