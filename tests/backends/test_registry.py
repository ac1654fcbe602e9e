"""Which backends there are, and what is said of those that can't be loaded."""

import pytest

from pagemirror.backends.exec import BACKEND
from pagemirror.backends.registry import backend, names
from pagemirror.model.errors import UsageError


class Offer:
    """A plug-in's entry point."""

    def __init__(self, name: str, value: str, loaded: object) -> None:
        self.name = name
        self.value = value
        self._loaded = loaded

    def load(self) -> object:
        if isinstance(self._loaded, Exception):
            raise self._loaded
        return self._loaded


def test_built_in_backends_are_found_without_plug_ins() -> None:
    def nobody_asks() -> tuple[Offer, ...]:
        raise AssertionError("the package metadata was read")

    assert backend("exec", nobody_asks) is BACKEND
    assert backend("pharen", nobody_asks).name == "pharen"


def test_all_names_are_listed_and_nothing_is_imported_for_it() -> None:
    offers = (Offer("wiki", "wiki:BACKEND", ImportError("broken")), Offer("exec", "copy:BACKEND", None))
    assert set(names(lambda: offers)) >= {"exec", "pharen", "wiki"}
    assert {"exec", "pharen"} <= set(names())


def test_a_plug_in_is_loaded() -> None:
    assert backend("wiki", lambda: (Offer("wiki", "wiki:BACKEND", BACKEND),)) is BACKEND


def test_a_plug_in_cannot_take_a_built_in_name() -> None:
    assert backend("exec", lambda: (Offer("exec", "copy:BACKEND", None),)) is BACKEND


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(UsageError) as caught:
        backend("exce", tuple)
    assert caught.value.hint == "did you mean exec?"
    with pytest.raises(UsageError) as caught:
        backend("zzz", tuple)
    assert "exec, pharen" in caught.value.hint


@pytest.mark.parametrize("error", [ImportError("No module named wiki"), AttributeError("x"), RuntimeError("boom")])
def test_a_broken_plug_in_is_named_with_its_fault(error: Exception) -> None:
    with pytest.raises(UsageError, match=rf"wiki \(wiki:BACKEND\) can't be loaded: {type(error).__name__}"):
        backend("wiki", lambda: (Offer("wiki", "wiki:BACKEND", error),))


def test_a_plug_in_that_is_no_backend_is_told_what_it_lacks() -> None:
    with pytest.raises(UsageError, match=r"lacks .*capabilities.*render"):
        backend("wiki", lambda: (Offer("wiki", "wiki:BACKEND", object()),))


def test_two_plug_ins_of_one_name_are_refused() -> None:
    offers = (Offer("wiki", "a:BACKEND", BACKEND), Offer("wiki", "b:BACKEND", BACKEND))
    with pytest.raises(UsageError, match="a:BACKEND, b:BACKEND"):
        backend("wiki", lambda: offers)
