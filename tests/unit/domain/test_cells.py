"""Regions are covered with cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.cells import Method, Region, centres
from flexmeasures.domain.places import Place

latitudes = st.floats(-89, 89)
longitudes = st.floats(-180, 180)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    south, north = sorted((draw(latitudes), draw(latitudes)))
    return Region(Place(north, draw(longitudes)), Place(south, draw(longitudes)))


@given(regions(), st.integers(1, 50), st.sampled_from(Method))
def test_all_centres_lie_within_the_region(region: Region, number: int, method: Method) -> None:
    for place in centres(region, number, method):
        assert region.south_east.latitude - 1e-9 <= place.latitude <= region.north_west.latitude + 1e-9
        right = (place.longitude - region.north_west.longitude) % 360
        assert right <= region.width + 1e-6 or right >= 360 - 1e-6


@given(st.integers(1, 50), st.sampled_from(Method))
def test_there_are_at_least_as_many_cells_as_wanted(number: int, method: Method) -> None:
    region = Region(Place(53.6, 3.3), Place(50.7, 7.3))
    found = centres(region, number, method)
    assert number <= len(found) == len(set(found))


def test_a_single_cell_has_its_centre_in_the_middle() -> None:
    region = Region(Place(54, 4), Place(52, 8))
    assert [centres(region, 1, method) for method in Method] == [[Place(53, 6)]] * 2


def test_every_other_row_of_hexagons_is_moved() -> None:
    found = centres(Region(Place(2, 0), Place(0, 2)), 4, Method.HEX)
    assert [place.longitude for place in found] == [0.25, 1.25, 0.75, 1.75]


def test_a_region_may_cross_the_180th_meridian() -> None:
    found = centres(Region(Place(1, 178), Place(-1, -178)), 2, Method.SQUARE)
    assert [place.longitude for place in found] == pytest.approx([179, -179])
