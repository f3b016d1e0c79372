import os
import stat
from pathlib import Path

import pytest

from flexmeasures.adapters.embedded.home import LONGEST_SOCKET_PATH, SOCKET, open_home
from flexmeasures.domain.errors import InvalidInstance


def test_all_parts_of_an_instance_are_private(tmp_path: Path) -> None:
    home = open_home(tmp_path / "instance")
    for part in (home.run, home.logs, home.postgres, home.redis, home.sockets):
        assert stat.S_IMODE(part.stat().st_mode) == 0o700
        assert part.stat().st_uid == home.uid


def test_sockets_are_in_the_instance_folder_where_they_fit(tmp_path: Path) -> None:
    home = open_home(tmp_path / "i")
    fits = len(os.fsencode(home.run / SOCKET)) <= LONGEST_SOCKET_PATH
    assert (home.sockets == home.run) == fits


@pytest.mark.parametrize("name", ["n" * 120, 'quo"ted', "com,ma"])
def test_sockets_of_long_or_odd_paths_are_elsewhere_and_as_private(name: str, tmp_path: Path) -> None:
    home = open_home(tmp_path / name)
    assert home.sockets != home.run
    assert stat.S_IMODE(home.sockets.stat().st_mode) == 0o700
    home.sockets.rmdir()


def test_a_part_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.run.chmod(0o755)
    with pytest.raises(InvalidInstance, match="nobody else may enter"):
        open_home(tmp_path)


def test_a_part_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidInstance, match="run must be a folder"):
        open_home(tmp_path / "instance")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("")
    with pytest.raises(InvalidInstance, match="cannot be made"):
        open_home(tmp_path / "instance")


def test_the_instance_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: 54321)
    with pytest.raises(InvalidInstance, match=rf"belongs to user {owner}, and you are user 54321.*chown"):
        open_home(tmp_path)


def test_a_user_without_a_name_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_knows(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr("pwd.getpwuid", nobody_knows)
    with pytest.raises(InvalidInstance, match="has no entry in the list of users"):
        open_home(tmp_path)
