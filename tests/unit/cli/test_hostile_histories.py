"""Forecasts of broken and hostile histories by the command line: always values, or a reason."""

import re

import pytest
from tests.unit.usecases.histories import HISTORIES, REFUSED, Past, remember

from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory

WINDOW = ("--from-date", "2026-03-02T12:00", "--to-date", "2026-03-03T23:00", "--horizon", "24")


def said_of(past: Past, line: CommandLine) -> str:
    """Return what is said of forecasts a day ahead of a sensor that measured some past."""
    sensor = remember(past, Factory(line.platform.store).asset("building"), line.platform)
    return line.says("add", "forecasts", "--sensor", str(sensor.id), *WINDOW)


@pytest.mark.parametrize("name", [name for name, past in HISTORIES.items() if past.step.days < 1])
def test_any_history_is_forecast(name: str, flexmeasures: CommandLine) -> None:
    said = said_of(HISTORIES[name], flexmeasures)
    assert re.search(r"Recorded [1-9]\d* forecast value\(s\) by 1 of 1 run", said), said


@pytest.mark.parametrize("name", [name for name in REFUSED if "future" not in name])
def test_what_cannot_be_forecast_has_a_reason(name: str, flexmeasures: CommandLine) -> None:
    said = said_of(REFUSED[name][0], flexmeasures)
    assert "Recorded 0 forecast value(s) by 0 of 1 run(s)." in said
    assert re.search("Skipping forecasts for asset .*, 24 h ahead: ", said), said
