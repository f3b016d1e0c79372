"""The guide to schedules works as it stands."""

from pathlib import Path

import pytest
from tests.docs.pages import Page


@pytest.mark.services
@pytest.mark.timeout(240)
def test_the_guide_leads_to_a_schedule_with_its_reasons(tmp_path: Path) -> None:
    lines = Page("how-to/get-a-schedule.md").follow(tmp_path).splitlines()
    said = [line for line in lines if line != "still at work"]
    assert said[0] == "PROCESSED"
    assert said[1].startswith("kW [")
    assert "17.0" in said[1]
    assert "electricity net energy" in said[2]
    assert any("one more kW would save" in line for line in said[3:])
