"""What holds for all tests: the suite for backends is there, and no test holds a clock against the code."""

from hypothesis import settings

pytest_plugins = ["pagemirror.testing"]

# The same examples each time, so that a red run is about the change; `make soak TESTS=1` searches with new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile("repeatable")
