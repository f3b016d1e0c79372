import os
from dataclasses import replace
from pathlib import Path

import pytest

from flexmeasures.adapters.embedded import privileges
from flexmeasures.adapters.embedded.home import Home, open_home
from flexmeasures.adapters.embedded.privileges import Launch, as_owner
from flexmeasures.domain.errors import InvalidInstance


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "instance")


@pytest.fixture
def foreign_home(home: Home) -> Home:
    (home.run / "start.lock").touch()
    return replace(home, uid=os.geteuid() + 12345)


def test_who_owns_the_instance_starts_servers_as_it_is(home: Home) -> None:
    assert as_owner(replace(home, uid=os.geteuid()), ["/bin/true"]) == Launch(["/bin/true"])


def test_private_folders_above_are_passed_by_a_right_and_not_by_opening_them(
    foreign_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "_right_to_pass", lambda: "dac_override")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    launch = as_owner(foreign_home, ["/bin/true"])
    assert launch.user is None
    assert launch.command[0] == "/usr/bin/setpriv"
    assert f"--reuid={foreign_home.uid}" in launch.command
    assert "--ambient-caps=+dac_override" in launch.command
    assert launch.command[-1] == "/bin/true"


def test_without_that_right_the_way_out_is_told(foreign_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privileges, "_right_to_pass", lambda: None)
    with pytest.raises(InvalidInstance, match="Run as an ordinary user"):
        as_owner(foreign_home, ["/bin/true"])
