"""Units of the messages, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import InvalidUnit
from flexmeasures.domain.units import factor, price_factor


@pytest.mark.parametrize(
    ("unit", "quantity", "expected"),
    [("kW", "power", 1e-3), ("MW", "power", 1), ("Wh", "energy", 1e-6), ("GWh", "energy", 1e3)],
)
def test_known_units_have_a_factor(unit: str, quantity: str, expected: float) -> None:
    assert_allclose(factor(unit, quantity), expected)


def test_a_unit_of_something_else_is_refused_with_those_that_are_right() -> None:
    with pytest.raises(InvalidUnit, match="'kW' is no unit of energy; expected one of Wh, kWh, MWh, GWh"):
        factor("kW", "energy")


@given(st.from_regex(r"[A-Z]{3}", fullmatch=True))
def test_a_price_is_of_any_currency(currency: str) -> None:
    assert_allclose([price_factor(f"{currency}/kWh"), price_factor(f"{currency}/MWh")], [1000, 1])


def test_what_is_no_price_is_refused() -> None:
    with pytest.raises(InvalidUnit):
        price_factor("EUR/kW")
