"""The simulation of the documents works as it stands."""

import re
from pathlib import Path

import pytest
from tests.docs.pages import Page


@pytest.mark.services
@pytest.mark.full
@pytest.mark.timeout(240)
def test_three_weeks_of_2015_are_forecast_scheduled_and_reset(tmp_path: Path) -> None:
    posted, forecast, constraints, schedule, reset, left = (
        Page("how-to/simulate.md").follow(tmp_path).splitlines()
    )
    assert posted == "Posted 21 days"
    assert float(re.findall(r"WAPE (\d+)%", forecast)[0]) < 20
    assert constraints == "Constraints: PROCESSED"
    assert schedule == "At six the battery holds 0.40 MWh"
    assert reset == "Reset: Request has been processed. Database restored to demo_v0."
    assert left == "Left: []"
