"""The algebra says in arrays what the rows say in words."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from flexmeasures.scheduling.programme import LinearProgramme, Programme, Term


def dense(programme: LinearProgramme) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the matrix of a programme, entry by entry."""
    matrix = np.zeros((programme.row_lower.size, programme.costs.size))
    for row in range(matrix.shape[0]):
        for entry in range(programme.starts[row], programme.starts[row + 1]):
            matrix[row, programme.indices[entry]] += programme.values[entry]
    return matrix


def test_a_block_of_rows_takes_one_element_of_each_block_of_columns() -> None:
    programme = Programme()
    x, y = programme.columns((3,)), programme.columns((3,), -1.0, 2.0)
    programme.rows((3,), (Term(1.0, x), Term([2.0, 3.0, 4.0], y)), lower=0.0, upper=[5.0, 6.0, 7.0])

    finished = programme.assemble()

    assert_allclose(dense(finished), np.hstack([np.eye(3), np.diag([2.0, 3.0, 4.0])]))
    assert_allclose(finished.row_upper, [5, 6, 7])
    assert_allclose(finished.lower, [0, 0, 0, -1, -1, -1])


def test_a_term_with_more_axes_than_the_rows_is_summed() -> None:
    programme = Programme()
    power = programme.columns((2, 3))
    programme.rows((3,), (Term(1.0, power),), upper=1.0)

    assert_allclose(dense(programme.assemble()), np.hstack([np.eye(3), np.eye(3)]))


def test_rows_can_be_extended_later() -> None:
    programme = Programme()
    stock = programme.columns((3,))
    balance = programme.rows((3,), (Term(1.0, stock),), 0.0, 0.0)
    programme.extend(balance[1:], Term(-1.0, stock[:-1]))

    assert_allclose(dense(programme.assemble()), [[1, 0, 0], [-1, 1, 0], [0, -1, 1]])


def test_zeros_are_left_out() -> None:
    programme = Programme()
    x = programme.columns((2,))
    programme.rows((2,), (Term([0.0, 3.0], x),))
    assert_allclose(programme.assemble().values, [3])


def test_costs_add_up_and_stay_apart_from_preferences() -> None:
    programme = Programme()
    x = programme.columns((2,))
    programme.charge(x, [1.0, 2.0])
    programme.charge(x[:1], 5.0)
    programme.prefer(x, 0.1)
    programme.rows((2,), (Term(1.0, x),))

    finished = programme.assemble()

    assert_allclose(finished.costs, [6, 2])
    assert_allclose(finished.preferences, [0.1, 0.1])


def test_switches_make_a_programme_mixed_integer() -> None:
    programme = Programme()
    x = programme.columns((1,))
    programme.rows((1,), (Term(1.0, x),))
    assert not programme.assemble().is_mixed_integer
    programme.switches((1,))
    assert programme.assemble().is_mixed_integer
