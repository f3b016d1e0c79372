"""What the solver answers, and how."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import SolverFailure
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.programme import Programme, Term
from flexmeasures.scheduling.solver import Limits, Model


def knapsack(upper: float = 3.5) -> Programme:
    """Return: the most of x + y within x + 2y <= 3.5, each at most 2."""
    programme = Programme()
    x = programme.columns((2,), 0.0, 2.0)
    programme.charge(x, -1.0)
    programme.rows((1,), (Term([[1.0], [2.0]], x[:, None]),), upper=upper)
    return programme


def test_a_linear_programme_is_solved_to_its_optimum() -> None:
    answer = Model(knapsack().assemble()).solve()
    assert answer.outcome is Outcome.OPTIMAL
    assert_allclose(answer.values, [2, 0.75])
    assert_allclose(answer.objective, -2.75)
    assert answer.bound == answer.objective


def test_preferences_count_in_the_search() -> None:
    programme = knapsack(upper=10.0)
    programme.prefer(np.array([0]), 1.5)
    assert_allclose(Model(programme.assemble()).solve().values, [0, 2])


def test_costs_can_be_replaced_and_solved_again() -> None:
    model = Model(knapsack().assemble())
    model.solve()
    model.charge(np.array([1.0, -1.0]))
    assert_allclose(model.solve().values, [0, 1.75])


def test_switches_take_whole_numbers() -> None:
    programme = Programme()
    x = programme.switches((2,))
    programme.charge(x, [-1.0, -1.0])
    programme.rows((1,), (Term([[1.0], [2.0]], x[:, None]),), upper=2.5)

    answer = Model(programme.assemble()).solve()

    assert_allclose(answer.objective, -1)
    assert_allclose(answer.bound, -1)


def test_out_of_time_the_best_so_far_is_an_answer_with_a_bound() -> None:
    rng = np.random.default_rng(0)
    programme = Programme()
    x = programme.switches((40,))
    programme.charge(x, -rng.uniform(1, 2, 40))
    programme.rows((20,), (Term(rng.uniform(0, 1, (40, 20)), np.repeat(x[:, None], 20, axis=1)),), upper=6.0)

    answer = Model(programme.assemble(), Limits(seconds=0.0)).solve()

    assert answer.outcome is Outcome.TIME_LIMIT
    assert answer.bound <= answer.objective < 0


def test_an_infeasible_programme_is_an_answer() -> None:
    programme = knapsack()
    programme.rows((1,), (Term(1.0, np.array([0])),), lower=3.0)
    answer = Model(programme.assemble()).solve()
    assert answer.outcome is Outcome.INFEASIBLE
    assert answer.bound == np.inf


def test_a_column_twice_in_a_row_is_refused() -> None:
    programme = Programme()
    x = programme.columns((1,))
    programme.rows((1,), (Term(1.0, x), Term(2.0, x)))
    with pytest.raises(SolverFailure, match="do not fit together"):
        Model(programme.assemble())


def test_an_unbounded_programme_is_a_failure_with_its_name() -> None:
    programme = Programme()
    x = programme.columns((1,))
    programme.charge(x, -1.0)
    programme.rows((1,), (Term(1.0, x),))
    with pytest.raises(SolverFailure, match="Unbounded"):
        Model(programme.assemble()).solve()
