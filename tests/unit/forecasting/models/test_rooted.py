import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tests.unit.forecasting.conftest import MakeTask

from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.frame import signed_root, signed_square


@given(st.lists(st.floats(-1e100, 1e100), max_size=20))
def test_squares_lead_back_from_roots(values: list[float]) -> None:
    assert_allclose(signed_square(signed_root(np.array(values))), values)


def test_what_multiplies_is_learned_better_from_roots(next_two_days: MakeTask) -> None:
    rng = np.random.default_rng(3)
    hours = np.arange(24 * 82)
    size = np.repeat(rng.uniform(0.5, 4, 82), 24)
    values = size * (1.2 + np.sin(2 * np.pi * hours / 24)) ** 2 * rng.uniform(0.9, 1.1, hours.size)
    missed = {
        model: np.mean(
            [
                np.abs(
                    forecast(next_two_days(values[:end], size=6, model=model)).values - values[end : end + 6]
                )
                for end in range(24 * 70 + 8, 24 * 80, 24)
            ]
        )
        for model in ("lad", "root-lad")
    }
    assert missed["root-lad"] < missed["lad"]
