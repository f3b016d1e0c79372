from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.jobs import FORECASTING, JobState
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.web import Caller, Reply, Web
from flexmeasures.usecases.forecasts import make_forecast
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """An hourly sensor that measured for twenty days until noon, and a programme of its owner."""

    web: Web
    caller: Caller
    sensor: Sensor

    @property
    def path(self) -> str:
        """Of the forecasts."""
        return f"v3_0/sensors/{self.sensor.id}/forecasts"

    def trigger(self, **message: object) -> Reply:
        """Ask for forecasts."""
        told = {name.replace("_", "-"): value for name, value in message.items()}
        return self.caller.post(f"{self.path}/trigger", told)

    def work(self) -> None:
        """Do all jobs that wait."""
        platform = self.web.platform
        for job in platform.store.jobs.jobs(queue=FORECASTING, states=[JobState.QUEUED]):
            Runner(platform, KINDS).run(job.id)

    def forecast(self, **message: object) -> Mapping[str, object]:
        """Return forecasts from the wish to the answer."""
        asked = self.trigger(**message)
        assert asked.code == 202, asked.body
        self.work()
        reply = self.caller.get(f"{self.path}/{asked.body['forecast']}")
        assert reply.code == 200, reply.body
        return reply.body


@pytest.fixture
def scene(memory_web: Web) -> Scene:
    make = Factory(memory_web.platform.store)
    owner = make.user("Prosumer")
    sensor = make.sensor(make.asset("building", owner=owner), step=HOUR)
    hours = np.arange(24 * 20)
    values = 2 + np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(0, 0.05, hours.size)
    told = block(sensor, make.source(SourceType.GATEWAY), NOON - 20 * DAY, values.tolist())
    memory_web.platform.store.beliefs.add([told])
    return Scene(memory_web, memory_web.as_user(owner), sensor)


def test_forecasts_are_triggered_made_and_fetched(scene: Scene) -> None:
    asked = scene.trigger(duration="PT6H")
    assert (asked.code, asked.body["results-url"]) == (202, f"/api/{scene.path}/{asked.body['job']}")
    waiting = scene.caller.get(f"{scene.path}/{asked.body['job']}")
    assert (waiting.code, waiting.status) == (202, "QUEUED")
    scene.work()
    found = scene.caller.get(f"{scene.path}/{asked.body['job']}")
    assert (found.code, found.status) == (200, "FINISHED")
    assert found.body["start"] == NOON.isoformat()
    assert (found.body["duration"], found.body["unit"]) == ("PT6H", "MW")


def test_a_window_and_quantiles_can_be_asked_for(scene: Scene) -> None:
    body = scene.forecast(start=NOON.isoformat(), duration="PT6H", probabilistic=True, quantiles=[0.25])
    expected = 2 + np.sin(2 * np.pi * np.arange(6) / 24)
    assert_allclose(np.array(body["values"]), expected, atol=0.2)
    levels = body["quantiles"]
    assert isinstance(levels, dict)
    rows = [np.array(levels[name]) for name in ("0.1", "0.25")] + [np.array(body["values"])]
    rows.append(np.array(levels["0.9"]))
    assert all((low <= high).all() for low, high in pairwise(rows))


def test_the_past_is_forecast_as_it_was_known(scene: Scene) -> None:
    body = scene.forecast(
        start=(NOON - 2 * DAY).isoformat(), end=(NOON - DAY).isoformat(), forecast_frequency="PT6H"
    )
    assert len(np.array(body["values"])) == 24
    beliefs = scene.web.platform.store.beliefs.latest([scene.sensor.id], NOON - 2 * DAY, NOON - DAY)
    forecast = min(beliefs[scene.sensor.id], key=lambda part: part.belief_time[0])
    assert len(np.unique(forecast.belief_time)) == 4
    assert (forecast.belief_time <= forecast.event_start).all()


def test_limits_and_snaps_are_kept(scene: Scene) -> None:
    config = {"lower": 1.5, "upper": 2.5, "snap": {"2.5": [2.2, 2.5]}, "model": "naive"}
    values = np.array(scene.forecast(duration="PT24H", start=NOON.isoformat(), config=config)["values"])
    assert values.min() >= 1.5
    assert not ((values > 2.2) & (values < 2.5)).any()


def test_forecasts_can_be_kept_of_another_sensor(scene: Scene) -> None:
    make = Factory(scene.web.platform.store)
    asset = scene.web.platform.store.assets.asset(scene.sensor.asset_id)
    other = make.sensor(asset, step=HOUR)
    scene.forecast(duration="PT6H", start=NOON.isoformat(), sensor_to_save=other.id)
    beliefs = scene.web.platform.store.beliefs
    assert beliefs.count([other.id]) == 18
    assert beliefs.count([scene.sensor.id]) == 480
    strange = make.sensor(asset, step=timedelta(minutes=5))
    assert scene.trigger(sensor_to_save=strange.id).code == 400


