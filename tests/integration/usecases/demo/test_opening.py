from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.beliefs import BeliefBlock, SourceType
from flexmeasures.domain.timing import instant
from flexmeasures.usecases.demo.devices import BATTERY
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.history import catch_up
from flexmeasures.usecases.demo.opening import device_of, forget_if_ahead, schedule_job, without_forecasts
from flexmeasures.usecases.demo.recordings import Recording
from flexmeasures.usecases.demo.simulation import event_id_at, quarter_of
from flexmeasures.usecases.flexibility import SCHEDULE
from flexmeasures.usecases.ports import Platform

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
