"""Models are lent where a programme has the same matrix, and the longest unused one makes room."""

from __future__ import annotations

from numpy.testing import assert_allclose

from flexmeasures.scheduling.programme import LinearProgramme, Programme, Term
from flexmeasures.scheduling.solver import Model
from flexmeasures.scheduling.warm import WarmModels


def least_sum(size: int, least: float) -> LinearProgramme:
    """Return: the least sum of some numbers, none negative, that is not below a limit."""
    programme = Programme()
    x = programme.columns((size,))
    programme.charge(x, 1.0)
    programme.rows((1,), (Term(1.0, x[:, None]),), lower=least)
    return programme.assemble()


def solved(models: WarmModels, size: int, least: float) -> Model:
    """Solve a programme with a model that is lent, and return the model."""
    with models.borrowed(least_sum(size, least), 0) as model:
        assert_allclose(model.solve().objective, least)
    return model


def test_a_model_is_lent_again_for_the_same_matrix_with_other_limits() -> None:
    models = WarmModels(most=2)
    first = solved(models, 3, 1.0)
    solved(models, 4, 2.0)
    assert solved(models, 3, 5.0) is first


def test_the_longest_unused_model_makes_room() -> None:
    models = WarmModels(most=1)
    first = solved(models, 3, 1.0)
    second = solved(models, 4, 2.0)
    assert solved(models, 4, 3.0) is second
    assert solved(models, 3, 5.0) is not first
