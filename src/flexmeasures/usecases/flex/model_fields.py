"""The fields of flex-models: what each says of a device, and what it takes."""

from __future__ import annotations

from types import MappingProxyType

from flexmeasures.domain.quantities import ENERGY, ENERGY_PRICE, MONEY, POWER, RATIO
from flexmeasures.usecases.flex.told import Fields
from flexmeasures.usecases.flex.values import Amounts

_LARGEST = 1e6
_LEAST_RATIO = 1e-4

_POWER = Amounts((POWER,), least=0.0, most=_LARGEST)
_FLOW = Amounts((POWER,), least=-_LARGEST, most=_LARGEST)
_STOCK = Amounts((ENERGY,), least=-_LARGEST, most=_LARGEST)
_ONE_STOCK = Amounts((ENERGY,), least=-_LARGEST, most=_LARGEST, fixed_only=True)
_SHARE = Amounts((RATIO,), bare="", least=_LEAST_RATIO, most=1.0)
_CONVERSION = Amounts((RATIO,), bare="", least=_LEAST_RATIO, most=100.0)
_PRICE = Amounts((ENERGY_PRICE,), least=-1e9, most=1e9, fixed_only=True)

INFLEXIBLE, SHIFTABLE, BREAKABLE = "INFLEXIBLE", "SHIFTABLE", "BREAKABLE"
MINIMIZE, MAXIMIZE = "MIN", "MAX"

STOCK_FIELDS = frozenset(
    {
        *("soc-at-start", "soc-min", "soc-max", "soc-minima", "soc-maxima", "soc-targets"),
        *("state-of-charge", "soc-gain", "soc-usage", "roundtrip-efficiency", "charging-efficiency"),
        *("discharging-efficiency", "storage-efficiency", "end-value", "soc-unit", "wear-cost"),
    }
)
"""A device of which one of these is said has a stock."""

MODEL = Fields(
    values=MappingProxyType(
        {
            "power-capacity": _POWER,
            "consumption-capacity": _POWER,
            "production-capacity": _POWER,
            "soc-at-start": _ONE_STOCK,
            "soc-min": _ONE_STOCK,
            "soc-max": _ONE_STOCK,
            "soc-minima": _STOCK,
            "soc-maxima": _STOCK,
            "soc-targets": _STOCK,
            "roundtrip-efficiency": Amounts((RATIO,), bare="", least=_LEAST_RATIO, most=1.0, fixed_only=True),
            "charging-efficiency": _CONVERSION,
            "discharging-efficiency": _CONVERSION,
            "storage-efficiency": _SHARE,
            "coupling-coefficient": Amounts((RATIO,), bare="", least=1e-6, most=1e6, fixed_only=True),
            "wear-cost": Amounts((ENERGY_PRICE,), least=0.0, most=1e9, fixed_only=True),
            "end-value": _PRICE,
            "curtailment-cost": Amounts((ENERGY_PRICE,), least=0.0, most=1e9, fixed_only=True),
            "minimum-power": Amounts((POWER,), least=0.0, most=_LARGEST, fixed_only=True),
            "start-cost": Amounts((MONEY,), least=0.0, most=1e9, fixed_only=True),
            "power": Amounts((POWER,), bare="MW", least=0.0, most=_LARGEST, fixed_only=True),
        }
    ),
    sums=MappingProxyType({"soc-gain": _FLOW, "soc-usage": _FLOW}),
    flags=frozenset({"prefer-charging-sooner", "prefer-curtailing-later", "was-on"}),
    texts=MappingProxyType(
        {
            "commodity": frozenset(),
            "coupling": frozenset(),
            "soc-unit": frozenset({"kWh", "MWh"}),
            "process-type": frozenset({INFLEXIBLE, SHIFTABLE, BREAKABLE}),
            "optimization-sense": frozenset({MINIMIZE, MAXIMIZE}),
        }
    ),
    lengths=frozenset({"duration", "minimum-run-time", "minimum-rest-time"}),
    sensors=frozenset({"sensor", "consumption", "production", "inflexible-consumption"})
    | {"inflexible-production", "soc-sensor"},
    others=frozenset(
        {"asset", "group", "operation-modes", "state-of-charge", "time-restrictions", "power-profile"}
    ),
)
"""Beside the documented fields: wear, value at the end, curtailment, and how a device may run."""
