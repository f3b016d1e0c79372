"""Problems with several commodities, goals and soft limits cost what an independent model says they cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.accounts import emissions
from flexmeasures.scheduling.case import as_case
from flexmeasures.scheduling.contracts import Commitment, Site, StockCommitment, Uncertainty
from flexmeasures.scheduling.equipment import Adjustable, Coupling, Curtailable, StorageDevice
from flexmeasures.scheduling.goal import Goal
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.problems import battery, problem, site, steady
from flexmeasures.testing.referee import least_cost, least_of_each


def random_house(seed: int) -> Problem:
    """Return a house with a battery, gas and heat, where any limit can be kept."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 16))
    buy = rng.normal(60, 60 if rng.random() < 0.2 else 20, size)
    place = replace(
        site(buy),
        sell_price=buy - rng.choice([0.0, rng.uniform(0, 30)]),
        inflexible=rng.uniform(-0.5, 1.5, size),
        co2_intensity=rng.uniform(0.1, 0.6, size) if rng.random() < 0.6 else None,
    )
    place = with_doubt(rng, place) if rng.random() < 0.4 else place
    house = problem(
        place, wished(rng, battery(size, name="battery", soc=(0, 1, 2), efficiency=0.9)), sooner=False
    )
    house = with_heat(rng, house) if rng.random() < 0.7 else house
    if rng.random() < 0.3:
        house = replace(house, curtailables=(Curtailable("sun", rng.uniform(0, 2, size), rng.uniform(0, 3)),))
    if rng.random() < 0.3:
        bands = ((0.0, 0.0), (0.4, 0.7), (1.0, 1.0))
        machine = Adjustable("machine", steady(0, size), steady(1, size), bands=bands)
        work = Commitment(
            "work",
            steady(0.8, size),
            steady(0, size),
            steady(-rng.uniform(30, 90), size),
            members=("machine",),
        )
        house = replace(
            house, adjustables=(*house.adjustables, machine), commitments=(*house.commitments, work)
        )
    return replace(house, co2_price=float(rng.choice([0.0, 80.0])))


def with_doubt(rng: np.random.Generator, place: Site) -> Site:
    """Return a site whose load is uncertain, with room for it."""
    scenarios = place.inflexible + rng.normal(0, 0.3, (4, place.inflexible.size))
    low, high = scenarios.min(axis=0), scenarios.max(axis=0)
    return replace(
        place,
        consumption_max=steady(4, low.size),
        production_max=steady(4, low.size),
        uncertainty=Uncertainty(low, high, scenarios[: int(rng.integers(0, 5))], 0.9),
    )


def wished(rng: np.random.Generator, device: StorageDevice) -> StorageDevice:
    """Return a battery with minima and maxima that it can keep."""
    levels: Array = np.where(rng.random(device.soc_min.size) < 0.3, rng.uniform(0.2, 0.9), np.nan)
    return replace(device, soc_minima=levels, soc_maxima=np.where(rng.random(levels.size) < 0.3, 1.5, np.nan))


def with_heat(rng: np.random.Generator, house: Problem) -> Problem:
    """Return a house whose heat comes from a boiler, a heat pump or a CHP, through a buffer."""
    size = house.grid.size
    gas = replace(Site.at_price(rng.uniform(20, 60, size)), commodity="gas", co2_intensity=steady(0.2, size))
    buffer = battery(size, name="buffer", power=3, soc=(0, 2, 6), efficiency=0.95)
    buffer = replace(buffer, commodity="heat", retention=0.98)
    heat = replace(Site.within("heat", size), inflexible=rng.uniform(0.2, 1.2, size))
    boiler = converter("boiler", {"gas": 1.0, "heat": -0.9}, size, rng.uniform(1, 4))
    pump = converter(
        "pump", {"electricity": 1.0, "heat": -rng.uniform(2, 4, size)}, size, rng.uniform(0.3, 1)
    )
    chp = converter("chp", {"gas": 1.0, "electricity": -0.35, "heat": -0.5}, size, 2.0)
    chosen = [boiler, *(extra for extra in (pump, chp) if rng.random() < 0.5)]
    wish = StockCommitment(
        "full buffer",
        "buffer",
        steady(4, size),
        down_price=-float(rng.uniform(0, 3)),
        down_peak_price=2.0,
        limit="soc-minima",
    )
    gas_peak = Commitment(
        "gas peak", steady(0.5, size), steady(0, size), steady(0, size), 10.0, commodity="gas"
    )
    return replace(
        house,
        storages=(*house.storages, buffer),
        networks=(gas, heat),
        adjustables=tuple(part for parts, _ in chosen for part in parts),
        couplings=tuple(coupling for _, coupling in chosen),
        stock_commitments=(wish,) * int(rng.random() < 0.5),
        commitments=(gas_peak,) * int(rng.random() < 0.4),
    )


def converter(
    name: str, shares: dict[str, float | Array], size: int, power: float
) -> tuple[tuple[Adjustable, ...], Coupling]:
    """Return a converter: a device in each commodity, which goes up to its share of the power."""
    parts = []
    for commodity, share in shares.items():
        most = np.broadcast_to(share, size) * power
        parts.append(Adjustable(f"{name} {commodity}", np.minimum(most, 0), np.maximum(most, 0), commodity))
    named = tuple((part.name, share) for part, share in zip(parts, shares.values(), strict=True))
    return tuple(parts), Coupling(name, named)


def compare(asked: Problem) -> None:
    """Check a schedule against the referee."""
    solution = schedule(asked)
    assert not [s for s in solution.shortfalls if s.constraint != "soc-minima"], solution.explanation
    best = least_cost(asked)
    assert_allclose(solution.cost, best, atol=1e-6 * (1 + abs(best)))
    assert_allclose(solution.bound, best, atol=2e-6 * (1 + abs(best)))
    assert_allclose(sum(solution.costs.values()), solution.cost, atol=1e-9)


def compare_goals(asked: Problem, goals: tuple[Goal, ...]) -> None:
    """Check what each goal comes to against the referee."""
    asked = replace(asked, goals=goals, tolerance=0.01)
    solution = schedule(asked)
    best = dict(zip(goals, least_of_each(asked), strict=True))
    case = as_case(asked)
    net = solution.power[case.behind("electricity")].sum(axis=0) + asked.site.inflexible
    ours = {
        Goal.COST: solution.cost,
        Goal.EMISSIONS: emissions(case, solution.power),
        Goal.PEAK: float(np.abs(net).max()),
    }
    for goal, least in best.items():
        assert ours[goal] <= least + asked.tolerance * abs(least) + 1e-5, goal
    assert_allclose(ours[goals[-1]], best[goals[-1]], atol=1e-4 * (1 + abs(best[goals[-1]])))


@pytest.mark.parametrize("seed", range(12))
def test_a_house_costs_what_the_referee_says(seed: int) -> None:
    compare(random_house(seed))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "goals", [(Goal.EMISSIONS, Goal.COST), (Goal.COST, Goal.PEAK), (Goal.PEAK, Goal.EMISSIONS, Goal.COST)]
)
def test_goals_come_one_after_the_other(seed: int, goals: tuple[Goal, ...]) -> None:
    compare_goals(random_house(100 + seed), goals)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2000, 2010))
def test_many_houses_cost_what_the_referee_says(seed: int) -> None:
    for case in range(25):
        compare(random_house(25 * seed + case))
