"""What holds for all tests: the suite for backends is there, and no test holds a clock against the code."""

from hypothesis import settings

pytest_plugins = ["pagemirror.testing"]

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
