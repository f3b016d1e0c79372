from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.beliefs import BeliefFilter, most_recent
from flexmeasures.domain.timing import instant
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.history import AHEAD, PAST, catch_up
from flexmeasures.usecases.demo.portfolio import MARKET_NAME
from flexmeasures.usecases.demo.recordings import Recording
from flexmeasures.usecases.ports.platform import Platform

pytestmark = pytest.mark.services


def test_a_year_is_told_and_nothing_that_is_not_known_yet(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    now = platform.now()
    catch_up(portfolio.stories, archive, now.year, platform)
    for sensor in portfolio.sensors.values():
        found = platform.store.beliefs.latest([sensor.id], now - PAST, now + AHEAD)
        for part in found.get(sensor.id, []):
            assert (part.belief_time <= instant(now)).all()
    prices = most_recent(
        platform.store.beliefs.latest([portfolio.sensors[MARKET_NAME].id], now - PAST, now + AHEAD)[
            portfolio.sensors[MARKET_NAME].id
        ]
    )
    assert prices.value.size >= 364 * 24
    assert prices.event_start.max() > instant(now)


def test_telling_twice_changes_nothing(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    year = platform.now().year
    first = catch_up(portfolio.stories, archive, year, platform)
    again = catch_up(portfolio.stories, archive, year, platform)
    assert first.new > 60_000
    assert (again.new, again.known) == (0, 0)


def test_a_later_start_tells_what_was_missed(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    now = platform.now()
    catch_up(portfolio.stories, archive, now.year, platform)
    later = replace(platform, now=lambda: now + timedelta(hours=3))
    hourly = len([story for story in portfolio.stories if story.feed.recording != "price"])
    missed = catch_up(portfolio.stories, archive, now.year, later).new
    assert 3 * (hourly - 1) <= missed <= 3 * hourly + 2 * 24


def test_measured_power_is_in_megawatts_with_production_negative(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    now = platform.now()
    catch_up(portfolio.stories, archive, now.year, platform)
    measured = BeliefFilter(horizon_max=timedelta(0))
    power = {}
    for name in ("building_5", "spanish_solar", "north_sea_wind", "oslo_charging_site"):
        sensor = portfolio.sensors[name]
        found = platform.store.beliefs.latest([sensor.id], now - PAST, now, measured)
        power[name] = most_recent(found[sensor.id]).value
    assert 0.2 < power["building_5"].mean() < 0.5
    assert -2.0 < power["spanish_solar"].mean() < -1.0
    assert -4.0 < power["north_sea_wind"].mean() < -2.0
    assert 0.0 <= power["oslo_charging_site"].min() <= power["oslo_charging_site"].max() < 0.05
    assert all(np.isfinite(values).all() for values in power.values())


def test_sources_say_where_a_value_is_from_and_how_far_it_was_moved(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    now = platform.now()
    catch_up(portfolio.stories, archive, 2015, replace(platform, now=lambda: now.replace(year=2015)))
    sensor = portfolio.sensors["north_sea_wind"]
    day = now.replace(year=2015)
    (part,) = platform.store.beliefs.latest([sensor.id], day - timedelta(days=2), day)[sensor.id]
    source = platform.store.sources.named([int(part.source_id[0])])[int(part.source_id[0])]
    assert (source.name, source.model) == ("ENTSO-E Transparency Platform", "moved by −209 weeks")
