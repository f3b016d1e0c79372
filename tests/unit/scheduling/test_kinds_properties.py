"""What holds for every kind of device, whatever the numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Group, Site
from flexmeasures.scheduling.equipment import (
    Adjustable,
    Coupling,
    Curtailable,
    Process,
    ProcessKind,
    Running,
    StorageDevice,
)
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady

SIZE = 8
Kind = Callable[[np.random.Generator], Problem]


def place(rng: np.random.Generator) -> Site:
    """Return a site with a load and two tariffs."""
    buy = rng.uniform(5, 100, SIZE).round(2)
    return replace(site(buy), sell_price=buy - 3, inflexible=rng.uniform(-1, 1, SIZE).round(3))


def heat_pump(rng: np.random.Generator) -> StorageDevice:
    """Return a heat pump with a buffer that loses heat and whose heat is used."""
    return replace(
        battery(SIZE, name="heat pump", power=rng.uniform(0.5, 1), soc=(0, 2, 4), one_way=True),
        charging_efficiency=rng.uniform(2, 4, SIZE),
        retention=float(rng.uniform(0.95, 1)),
        inflow=-rng.uniform(0, 0.3, SIZE),
    )


def buffered(rng: np.random.Generator) -> Problem:
    return problem(place(rng), heat_pump(rng), sooner=False)


def switched(rng: np.random.Generator) -> Problem:
    running = Running(0.3, int(rng.integers(1, 4)), int(rng.integers(1, 3)), float(rng.uniform(0, 5)))
    return problem(place(rng), replace(heat_pump(rng), running=running), sooner=False)


def shared(rng: np.random.Generator) -> Problem:
    heater = replace(battery(SIZE, name="heater", power=1, one_way=True), feeds="heat pump")
    return problem(place(rng), heat_pump(rng), heater, sooner=False)


def sunny(rng: np.random.Generator) -> Problem:
    asked = problem(place(rng), battery(SIZE, soc=(0, 0.5, 1), efficiency=0.9), sooner=False)
    potential = rng.uniform(0, 2, SIZE)
    return replace(asked, curtailables=(Curtailable("sun", potential, float(rng.uniform(0, 5))),))


def running_once(rng: np.random.Generator) -> Problem:
    kind = list(ProcessKind)[int(rng.integers(3))]
    allowed = np.ones(SIZE, bool)
    allowed[int(rng.integers(SIZE))] = rng.random() < 0.5
    process = Process("washer", kind, rng.uniform(0.2, 1, int(rng.integers(1, 4))), allowed)
    return replace(problem(place(rng), sooner=False), processes=(process,))


def grouped(rng: np.random.Generator) -> Problem:
    devices = [battery(SIZE, name=name, soc=(0, 0.5, 1), efficiency=0.9) for name in "ab"]
    most = steady(rng.uniform(0.3, 1.5), SIZE)
    return replace(
        problem(place(rng), *devices, sooner=False), groups=(Group("cable", ("a", "b"), most, most),)
    )


def coupled(rng: np.random.Generator) -> Problem:
    buffer = battery(SIZE, name="buffer", power=2, soc=(0, 1, 3))
    heat = replace(buffer, commodity="heat", inflow=-rng.uniform(0, 0.2, SIZE))
    boiler = Adjustable("boiler", steady(0, SIZE), steady(1, SIZE))
    warmth = Adjustable("warmth", steady(-1, SIZE), steady(0, SIZE), commodity="heat")
    return replace(
        problem(place(rng), heat, sooner=False),
        adjustables=(boiler, warmth),
        networks=(Site.within("heat", SIZE),),
        couplings=(Coupling("boiler and warmth", (("boiler", 1.0), ("warmth", -0.95))),),
    )


KINDS: dict[str, Kind] = {
    "heat pump": buffered,
    "switched heat pump": switched,
    "shared stock": shared,
    "curtailable": sunny,
    "process": running_once,
    "group": grouped,
    "commodities": coupled,
}
every_kind = pytest.mark.parametrize("kind", KINDS)
seeds = st.integers(0, 10_000)


def drawn(kind: str, seed: int) -> Problem:
    """Return a problem of some kind."""
    return KINDS[kind](np.random.default_rng(seed))


def gained(storage: StorageDevice, power: Array) -> Array:
    """Return what a power brings into a stock in an hour, before it decays. [MWh]"""
    brought: Array = np.where(
        power > 0, power * storage.charging_efficiency, power / storage.discharging_efficiency
    )
    return brought


@every_kind
@settings(max_examples=8)
@given(seeds)
def test_energy_is_conserved_in_every_stock(kind: str, seed: int) -> None:
    asked = drawn(kind, seed)
    solution = schedule(asked)
    for place_of, storage in enumerate(asked.storages):
        if not storage.feeds:
            own = [n for n, s in enumerate(asked.storages) if storage.name in {s.name, s.feeds}]
            brought = sum(gained(asked.storages[n], solution.power[n]) for n in own) + storage.inflow
            kept = storage.retention
            assert isinstance(kept, float)
            within = 1.0 if kept == 1 else (kept - 1) / np.log(kept)
            stock = solution.stock[place_of]
            before = np.append(storage.soc_start, stock[:-1])
            assert_allclose(stock, kept * before + within * brought, atol=1e-5)


@every_kind
@settings(max_examples=8)
@given(seeds)
def test_limits_are_kept_or_said_to_be_missed(kind: str, seed: int) -> None:
    asked = drawn(kind, seed)
    solution = schedule(asked)
    power = dict(zip(asked.names, solution.power, strict=True))
    devices: tuple[StorageDevice | Adjustable, ...] = (*asked.storages, *asked.adjustables)
    for device in devices:
        assert (power[device.name] <= device.power_max + 1e-6).all()
        assert (power[device.name] >= device.power_min - 1e-6).all()
    for sun in asked.curtailables:
        assert (power[sun.name] <= 1e-6).all()
        assert (power[sun.name] >= -sun.potential - 1e-6).all()
    for process in asked.processes:
        assert_allclose(
            np.sort(power[process.name])[-process.profile.size :], np.sort(process.profile), atol=1e-6
        )
        assert (power[process.name][~process.allowed] == 0).all()
    for group in asked.groups:
        together = sum(power[name] for name in group.members)
        assert (np.abs(together) <= group.consumption_max + 1e-6).all()
    if not solution.shortfalls:
        for storage, stock in zip(asked.storages, solution.stock, strict=True):
            assert storage.feeds or (stock <= storage.soc_max + 1e-6).all()
            assert storage.feeds or (stock >= storage.soc_min - 1e-6).all()


@every_kind
@settings(max_examples=6)
@given(seeds, st.sampled_from([1e-3, 50.0]), st.sampled_from([1e-2, 40.0]))
def test_units_change_nothing(kind: str, seed: int, power: float, money: float) -> None:
    asked = drawn(kind, seed)
    solution = schedule(asked)
    scaled = schedule(in_units(asked, power, money))
    assert scaled.status == solution.status
    assert_allclose(scaled.cost / power / money, solution.cost, atol=1e-4 * (1 + abs(solution.cost)))


def in_units(asked: Problem, power: float, money: float) -> Problem:
    """Return a problem in which a MW is that many, and money likewise."""
    return replace(
        asked,
        site=scaled_site(asked.site, power, money),
        networks=tuple(scaled_site(network, power, money) for network in asked.networks),
        storages=tuple(scaled_storage(storage, power, money) for storage in asked.storages),
        curtailables=tuple(
            replace(sun, potential=sun.potential * power, price=sun.price * money)
            for sun in asked.curtailables
        ),
        processes=tuple(replace(process, profile=process.profile * power) for process in asked.processes),
        adjustables=tuple(
            replace(load, power_min=load.power_min * power, power_max=load.power_max * power)
            for load in asked.adjustables
        ),
        groups=tuple(
            replace(
                group,
                consumption_max=group.consumption_max * power,
                production_max=group.production_max * power,
            )
            for group in asked.groups
        ),
    )


def scaled_site(place: Site, power: float, money: float) -> Site:
    """Return a site in other units."""
    return replace(
        place,
        buy_price=place.buy_price * money,
        sell_price=place.sell_price * money,
        inflexible=place.inflexible * power,
        consumption_max=place.consumption_max * power,
        production_max=place.production_max * power,
    )


def scaled_storage(storage: StorageDevice, power: float, money: float) -> StorageDevice:
    """Return a storage in other units."""
    running = storage.running
    return replace(
        storage,
        power_min=storage.power_min * power,
        power_max=storage.power_max * power,
        soc_start=storage.soc_start * power,
        soc_min=storage.soc_min * power,
        soc_max=storage.soc_max * power,
        inflow=storage.inflow * power,
        running=running
        and replace(
            running, least_power=running.least_power * power, start_cost=running.start_cost * power * money
        ),
    )


@every_kind
@settings(max_examples=6)
@given(seeds, st.floats(1, 3))
def test_more_freedom_costs_no_more(kind: str, seed: int, more: float) -> None:
    asked = drawn(kind, seed)
    solution = schedule(asked)
    freer = replace(
        asked,
        storages=tuple(replace(storage, soc_max=storage.soc_max * more) for storage in asked.storages),
        groups=tuple(
            replace(
                group,
                consumption_max=group.consumption_max * more,
                production_max=group.production_max * more,
            )
            for group in asked.groups
        ),
        processes=tuple(
            replace(process, kind=ProcessKind.BREAKABLE, allowed=np.ones(SIZE, bool))
            for process in asked.processes
        ),
    )
    if not solution.shortfalls:
        assert schedule(freer).cost <= solution.cost + 1e-4 * (1 + abs(solution.cost))


@pytest.mark.parametrize("kind", ["curtailable", "group"])
@settings(max_examples=8)
@given(seeds)
def test_no_schedule_costs_more_than_doing_nothing(kind: str, seed: int) -> None:
    asked = drawn(kind, seed)
    idle = asked.site.inflexible - sum(sun.potential for sun in asked.curtailables)
    price = np.where(idle > 0, asked.site.buy_price, asked.site.sell_price)
    assert schedule(asked).cost <= float(price @ idle) + 1e-4 * (1 + np.abs(price @ idle))
