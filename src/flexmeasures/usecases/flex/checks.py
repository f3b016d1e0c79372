"""Fields that do not go together."""

from __future__ import annotations

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.usecases.flex.told import Told
from flexmeasures.usecases.flex.values import Fixed, Segments

_ONE_WAY = ("charging-efficiency", "discharging-efficiency")


def check_device(told: Told) -> None:
    """Check that what is said of a device goes together.

    Raises:
        InvalidParts: some of it does not.
    """
    tree: dict[str, object] = {}
    if "roundtrip-efficiency" in told.values:
        for name in _ONE_WAY:
            if name in told.values:
                tree[name] = ["This excludes roundtrip-efficiency."]
    least, most = (_fixed(told, name) for name in ("soc-min", "soc-max"))
    if least is not None and most is not None and least > most:
        tree["soc-max"] = [f"{1000 * most:g} kWh is below soc-min, {1000 * least:g} kWh."]
    for name in ("power", "duration"):
        if "process-type" in told.texts and name not in told.names:
            tree[name] = ["Missing data for required field."]
    if tree:
        raise InvalidParts(tree)


def check_site(told: Told) -> None:
    """Check that what is said of a site goes together.

    Raises:
        InvalidParts: some of it does not.
    """
    scenarios = _fixed(told, "scenarios")
    if scenarios is not None and scenarios % 1:
        raise InvalidParts({"scenarios": [f"{scenarios:g} is no whole number of scenarios."]})
    currencies = {
        name: value.currency
        for name, value in told.values.items()
        if isinstance(value, (Fixed, Segments)) and value.currency
    }
    if len(set(currencies.values())) > 1:
        told_of = " and ".join(f"{name} in {currency}" for name, currency in currencies.items())
        raise InvalidParts({name: [f"Prices share one currency: {told_of}."] for name in currencies})


def _fixed(told: Told, name: str) -> float | None:
    value = told.values.get(name)
    return value.value if isinstance(value, Fixed) else None
