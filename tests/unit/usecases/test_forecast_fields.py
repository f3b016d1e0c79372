"""What a wish for forecasts may say, and what it is told when it says something else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.usecases.forecast_fields import read_recipe, read_wish
from flexmeasures.usecases.forecast_wishes import AnnotationChoice, Recipe, Snap


def refusal(field: str, told: object) -> str:
    """Return what is said of a field of a recipe."""
    with pytest.raises(InvalidParts) as refused:
        read_recipe({field: told})
    (said,) = refused.value.tree.items()
    assert said[0] == field
    return str(refused.value)


@pytest.mark.parametrize(
    ("field", "told", "said"),
    [
        ("retrain-frequency", "PT0H", "should be longer than nothing"),
        ("retrain-frequency", "P3661D", "at most 3660 days"),
        ("train-period", "P1D", "at least two days"),
        ("ensure-positive", "yes", "neither true nor false"),
        ("model", 7, "is no name"),
        ("model", "x" * 121, "is no name"),
        ("lower", "low", "is no number"),
        ("upper", True, "is no number"),
        ("upper", "inf", "is no number"),
        ("missing-threshold", 1.5, "no share from 0 to 1"),
        ("past-regressors", [1] * 51, "51 are too many"),
        ("annotation-regressors", ["holidays"], "no choice of annotations"),
        ("annotation-regressors", [{"name": "fair"}], "one of account, asset and sensor"),
        ("annotation-regressors", [{"asset": 1, "sensor": 2}], "one of account, asset and sensor"),
        ("snap", [0, 1], "no map from targets to intervals"),
        ("snap", {"0": [1]}, "no interval"),
        ("snap", {"0": 1}, "no interval"),
        ("model-params", {"trees": 9}, "none can be told"),
    ],
)
def test_a_field_of_a_recipe_that_cannot_be_is_refused_by_name(field: str, told: object, said: str) -> None:
    assert said in refusal(field, told)


@pytest.mark.parametrize("told", ["weekly", ["weekly"], 3])
def test_a_recipe_is_an_object(told: object) -> None:
    with pytest.raises(InvalidParts, match="no object with fields"):
        read_recipe(told)


def test_quantiles_lie_between_nothing_and_all() -> None:
    assert read_wish(1, {"quantiles": [0.05, 0.95]}).quantiles == (0.05, 0.95)
    with pytest.raises(InvalidParts, match="Cumulative probabilities lie between 0 and 1"):
        read_wish(1, {"quantiles": [0, 0.5]})


def test_a_recipe_is_read_as_it_is_told() -> None:
    found = read_recipe(
        {
            "model_params": {},
            "ensure-positive": True,
            "lower": -2,
            "upper": "3.5",
            "annotation-regressors": {"asset": 4, "name": "fair", "annotation_type": "label"},
            "snap": {"0": [0.2, -0.2]},
            "train-period": "P9D",
            "max-training-period": "P3D",
        },
        "fleet",
    )
    assert found == Recipe(
        "fleet",
        annotations=(AnnotationChoice("asset", 4, "label", "fair"),),
        lower=0.0,
        upper=3.5,
        snaps=(Snap(0.0, -0.2, 0.2),),
        train_period=timedelta(days=3),
    )


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidParts) as refused:
        read_wish(1, {"color": "red", "probabilistic": "no", "config": {"lower": "low"}})
    assert list(refused.value.tree) == ["probabilistic", "config", "color"]
