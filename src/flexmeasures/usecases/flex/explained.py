"""Why a schedule is as it is, for people and as JSON: the dearest limits are said, all of them are told."""

from __future__ import annotations

from collections.abc import Sequence

from flexmeasures.scheduling.binding import Binding

MOST_SAID = 5
"""So many limits are said in sentences: the dearest."""

MOST_TOLD = 1000
"""So many limits are kept with a job."""


def explained(bindings: Sequence[Binding], currency: str) -> list[str]:
    """Return sentences on the dearest limits, and on how many more there are.

    Args:
        bindings: The dearest first.
        currency: Of what they are worth.
    """
    said = [binding.sentence(currency) for binding in bindings[:MOST_SAID]]
    more = len(bindings) - len(said)
    if more > 0:
        limits = "limit stands" if more == 1 else "limits stand"
        said.append(f"{more} more {limits} in the way: the job tells all under limits.")
    return said


def told_limits(
    bindings: Sequence[Binding], currency: str, entities: dict[str, dict[str, int]]
) -> list[dict[str, object]]:
    """Return all limits that a schedule runs into, as JSON.

    Args:
        bindings: The dearest first.
        currency: Of what they are worth.
        entities: How clients know devices, by name.
    """
    return [
        {
            "device": one.device,
            **entities.get(one.device, {}),
            "constraint": one.constraint,
            "first": one.first.isoformat(),
            "steps": one.steps,
            "hours": one.hours,
            "worth": one.worth / 1000,
            "unit": f"{currency}/k{one.unit.removeprefix('M')}",
            "change": "lower" if one.lower else "higher",
        }
        for one in bindings[:MOST_TOLD]
    ]
