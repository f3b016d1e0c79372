"""The floors of coverage: what counts to a part, and that floors only rise."""

from __future__ import annotations

import tomllib

import pytest
from tests.coverage_floors import Part, Summary, parts, raised

DOMAIN = Part("domain", ("domain",), goal=100, floor=90)
WHOLE = Part("the whole", (), goal=95, floor=90)
FILES = {
    "src/flexmeasures/domain/beliefs.py": Summary(
        covered_lines=90, num_statements=100, covered_branches=9, num_branches=20
    ),
    "src/flexmeasures/domains.py": Summary(
        covered_lines=0, num_statements=80, covered_branches=0, num_branches=0
    ),
}


def test_lines_and_branches_of_a_part_count_alike() -> None:
    assert DOMAIN.reached(FILES) == 82.5
    assert WHOLE.reached(FILES) == 49.5


def test_nothing_is_reached_where_nothing_is() -> None:
    assert DOMAIN.reached({}) == 0


@pytest.mark.parametrize(("share", "floor"), [(80.0, 90.0), (93.4, 93.4), (100.0, 95.0)])
def test_floors_rise_up_to_their_goal_and_never_fall(share: float, floor: float) -> None:
    assert tomllib.loads(raised({WHOLE: share})) == {"the whole": {"folders": [], "goal": 95, "floor": floor}}


def test_each_part_has_a_floor_below_its_goal() -> None:
    assert all(0 < part.floor <= part.goal for part in parts())
    assert {part.name for part in parts()} == {"domain", "cores", "use cases", "messages", "the whole"}
