from pathlib import Path

import pytest

from flexmeasures.domain.errors import InvalidSetting
from flexmeasures.plugins.found import Plugins

PLUGIN = """\
from flexmeasures.plugins.hookspecs import hookimpl

def half(task):
    return task

@hookimpl
def register_forecasters():
    return {"half": half}

@hookimpl
def register_schedulers():
    return {"heat pump": half}
"""


def test_a_plugin_by_the_name_of_its_module_offers_what_it_registers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_plugin_for_tests.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    plugins = Plugins(["a_plugin_for_tests"])
    assert set(plugins.forecasters()) == {"half"}
    assert set(plugins.schedulers()) == {"heat pump"}
    assert "a_plugin_for_tests" in plugins.names


def test_without_plugins_nothing_is_offered() -> None:
    assert Plugins().forecasters() == {}


def test_a_missing_plugin_is_named() -> None:
    with pytest.raises(InvalidSetting, match=r"'no_such_plugin' of FLEXMEASURES_PLUGINS"):
        Plugins(["no_such_plugin"])
