"""Values with units are read as people write them, and nothing else is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import InvalidUnit
from flexmeasures.domain.quantities import (
    ENERGY,
    ENERGY_PRICE,
    MONEY,
    POWER,
    RATIO,
    Dimension,
    Unit,
    factor_between,
    is_power,
    parse_amount,
    step_conversion,
    unit_of,
)


@pytest.mark.parametrize(
    ("text", "dimension", "value", "currency"),
    [
        ("15 kW", POWER, 0.015, ""),
        ("-1.5e3 W", POWER, -0.0015, ""),
        ("3 * 230V * 16A", POWER, 0.01104, ""),
        ("36 MJ / 2 h", POWER, 0.005, ""),
        ("25kWh", ENERGY, 0.025, ""),
        ("90 %", RATIO, 0.9, ""),
        ("0.5", RATIO, 0.5, ""),
        ("0.29 EUR/kWh", ENERGY_PRICE, 290, "EUR"),
        ("2 €", MONEY, 2, "EUR"),
    ],
)
def test_values_are_brought_to_the_internal_unit(
    text: str, dimension: Dimension, value: float, currency: str
) -> None:
    amount, found = parse_amount(text, MONEY, dimension)
    assert found == dimension
    assert_allclose(amount.value, value)
    assert amount.currency == currency


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5 kW 3", "'5 kW 3' is no value with a unit"),
        ("5 +", "is no value with a unit"),
        ("5 parsec", "'5 parsec' has no known unit: 'parsec' is none"),
        ("5 kWh", "expected power such as '10 kW'"),
        ("1 kW / 0", "is no finite number"),
        ("1e999 kW", "is no finite number"),
        ("1e16 mW", "is no finite number"),
        ("1" * 201, "is too long for a value"),
    ],
)
def test_what_is_no_power_is_refused_with_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(InvalidUnit, match=message.replace("+", r"\+")):
        parse_amount(text, POWER)


@given(
    st.floats(-1e6, 1e6), st.sampled_from([("W", 1e-6), ("kW", 1e-3), ("MW", 1.0), ("GW", 1e3), ("TW", 1e6)])
)
def test_a_prefix_is_a_factor(number: float, unit: tuple[str, float]) -> None:
    name, factor = unit
    assert_allclose(parse_amount(f"{number!r} {name}", POWER)[0].value, number * factor, rtol=1e-12)


def test_nothing_is_the_unit_of_plain_numbers() -> None:
    assert unit_of("") == unit_of("  ") == Unit(1.0)


def test_a_unit_of_a_dimension_has_a_factor_and_any_other_is_refused() -> None:
    assert_allclose(factor_between("EUR/kWh", ENERGY_PRICE), 1000)
    with pytest.raises(InvalidUnit, match="'kWh' is no unit of power, such as in '10 kW'"):
        factor_between("kWh", POWER)


def test_units_of_power_are_told_from_others() -> None:
    assert [is_power(unit) for unit in ("kW", "V*A", "kWh", "nonsense")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("given", "own", "minutes", "factor"),
    [
        ("kW", "MW", 15, 1e-3),
        ("kWh", "MW", 15, 4e-3),
        ("MW", "kWh", 15, 250.0),
        ("EUR/kWh", "EUR/MWh", 60, 1e3),
        ("kWh", "MW", 0, None),
        ("kWh", "°C", 15, None),
        ("KRW/kWh", "EUR/MWh", 60, None),
    ],
)
def test_energy_of_a_step_is_its_mean_power(given: str, own: str, minutes: int, factor: float | None) -> None:
    assert step_conversion(given, own, timedelta(minutes=minutes)) == pytest.approx(factor)
