from pathlib import Path

import pytest

from flexmeasures.cli.demo_instance import FILE, demo_settings, prepare_instance
from flexmeasures.domain.errors import InvalidInstance, InvalidSetting
from flexmeasures.settings.loading import load
from flexmeasures.settings.schema import Settings


def settings_of(folder: Path, **variables: str) -> Settings:
    home = folder / "home"
    return load({"HOME": str(home), "FLEXMEASURES_INSTANCE_PATH": str(folder), **variables}).settings


def test_a_fresh_folder_becomes_an_instance_of_a_demonstration(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    assert "wrote" in prepare_instance(folder)
    year, password = demo_settings(settings_of(folder))
    assert year == 2015
    assert len(password) == 12


def test_what_is_configured_stays_and_its_password_too(tmp_path: Path) -> None:
    prepare_instance(tmp_path)
    before = (tmp_path / FILE).read_text(encoding="utf-8")
    assert "configured by" in prepare_instance(tmp_path)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == before


def test_nobody_else_can_read_the_password(tmp_path: Path) -> None:
    prepare_instance(tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_each_instance_has_a_password_of_its_own(tmp_path: Path) -> None:
    passwords = set()
    for name in ("one", "two"):
        prepare_instance(tmp_path / name)
        passwords.add(demo_settings(settings_of(tmp_path / name))[1])
    assert len(passwords) == 2


def test_the_environment_can_choose_another_year(tmp_path: Path) -> None:
    prepare_instance(tmp_path)
    assert demo_settings(settings_of(tmp_path, FLEXMEASURES_DEMO_YEAR="2019"))[0] == 2019


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"FLEXMEASURES_MODE": "play"}, "FLEXMEASURES_MODE is 'play'"),
        ({"FLEXMEASURES_ENV": "production", "SECRET_KEY": "x" * 40}, "FLEXMEASURES_ENV is 'production'"),
    ],
)
def test_an_instance_for_something_else_is_refused(
    tmp_path: Path, variables: dict[str, str], named: str
) -> None:
    prepare_instance(tmp_path)
    with pytest.raises(InvalidSetting, match=named) as refusal:
        demo_settings(settings_of(tmp_path, **variables))
    assert "FLEXMEASURES_INSTANCE_PATH=" in str(refusal.value)


def test_a_configuration_without_demonstration_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('FLEXMEASURES_ENV = "development"\n', encoding="utf-8")
    with pytest.raises(InvalidSetting, match="CREDENTIALS is 'not set'"):
        demo_settings(settings_of(tmp_path))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(InvalidInstance, match=r"taken.*cannot be written"):
        prepare_instance(tmp_path / "taken" / "instance")
