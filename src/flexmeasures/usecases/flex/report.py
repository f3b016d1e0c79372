"""What became of a schedule, as JSON that is kept with its job: costs, limits met and missed, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import from_instant
from flexmeasures.scheduling.binding import Binding
from flexmeasures.scheduling.solution import Shortfall, Solution
from flexmeasures.usecases.flex.assembly import Assembled
from flexmeasures.usecases.flex.explained import explained, told_limits
from flexmeasures.usecases.flex.wishes import Wishes

_WORDS = {
    "soc-min": "soc-minima",
    "soc-max": "soc-maxima",
    "soc-target": "soc-targets",
}
_ENERGY = "energy"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A schedule with why it is as it is.

    Attributes:
        solution: The schedule.
        reasons: The limits that it runs into, the dearest first.
        currency: Of all costs; empty where prices tell none.
    """

    solution: Solution
    reasons: Sequence[Binding]
    currency: str = ""


def report(wishes: Wishes, made: Assembled, outcome: Outcome) -> dict[str, object]:
    """Return what became of a schedule."""
    solution, grid = outcome.solution, made.problem.grid
    entities = {name: entity for entity, name in _entities(wishes, made)}
    return {
        "start": grid.start.isoformat(),
        "end": grid.end.isoformat(),
        "scheduler_info": {
            "scheduler": solution.engine,
            "status": solution.status,
            "commitment_costs": _costs(made, solution),
            "cost": made.sign * solution.cost,
            "gap": gap(solution),
        },
        "cost": made.sign * solution.cost,
        "bound": made.sign * solution.bound if np.isfinite(solution.bound) else None,
        "status": solution.status,
        "engine": solution.engine,
        "shortfalls": [_shortfall(one) for one in solution.shortfalls],
        "unresolved": list(_unresolved(wishes, made, solution)),
        "resolved": list(_resolved(wishes, made, solution)),
        "explanation": [
            *made.notes,
            *solution.explanation,
            *explained(outcome.reasons, outcome.currency),
        ],
        "limits": told_limits(outcome.reasons, outcome.currency, entities),
    }


def gap(solution: Solution) -> float | None:
    """Return how far the cost is above what is proven to be the least, as a share; None if nothing is."""
    if not np.isfinite(solution.bound):
        return None
    return max(0.0, solution.cost - solution.bound) / max(abs(solution.cost), 1e-9)


def _costs(made: Assembled, solution: Solution) -> dict[str, float]:
    """Return what the cost is for, by names of commitments."""
    return {_name(name): made.sign * part for name, part in solution.costs.items()}


def _name(name: str) -> str:
    """Return how a cost is called outside: that of energy by its commodity."""
    if name == _ENERGY:
        return "electricity net energy"
    if name.endswith(f" {_ENERGY}"):
        return f"{name.removesuffix(_ENERGY)}net energy"
    return name


def _shortfall(one: Shortfall) -> dict[str, object]:
    return {
        "device": one.device,
        "constraint": one.constraint,
        "time": one.time.isoformat(),
        "amount": one.amount,
        "unit": one.unit,
    }


def _unresolved(wishes: Wishes, made: Assembled, solution: Solution) -> Iterator[Mapping[str, object]]:
    """Yield what each device misses, as it is told to clients."""
    for entity, name in _entities(wishes, made):
        missed: dict[str, list[dict[str, str]]] = {}
        for one in solution.shortfalls:
            if one.device == name:
                amount = f"{1000 * one.amount:.6g} {'kWh' if one.unit == 'MWh' else 'kW'}"
                told = {"datetime": one.time.isoformat(), "violation": amount}
                missed.setdefault(_WORDS.get(one.constraint, one.constraint), []).append(told)
        if missed:
            yield {**entity, **missed}


def _resolved(wishes: Wishes, made: Assembled, solution: Solution) -> Iterator[Mapping[str, object]]:
    """Yield by how much each storage keeps what was wished of its state of charge, where that is tightest."""
    names = [storage.name for storage in made.problem.storages]
    missed = {(one.device, _WORDS.get(one.constraint, one.constraint)) for one in solution.shortfalls}
    for entity, name in _entities(wishes, made):
        if name not in names:
            continue
        place = names.index(name)
        storage, stock = made.problem.storages[place], solution.stock[place]
        kept: dict[str, list[dict[str, str]]] = {}
        for wish, limit, margin in (
            ("soc-minima", storage.soc_minima, 1.0),
            ("soc-maxima", storage.soc_maxima, -1.0),
        ):
            if limit is not None and not np.isnan(limit).all() and (name, wish) not in missed:
                kept[wish] = [_tightest(margin * (stock - limit), made)]
        if kept:
            yield {**entity, **kept}


def _tightest(margin: Array, made: Assembled) -> dict[str, str]:
    place = int(np.nanargmin(margin))
    time = from_instant(made.problem.grid.starts()[place]) + made.problem.grid.step
    return {"datetime": time.isoformat(), "margin": f"{1000 * max(float(margin[place]), 0.0):.6g} kWh"}


def _entities(wishes: Wishes, made: Assembled) -> Iterator[tuple[dict[str, int], str]]:
    """Yield how clients know each device, with its name."""
    for wish, name in zip(wishes.devices, made.names, strict=True):
        if name and wish.sensor_id is not None:
            yield {"sensor": wish.sensor_id}, name
        elif name and wish.asset_id is not None:
            yield {"asset": wish.asset_id}, name
