"""What holds for all tests: no test holds a clock against the code, also not where hypothesis would by default."""

from hypothesis import settings

settings.register_profile("unhurried")
settings.load_profile("unhurried")
