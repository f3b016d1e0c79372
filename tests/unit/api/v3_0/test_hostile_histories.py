"""Forecasts of broken and hostile histories by messages: always values, or a reason."""

import pytest
from tests.unit.api.v3_0.test_forecasts import Scene
from tests.unit.usecases.histories import HISTORIES, REFUSED, Past, remember

from flexmeasures.domain.timing import write_duration
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Web


def scene_of(past: Past, web: Web) -> Scene:
    """Return a sensor that measured some past, and a programme of its owner."""
    make = Factory(web.platform.store)
    owner = make.user("Prosumer")
    sensor = remember(past, make.asset("building", owner=owner), web.platform)
    return Scene(web, web.as_user(owner), sensor)


@pytest.mark.parametrize("name", HISTORIES)
def test_any_history_is_forecast(name: str, memory_web: Web) -> None:
    past = HISTORIES[name]
    scene = scene_of(past, memory_web)
    found = scene.forecast(probabilistic=True, duration=write_duration(2 * past.step))
    values, band = found["values"], found["quantiles"]
    assert isinstance(values, list)
    assert isinstance(band, dict)
    assert len(values) == 2
    for place, value in enumerate(values):
        assert band["0.1"][place] <= value <= band["0.9"][place]
        assert abs(value) <= (1.0 if past.attributes else 1e101)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_forecast_has_a_reason(name: str, memory_web: Web) -> None:
    past, reason = REFUSED[name]
    scene = scene_of(past, memory_web)
    asked = scene.trigger(duration="PT6H")
    scene.work()
    reply = scene.caller.get(f"{scene.path}/{asked.body['forecast']}")
    assert reply.code == 422
    assert reason in str(reply.body["message"])
