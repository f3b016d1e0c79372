import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flexmeasures.domain.errors import InvalidInstance, InvalidSetting
from flexmeasures.settings.loading import load
from flexmeasures.settings.secret_key import find_secret_key


def key(home: Path, environment: str) -> str | None:
    return load({"HOME": str(home), "FLEXMEASURES_ENV": environment}).settings.SECRET_KEY


@pytest.mark.parametrize("environment", ["production", "staging"])
def test_production_refuses_to_start_without_a_key_and_says_how_to_make_one(
    environment: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidSetting, match=r"secrets\.token_urlsafe") as caught:
        key(tmp_path, environment)
    assert str(tmp_path / ".flexmeasures" / "flexmeasures.cfg") in str(caught.value)
    assert not (tmp_path / ".flexmeasures").exists()


def test_production_is_the_default(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="does not start in production"):
        load({"HOME": str(tmp_path)})


def test_development_makes_a_key_and_keeps_it_for_its_owner(tmp_path: Path) -> None:
    first = key(tmp_path, "development")
    path = tmp_path / ".flexmeasures" / "secret_key"
    assert first
    assert len(first) >= 32
    assert key(tmp_path, "development") == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_production_takes_the_key_of_the_instance(tmp_path: Path) -> None:
    assert key(tmp_path, "production" if key(tmp_path, "development") else "") == key(tmp_path, "development")


def test_a_given_key_wins_and_none_is_made(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "FLEXMEASURES_ENV": "development", "SECRET_KEY": "given"}
    assert load(environ).settings.SECRET_KEY == "given"
    assert not (tmp_path / ".flexmeasures").exists()


def test_several_processes_at_once_get_the_same_key(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "FLEXMEASURES_ENV": "development", "SECRET_KEY": "not looked at"}
    settings = load(environ).settings
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: find_secret_key(settings), range(32)))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / ".flexmeasures").iterdir()] == ["secret_key"]


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / ".flexmeasures").write_text("a file in the way")
    with pytest.raises(InvalidInstance, match="FLEXMEASURES_INSTANCE_PATH"):
        key(tmp_path, "development")
