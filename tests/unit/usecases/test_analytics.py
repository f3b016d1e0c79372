"""Power, price and weather of what is chosen, and how good forecasts were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.analysis import Quantified
from flexmeasures.usecases.analysis_choices import choices
from flexmeasures.usecases.analytics import Chosen, analyse
from flexmeasures.usecases.charting import ChartQuery
from flexmeasures.usecases.earlier import Comparison, Period
from flexmeasures.usecases.forecast_metrics import measure
from flexmeasures.usecases.lines import Role
from flexmeasures.usecases.overview import visible_connections
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
QUERY = ChartQuery(NOON, NOON + HOUR)
drawn_powers = st.integers(-(10**7), 10**7).map(lambda steps: steps / 10**5)  # MW, to ten watts
numbers = st.lists(st.tuples(drawn_powers, drawn_powers), min_size=1, max_size=20)


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


@pytest.fixture
def owner(make: Factory, memory_platform: Platform) -> User:
    """Two batteries that are measured, one of which is forecast as well."""
    user = make.user()
    meter = memory_platform.store.sources.of_user(user)
    forecaster = make.source(SourceType.FORECASTER)
    one, other = (make.sensor(make.asset("battery", owner=user)) for _ in range(2))
    memory_platform.store.beliefs.add(
        [
            block(one, meter, NOON, [1.0, 2.0, 3.0]),
            block(other, meter, NOON, [10.0, 10.0]),
            block(one, forecaster, NOON, [2.0, 2.0, 2.0, 2.0], recorded=NOON - 6 * HOUR),
            block(one, forecaster, NOON, [1.0, 1.0, 1.0, 1.0], recorded=NOON - HOUR),
        ]
    )
    return user


def power(user: User, chosen: Chosen, platform: Platform, query: ChartQuery = QUERY) -> Quantified:
    return analyse(user, visible_connections(user, platform), chosen, query, platform).quantities[0]


def test_a_sum_is_known_where_all_its_parts_are(memory_platform: Platform, owner: User) -> None:
    measured = power(owner, Chosen(), memory_platform).traces[0]
    assert (measured.role, measured.name) == (Role.MEASURED, "Measured")
    assert_allclose(measured.values, [11.0, 12.0, np.nan, np.nan])


def test_errors_count_only_those_that_are_forecast(memory_platform: Platform, owner: User) -> None:
    found = power(owner, Chosen(), memory_platform)
    assert found.traces[1].name == "Forecast of 1 of 2 assets"
    assert found.metrics.realised == pytest.approx(23 / 4)
    assert found.metrics.expected == pytest.approx(3 / 4)
    assert found.metrics.mae == pytest.approx(1 / 4)
    assert found.metrics.wape == pytest.approx(0.5)
    assert found.metrics.count == 3
    assert found.metrics.coverage == pytest.approx(3 / 5)


def test_forecasts_that_begin_later_leave_earlier_ones_alone(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    other = visible_connections(owner, memory_platform)[0]
    late = block(other.sensor, make.source(), NOON + HOUR / 2, [9.0], recorded=NOON - HOUR)
    memory_platform.store.beliefs.add([late])
    found = power(owner, Chosen(), memory_platform)
    assert found.traces[1].name == "Forecast of 1 to 2 of 2 assets"
    assert_allclose(found.traces[1].values, [1.0, 1.0, 10.0, 1.0])
    assert found.metrics.count == 3


def test_forecasts_are_shown_as_they_were_at_a_horizon(memory_platform: Platform, owner: User) -> None:
    early = ChartQuery(NOON, NOON + HOUR, horizon=5 * HOUR)
    assert_allclose(power(owner, Chosen(), memory_platform, early).traces[1].values, 2.0)
    assert_allclose(power(owner, Chosen(), memory_platform).traces[1].values, 1.0)


def test_assets_can_be_shown_each_for_itself(memory_platform: Platform, owner: User) -> None:
    traces = power(owner, Chosen(traces="power"), memory_platform).traces
    assert len([trace for trace in traces if trace.role is Role.MEASURED]) == 2


def test_schedules_can_be_shown_each_for_itself(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    scheduler = make.source(SourceType.SCHEDULER)
    for each in visible_connections(owner, memory_platform):
        planned = block(each.sensor, scheduler, NOON, [1.0], recorded=NOON - HOUR)
        memory_platform.store.beliefs.add([planned])
    traces = power(owner, Chosen(traces="schedules"), memory_platform).traces
    assert [trace.role for trace in traces].count(Role.SCHEDULE) == 2
    assert [trace.role for trace in traces].count(Role.MEASURED) == 1


def test_a_band_belongs_to_the_author_whose_forecast_it_is(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    weather = make.sensor(quantity=Quantity.WIND_SPEED)
    ours, theirs = make.source(SourceType.FORECASTER), make.source(SourceType.FORECASTER)
    told = block(weather, ours, NOON, [3.0], recorded=NOON - HOUR)
    levels = [
        replace(told, value=told.value + by, probability=np.array([p])) for by, p in ((-1.0, 0.1), (2.0, 0.9))
    ]
    other = block(weather, theirs, NOON, [5.0], recorded=NOON - 2 * HOUR)
    memory_platform.store.beliefs.add([told, *levels, other])
    mine = visible_connections(owner, memory_platform)
    found = analyse(owner, mine, Chosen(weather=str(weather.id)), QUERY, memory_platform).quantities[1]
    bands = {trace.name: trace.high.size for trace in found.traces}
    assert bands == {f"Forecast by {ours.name}": 4, f"Forecast by {theirs.name}": 0}


def test_only_what_may_be_seen_can_be_chosen(memory_platform: Platform, make: Factory, owner: User) -> None:
    offered = choices(visible_connections(owner, memory_platform), memory_platform)
    assert [each.key for each in offered.groups][:2] == ["all", "type:battery"]
    assert len(offered.groups) == 4
    stranger = make.user()
    assert len(choices(visible_connections(stranger, memory_platform), memory_platform).groups) == 1
    for chosen in (Chosen(offered.groups[2].key), Chosen("nothing"), Chosen(market="x")):
        with pytest.raises(UnknownEntity):
            power(stranger, chosen, memory_platform)


def test_prices_and_weather_have_their_own_metrics(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    market = make.market()
    exchange, forecaster = make.source(SourceType.MARKET), make.source(SourceType.FORECASTER)
    memory_platform.store.beliefs.add(
        [
            block(market, exchange, NOON, [40.0], recorded=NOON - 24 * HOUR),
            block(market, forecaster, NOON, [30.0], recorded=NOON - 48 * HOUR),
        ]
    )
    price = analyse(
        owner,
        visible_connections(owner, memory_platform),
        Chosen(market=str(market.id)),
        QUERY,
        memory_platform,
    ).quantities[1]
    assert price.unit == "EUR/MWh"
    assert (price.metrics.realised, price.metrics.expected) == (40.0, 30.0)
    assert (price.metrics.mae, price.metrics.wape) == (10.0, 0.25)


@given(numbers)
def test_errors_are_those_of_the_definition(pairs: list[tuple[float, float]]) -> None:
    true, forecast = np.array(pairs).T
    found = measure(true, forecast, np.nansum)
    assert found.coverage == 1.0
    assert found.mae == pytest.approx(np.abs(true - forecast).mean())
    if abs(true.sum()) > 1e-5:
        assert found.wape == pytest.approx(np.abs(true - forecast).sum() / abs(true.sum()))


def test_errors_of_too_few_steps_are_not_telling() -> None:
    true, forecast = np.ones(100), np.full(100, np.nan)
    forecast[:3] = 1.0
    assert not measure(true, forecast, np.nansum).is_telling
    forecast[:5] = 1.0
    found = measure(true, forecast, np.nansum)
    assert found.is_telling
    assert found.count == 5


def test_nothing_is_claimed_where_nothing_overlaps() -> None:
    found = measure(np.array([1.0, np.nan]), np.array([np.nan, 2.0]), np.nansum)
    assert (found.realised, found.coverage) == (1.0, 0.0)
    assert np.isnan([found.expected, found.mae, found.wape]).all()


def test_an_earlier_day_stands_beside_the_sum(memory_platform: Platform, make: Factory, owner: User) -> None:
    meter = memory_platform.store.sources.of_user(owner)
    first, second = (each.sensor for each in visible_connections(owner, memory_platform))
    day = timedelta(days=1)
    memory_platform.store.beliefs.add(
        [block(first, meter, NOON - day, [5.0, 6.0]), block(second, meter, NOON - day, [1.0, 1.0])]
    )
    query = replace(QUERY, compare=Comparison(Period.DAY, "Europe/Amsterdam"))
    found = power(owner, Chosen(), memory_platform, query)
    (earlier,) = [trace for trace in found.traces if trace.role is Role.EARLIER]
    assert_allclose(earlier.values, [6.0, 7.0, np.nan, np.nan])


def test_the_forecast_of_a_single_asset_has_its_band(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    forecaster = make.source(SourceType.FORECASTER)
    sensor = make.sensor(asset := make.asset("battery", owner=owner))
    told = block(sensor, forecaster, NOON, [3.0, 4.0], recorded=NOON - HOUR)
    low, high = (
        replace(told, value=told.value + by, probability=np.full(2, level))
        for by, level in ((-1.0, 0.1), (2.0, 0.9))
    )
    memory_platform.store.beliefs.add([told, low, high])
    (forecast,) = power(owner, Chosen(f"asset:{asset.id}"), memory_platform).traces
    assert_allclose(forecast.low, [2.0, 3.0, np.nan, np.nan])
    assert_allclose(forecast.high, [5.0, 6.0, np.nan, np.nan])


def test_forecasts_of_users_have_no_band(memory_platform: Platform, make: Factory, owner: User) -> None:
    sensor = make.sensor(asset := make.asset("battery", owner=owner))
    told = block(sensor, memory_platform.store.sources.of_user(owner), NOON, [3.0], recorded=NOON - HOUR)
    memory_platform.store.beliefs.add([told])
    (forecast,) = power(owner, Chosen(f"asset:{asset.id}"), memory_platform).traces
    assert (forecast.role, forecast.low.size) == (Role.FORECAST, 0)


def test_prices_can_be_those_of_one_source(memory_platform: Platform, make: Factory, owner: User) -> None:
    market = make.market()
    exchange, broker = make.source("market", name="Exchange"), make.source("market", name="Broker")
    early, late = NOON - 6 * HOUR, NOON - HOUR
    memory_platform.store.beliefs.add(
        [
            block(market, exchange, NOON, [40.0], recorded=early),
            block(market, broker, NOON, [50.0], recorded=late),
        ]
    )
    mine = visible_connections(owner, memory_platform)
    for source, value in (("", 50.0), ("Exchange", 40.0), ("Broker", 50.0)):
        chosen = Chosen(market=str(market.id), source=source)
        found = analyse(owner, mine, chosen, QUERY, memory_platform)
        assert found.sources == ("Broker", "Exchange")
        assert found.quantities[1].traces[0].values[0] == value


def test_an_earlier_day_stands_beside_a_price(memory_platform: Platform, make: Factory, owner: User) -> None:
    market, day = make.market(), timedelta(days=1)
    exchange = make.source(SourceType.MARKET)
    query = replace(QUERY, compare=Comparison(Period.DAY, "Europe/Amsterdam"))
    chosen = Chosen(market=str(market.id))
    mine = visible_connections(owner, memory_platform)
    today = block(market, exchange, NOON, [40.0], recorded=NOON - day)
    memory_platform.store.beliefs.add([today])
    alone = analyse(owner, mine, chosen, query, memory_platform).quantities[1]
    assert Role.EARLIER not in {trace.role for trace in alone.traces}
    before = block(market, exchange, NOON - day, [25.0], recorded=NOON - 2 * day)
    memory_platform.store.beliefs.add([before])
    price = analyse(owner, mine, chosen, query, memory_platform).quantities[1]
    (earlier,) = [trace for trace in price.traces if trace.role is Role.EARLIER]
    assert_allclose(earlier.values, 25.0)


def test_sensors_of_strangers_are_not_told_of(memory_platform: Platform, make: Factory, owner: User) -> None:
    foreign = make.sensor(make.asset(owner=make.user()))
    with pytest.raises(UnknownEntity, match=f"There is no sensor {foreign.id} that you may see"):
        power(owner, Chosen(market=str(foreign.id)), memory_platform)


def test_weather_is_called_by_what_is_measured(memory_platform: Platform, make: Factory, owner: User) -> None:
    sensor = make.sensor(quantity=Quantity.WIND_SPEED, attributes={"display_name": "Mast 7"})
    mine = visible_connections(owner, memory_platform)
    found = analyse(owner, mine, Chosen(weather=str(sensor.id)), QUERY, memory_platform)
    assert found.quantities[1].name == "wind speed"
