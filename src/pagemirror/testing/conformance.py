"""The whole suite, to derive a test class from."""

from pagemirror.testing.listings import ListingTests
from pagemirror.testing.mutations import MutationTests
from pagemirror.testing.pages import PageTests
from pagemirror.testing.refusals import RefusalTests

__all__ = ["Conformance"]


class Conformance(PageTests, ListingTests, RefusalTests, MutationTests):
    """Every test of the suite; needs a fixture `subject`."""
