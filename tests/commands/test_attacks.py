"""What an adversary found at the command line: each test once ended with an internal error, or without its JSON."""

from support.site import Site


def test_a_config_path_that_can_not_be_looked_at_is_a_config_error(site: Site) -> None:
    for path in ("x" * 5000, "n" * 300 + "/pagemirror.toml"):
        ran = site("--config", path, "sync", "--output", "json")
        assert ran.code == 2
        assert "can't be read" in ran.error["message"]