def test_sensors_to_look_at_count(scene: Scene) -> None:
    make = Factory(scene.web.platform.store)
    twin = make.sensor(scene.web.platform.store.assets.asset(scene.sensor.asset_id), step=HOUR)
    told = block(twin, make.source(SourceType.GATEWAY), NOON - 20 * DAY, [1.0] * 480)
    coming = block(twin, make.source(), NOON, [1.0] * 48, recorded=NOON - HOUR)
    scene.web.platform.store.beliefs.add([told, coming])
    config = {"regressors": [{"sensor": twin.id}], "train-period": "P10D", "missing-threshold": 0.5}
    assert np.isfinite(
        np.array(scene.forecast(duration="PT6H", start=NOON.isoformat(), config=config)["values"])
    ).all()


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"start": "noon"}, "start"),
        ({"colour": "blue"}, "colour"),
        ({"config": {"colour": "blue"}}, "config"),
        ({"config": {"model-params": {"max_depth": 3}}}, "config"),
        ({"config": {"train-period": "PT1H"}}, "config"),
        ({"config": {"regressors": [{"sensor": "x"}]}}, "config"),
        ({"quantiles": [1.5]}, "quantiles"),
    ],
)
def test_what_is_wrong_is_told(scene: Scene, message: dict[str, object], field: str) -> None:
    reply = scene.caller.post(f"{scene.path}/trigger", message)
    assert reply.code == 422
    tree = reply.body["message"]
    assert isinstance(tree, dict)
    assert field in tree["json"]


def test_a_sensor_without_history_says_why(memory_web: Web) -> None:
    make = Factory(memory_web.platform.store)
    owner = make.user("Prosumer")
    sensor = make.sensor(make.asset(owner=owner), step=HOUR)
    scene = Scene(memory_web, memory_web.as_user(owner), sensor)
    asked = scene.trigger()
    scene.work()
    reply = scene.caller.get(f"{scene.path}/{asked.body['forecast']}")
    assert reply.code == 422
    assert "No data available at all" in str(reply.body["message"])


def test_strangers_neither_trigger_nor_see_forecasts(scene: Scene) -> None:
    stranger = scene.web.as_user(Factory(scene.web.platform.store).user("Prosumer"))
    assert stranger.post(f"{scene.path}/trigger", {}).code == 403
    job = scene.trigger().body["job"]
    assert stranger.get(f"{scene.path}/{job}").code == 403


def test_annotations_to_look_at_are_those_of_the_caller(scene: Scene) -> None:
    own = {"asset": scene.sensor.asset_id, "annotation-type": "holiday"}
    assert scene.trigger(config={"annotation-regressors": [own]}).code == 202
    stranger = Factory(scene.web.platform.store).user("Prosumer")
    foreign = {"account": stranger.account.id, "annotation-type": "holiday"}
    assert scene.trigger(config={"annotation-regressors": [foreign]}).code == 403
    body = scene.forecast(duration="PT6H", start=NOON.isoformat(), config={"annotation-regressors": [own]})
    assert np.isfinite(np.array(body["values"])).all()


def test_unknown_forecasts_and_those_of_others_are_refused(scene: Scene) -> None:
    unknown = scene.caller.get(f"{scene.path}/nothing")
    assert (unknown.code, unknown.status) == (400, "UNKNOWN_FORECAST")
    job = scene.trigger().body["job"]
    asset = scene.web.platform.store.assets.asset(scene.sensor.asset_id)
    other = Factory(scene.web.platform.store).sensor(asset, step=HOUR)
    assert scene.caller.get(f"v3_0/sensors/{other.id}/forecasts/{job}").code == 422


def test_accuracy_is_told(scene: Scene) -> None:
    make_forecast(scene.sensor.id, NOON - DAY, NOON, 6 * HOUR, scene.web.platform)
    body = scene.caller.get(f"{scene.path}/accuracy").body
    parts = body["accuracy"]
    assert isinstance(parts, list)
    assert [part["horizon"] for part in parts] == ["PT1H", "PT6H", "P1D", "P2D"]
    assert [part["count"] for part in parts] == [24, 24, None, None]
    assert parts[1]["accuracy"] > 0.9
    assert 0.5 <= parts[1]["coverage"] <= 1
    wrong = {"start": NOON.isoformat(), "end": (NOON - DAY).isoformat()}
    assert scene.caller.get(f"{scene.path}/accuracy", wrong).code == 422
