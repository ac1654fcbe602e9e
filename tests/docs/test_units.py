"""The systemd units are sound, and shut in."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.prose import REPOSITORY

UNITS = REPOSITORY / "systemd"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Give copies of the units that start a program which is there; a template as one of its instances."""
    for unit in UNITS.glob("*.*"):
        if unit.is_file():
            text = unit.read_text("utf-8").replace("/opt/pagemirror/bin/pagemirror", "/bin/true")
            (tmp_path / unit.name.replace("@.", "@handbook.")).write_text(text, "utf-8")
    return tmp_path


@needs_systemd
def test_systemd_has_nothing_to_say_against_the_units(units: Path) -> None:
    files = sorted(str(unit) for unit in units.iterdir())
    ran = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@needs_systemd
def test_systemd_has_nothing_to_say_against_the_example_of_a_drop_in(units: Path) -> None:
    service, beside = units / "pagemirror.service", units / "pagemirror.service.d"
    shutil.copytree(UNITS / "pagemirror.service.d", beside)
    ran = subprocess.run(["systemd-analyze", "verify", str(service)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("name", ["pagemirror.service", "pagemirror@handbook.service", "pagemirror-sync.service"])
def test_the_exposure_is_low(units: Path, name: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15"]
    ran = subprocess.run([*command, str(units / name)], capture_output=True, text=True, check=False)
    if "unrecognized option" in ran.stderr:
        pytest.skip("this systemd-analyze can't look at units offline")
    assert ran.returncode == 0, ran.stdout[-500:]


@pytest.mark.parametrize("name", ["pagemirror.service", "pagemirror-sync.service"])
def test_the_credential_of_the_unit_is_the_one_that_the_operations_page_names(name: str) -> None:
    unit = (UNITS / name).read_text("utf-8")
    [(credential, path)] = re.findall(r"^LoadCredential=(\S+):(\S+)$", unit, re.MULTILINE)
    operations = (REPOSITORY / "docs" / "operations.md").read_text("utf-8")
    assert f'"credential:{credential}"' in operations
    assert path in operations
