"""Flex-models and flex-contexts as wishes, or what is wrong with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.usecases.flex.wishes import ELECTRICITY, MOST_DEVICES, read_device, read_wishes

PROMISE = {"name": "market", "baseline": "1 MW", "up-price": "1 EUR/MWh"}


def test_one_device_may_come_without_a_list() -> None:
    assert read_wishes({"sensor": 1}, {}) == read_wishes([{"sensor": 1}], {})


def test_what_is_null_is_not_said() -> None:
    assert read_device({"sensor": 1, "soc-max": None}) == read_device({"sensor": 1})


def test_a_device_says_how_it_may_run() -> None:
    told = {
        "asset": 3,
        "group": {"sensor": 4},
        "operation-modes": [{"consumption-range": [0, 1]}],
        "power-profile": [0.5, 1],
        "time-restrictions": [{"start": "2026-03-02T12:00:00+00:00", "duration": "PT1H"}],
    }
    wish = read_device(told)
    assert (wish.asset_id, wish.group, wish.bands) == (3, ("sensor", 4), ((0.0, 1.0),))
    assert wish.profile == (0.5, 1.0)
    assert [end - start for start, end in wish.forbidden] == [timedelta(hours=1)]


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("a battery", "neither an object nor a list"),
        ([{}] * (MOST_DEVICES + 1), "devices are too many"),
        ([5], "flex-model.0: 5 is no object with fields"),
        ([{"group": {"asset": 1, "sensor": 2}}], "flex-model.0.group: .* names no group"),
        ([{"group": {"colour": 2}}], "names no group"),
        ([{"group": {"asset": True}}], "True is no id"),
        ([{"asset": "1"}], "flex-model.0.asset: '1' is no id"),
        ([{"power-profile": []}], "flex-model.0.power-profile: "),
        ([{"soc-usage": ["1 kW"] * 10_001}], "10001 are too many"),
        ([{"inflexible-consumption": [1] * 10_001}], "10001 are too many"),
        ([{"roundtrip-efficiency": 0.9, "charging-efficiency": 0.9}], "excludes roundtrip-efficiency"),
        ([{"soc-min": "2 MWh", "soc-max": "1 MWh"}], "soc-max: 1000 kWh is below soc-min, 2000 kWh"),
        ([{"process-type": "INFLEXIBLE", "power": "1 MW"}], "duration: Missing data"),
        ([{"commodity": "\x00"}], "is no name"),
        ([{"process-type": "SOMETIMES"}], "is none of BREAKABLE, INFLEXIBLE, SHIFTABLE"),
        ([{"was-on": "yes"}], "'yes' is neither true nor false"),
        ([{"duration": "long"}], "duration: Cannot parse 'long'"),
        ([{"soc-min": [{"value": "1 MWh", "datetime": "2026-03-02T12:00:00Z"}]}], "takes one value"),
    ],
)
def test_a_wrong_model_is_refused_by_field(model: object, text: str) -> None:
    with pytest.raises(InvalidParts, match=text):
        read_wishes(model, {})


@pytest.mark.parametrize(
    ("context", "text"),
    [
        ("cheap", "is no object with fields"),
        ({"commodity": "gas"}, "One context alone is of electricity"),
        ([{"commodity": "gas"}, {"commodity": "gas"}], "several contexts of gas"),
        ({"goals": ["fame"]}, "goals: .* is no list of cost"),
        ({"goals": ["cost"] * 6}, "goals: "),
        ({"commitments": {}}, "commitments: {} is no list of commitments"),
        ({"commitments": [{**PROMISE, "name": None}]}, "commitments.0.name: Missing data"),
        ({"commitments": [{**PROMISE, "baseline": None}]}, "commitments.0.baseline: Missing data"),
        ({"commitments": [{**PROMISE, "up-price": None}]}, "needs an up-price or a down-price"),
        ({"commitments": [{**PROMISE, "group": 5}]}, "commitments.0: 5 names no group"),
        (
            {"consumption-price": "1 EUR/MWh", "production-price": "1 SEK/MWh"},
            "one currency: consumption-price in EUR and production-price in SEK",
        ),
    ],
)
def test_a_wrong_context_is_refused_by_field(context: object, text: str) -> None:
    with pytest.raises(InvalidParts, match=text):
        read_wishes([], context)


def test_what_is_wrong_with_both_is_told_at_once() -> None:
    with pytest.raises(InvalidParts) as caught:
        read_wishes([{"colour": 1}], {"colour": 1})
    assert set(caught.value.tree) == {"flex-model", "flex-context"}


def test_of_many_wrong_devices_the_first_ten_are_told() -> None:
    with pytest.raises(InvalidParts) as caught:
        read_wishes([{"sensor": 1}, *({"colour": 1} for _ in range(20)), {"sensor": 2}], {})
    model = caught.value.tree["flex-model"]
    assert isinstance(model, dict)
    assert list(model) == [str(place) for place in range(1, 11)]


def test_right_devices_after_a_wrong_one_do_not_hide_it() -> None:
    with pytest.raises(InvalidParts, match=r"flex-model\.0\.colour"):
        read_wishes([{"colour": 1}, {"sensor": 2}], {})


def test_electricity_comes_first_and_is_there_even_if_nothing_is_said_of_it() -> None:
    gas = {"commodity": "gas", "consumption-price": "30 EUR/MWh"}
    for context in ([gas], {"commodities": [gas]}, [gas, {"grid-fee": "1 EUR/MWh"}]):
        sites = read_wishes([], context).sites
        assert [site.commodity for site in sites] == [ELECTRICITY, "gas"]


def test_a_commitment_of_a_group_is_kept() -> None:
    (site,) = read_wishes([], {"commitments": [{**PROMISE, "group": {"asset": 1}}], "goals": ["peak"]}).sites
    assert [told.texts["name"] for told in site.commitments] == ["market"]
    assert site.goals == ("peak",)
