"""The first tutorial works as it stands."""

import re
from pathlib import Path

import pytest
from tests.docs.pages import Page


@pytest.mark.services
@pytest.mark.timeout(240)
def test_the_tutorial_leads_from_nothing_to_a_schedule(tmp_path: Path) -> None:
    said = Page("tutorials/first-schedule.md").follow(tmp_path)
    powers = [float(power) for power in re.findall(r"([+-]\d\.\d\d) MW$", said, re.MULTILINE)]
    assert said.splitlines()[:2] == ["PROCESSED", "PROCESSED"]
    assert max(powers) == 0.5
    assert min(powers) == -0.5
