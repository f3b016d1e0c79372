from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.beliefs import BeliefBlock, SourceType
from flexmeasures.domain.errors import MissingMarket, UnknownSchedule
from flexmeasures.domain.timing import instant
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.usecases.demo.benefit import benefit_of_schedule
from flexmeasures.usecases.demo.devices import BATTERY
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.history import catch_up
from flexmeasures.usecases.demo.opening import (
    DAY,
    QUICK,
    count,
    device_of,
    forecast,
    forget_if_ahead,
    renew_forecasts,
    schedule_job,
    without_forecasts,
)
from flexmeasures.usecases.demo.recordings import Recording
from flexmeasures.usecases.demo.simulation import event_id_at, quarter_of
from flexmeasures.usecases.flexibility import SCHEDULE
from flexmeasures.usecases.ports.platform import Platform

pytestmark = pytest.mark.services


def test_nothing_is_forgotten_while_the_clock_goes_on(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    catch_up(portfolio.stories, archive, platform.now().year, platform)
    assert not forget_if_ahead(portfolio, platform)


def test_all_is_forgotten_when_the_clock_went_back(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    catch_up(portfolio.stories, archive, platform.now().year, platform)
    battery = portfolio.assets[BATTERY.asset_name]
    platform.store.assets.set_attributes(battery.id, {"soc_in_mwh": 1.2, "soc_udi_event_id": 9})
    then = platform.now() - timedelta(weeks=52)
    assert forget_if_ahead(portfolio, replace(platform, now=lambda: then))
    ids = [sensor.id for sensor in portfolio.sensors.values()]
    assert platform.store.beliefs.count(ids) == 0
    assert device_of(BATTERY.asset_name, portfolio, platform).storage.udi_event_id is None


def test_what_is_forecast_already_needs_no_forecast(platform: Platform, portfolio: Portfolio) -> None:
    first, *others = portfolio.forecast_sensors()
    source = platform.store.sources.of_model("FlexMeasures", SourceType.FORECASTER)
    soon = np.array([instant(platform.now() + timedelta(hours=5))])
    made = np.array([instant(platform.now())])
    platform.store.beliefs.add([BeliefBlock(first.id, source.id, soon, made, np.ones(1))])
    assert without_forecasts(portfolio, platform) == others


def test_a_schedule_is_there_when_its_job_has_ended(platform: Platform, portfolio: Portfolio) -> None:
    battery = portfolio.assets[BATTERY.asset_name]
    assert schedule_job(device_of(BATTERY.asset_name, portfolio, platform), platform) is None
    event_id = event_id_at(quarter_of(platform.now()))
    platform.store.assets.set_attributes(battery.id, {"soc_udi_event_id": event_id})
    known = device_of(BATTERY.asset_name, portfolio, platform)
    job = platform.queue.put(
        "scheduling", SCHEDULE, {}, key=f"udi:{battery.id}:{event_id}:soc-with-targets", asset_id=battery.id
    )
    assert schedule_job(known, platform) is None
    platform.store.jobs.start(job.id, platform.now())
    platform.store.jobs.end(job.id, type(job.state)("finished"), platform.now(), {})
    ended = schedule_job(known, platform)
    assert ended is not None
    assert ended.id == job.id
    later = replace(platform, now=lambda: platform.now() + timedelta(minutes=15))
    assert schedule_job(known, later) is None


def test_first_forecasts_are_made_by_a_quick_model(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    catch_up(portfolio.stories, archive, platform.now().year, platform)
    models = set()

    def forecaster(task: ForecastTask) -> Forecast:
        models.add(task.model)
        return Forecast(np.zeros(task.window.size), task.model, "1")

    first, *_ = portfolio.forecast_sensors()
    assert forecast(first, replace(platform, forecaster=forecaster)) == 96
    assert models == {QUICK}
    assert first not in without_forecasts(portfolio, platform)


def test_workers_renew_all_forecasts(platform: Platform, portfolio: Portfolio) -> None:
    assert renew_forecasts(portfolio, platform) == len(portfolio.forecast_sensors())
    assert renew_forecasts(portfolio, platform) == 0


def test_values_are_counted(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    assert count(portfolio, platform) == 0
    new = catch_up(portfolio.stories, archive, platform.now().year, platform).new
    assert count(portfolio, platform) == new


def test_there_is_no_benefit_without_schedule_or_market(platform: Platform, portfolio: Portfolio) -> None:
    battery = device_of(BATTERY.asset_name, portfolio, platform)
    with pytest.raises(UnknownSchedule, match="Nothing is scheduled"):
        benefit_of_schedule(battery, platform.now(), DAY, platform)
    with pytest.raises(MissingMarket, match="has no market"):
        benefit_of_schedule(replace(battery, market_id=None), platform.now(), DAY, platform)
