from pathlib import Path

import pytest

from pagemirror.model.errors import UsageError
from pagemirror.source import SourceSettings, open_snapshot


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example.com/acme/handbook.git",
        "ssh://git@git.example.com/acme/handbook",
        "git@git.example.com:acme/x",
    ],
)
def test_a_url_is_refused_with_the_way_out(url: str) -> None:
    with pytest.raises(UsageError, match="is a URL; this version reads local repositories only") as caught:
        open_snapshot(SourceSettings(repo=Path(url)))
    assert "git clone --bare" in caught.value.hint


def test_a_password_in_a_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        open_snapshot(SourceSettings(repo=Path("https://someone:s3cret@git.example.com/x.git")))
    assert "s3cret" not in caught.value.message + caught.value.hint
    assert "git.example.com/x.git" in caught.value.message
