"""The fields of flex-contexts: what each says of a site, and what it takes."""

from __future__ import annotations

from types import MappingProxyType

from flexmeasures.domain.quantities import (
    ENERGY_PRICE,
    INTENSITY,
    MASS_PRICE,
    POWER,
    POWER_PRICE,
    RATIO,
)
from flexmeasures.usecases.flex.told import Fields
from flexmeasures.usecases.flex.values import Amounts

_LARGEST_PRICE = 1e9
_POWER = Amounts((POWER,), least=0.0, most=1e6)
_PRICE = Amounts((ENERGY_PRICE,), least=-_LARGEST_PRICE, most=_LARGEST_PRICE)
_PEAK_PRICE = Amounts((POWER_PRICE,), least=0.0, most=_LARGEST_PRICE)
_SOC_BREACH_PRICE = Amounts((ENERGY_PRICE,), least=0.0, most=_LARGEST_PRICE, fixed_only=True)

GOALS = ("cost", "emissions", "peak", "exchange", "cycling")

COMMITMENT_VALUES = MappingProxyType(
    {
        "baseline": Amounts((POWER,), least=-1e6, most=1e6),
        "up-price": Amounts((ENERGY_PRICE, POWER_PRICE), least=-_LARGEST_PRICE, most=_LARGEST_PRICE),
        "down-price": Amounts((ENERGY_PRICE, POWER_PRICE), least=-_LARGEST_PRICE, most=_LARGEST_PRICE),
    }
)

COMMITMENT = Fields(
    values=COMMITMENT_VALUES,
    texts=MappingProxyType({"name": frozenset(), "commodity": frozenset()}),
    sensors=frozenset({"sensors"}),
    others=frozenset({"group"}),
)

CONTEXT = Fields(
    values=MappingProxyType(
        {
            "consumption-price": _PRICE,
            "production-price": _PRICE,
            "grid-fee": _PRICE,
            "site-power-capacity": _POWER,
            "site-consumption-capacity": _POWER,
            "site-production-capacity": _POWER,
            "site-consumption-breach-price": _PEAK_PRICE,
            "site-production-breach-price": _PEAK_PRICE,
            "site-peak-consumption": _POWER,
            "site-peak-production": _POWER,
            "site-peak-consumption-price": _PEAK_PRICE,
            "site-peak-production-price": _PEAK_PRICE,
            "consumption-breach-price": _PEAK_PRICE,
            "production-breach-price": _PEAK_PRICE,
            "soc-minima-breach-price": _SOC_BREACH_PRICE,
            "soc-maxima-breach-price": _SOC_BREACH_PRICE,
            "co2-intensity": Amounts((INTENSITY,), least=-1e3, most=1e3),
            "confidence": Amounts((RATIO,), bare="", least=0.5, most=0.999, fixed_only=True),
            "scenarios": Amounts((RATIO,), bare="", least=0, most=100, fixed_only=True),
            "co2-price": Amounts((MASS_PRICE,), least=0.0, most=1e6, fixed_only=True),
        }
    ),
    flags=frozenset(
        {"relax-constraints", "relax-soc-constraints", "relax-site-capacity-constraints"}
        | {"relax-capacity-constraints", "strict"}
    ),
    texts=MappingProxyType({"commodity": frozenset()}),
    sensors=frozenset(
        {"inflexible-consumption", "inflexible-production", "inflexible-device-sensors"}
        | {"aggregate-consumption", "aggregate-production", "aggregate-power"}
        | {"consumption-price-sensor", "production-price-sensor"}
    ),
    others=frozenset({"commitments", "goals", "commodities"}),
)
"""Beside the documented fields: grid fees, CO₂, goals, doubt, and refusal of what cannot be met."""
