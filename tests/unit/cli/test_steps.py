import re

import pytest

from flexmeasures.cli.demo_story import spoken
from flexmeasures.cli.steps import Steps
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.usecases.demo.benefit import Benefit
from flexmeasures.usecases.demo.devices import DAY


def test_a_step_says_what_it_does_what_came_of_it_and_how_long_it_took(
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps = Steps()
    with steps.step("Weather", "Looking out of the window") as say:
        say("It rains")
    first, last = capsys.readouterr().out.splitlines()
    assert first == "… Weather    Looking out of the window"
    assert re.fullmatch(r"✓ Weather    It rains  \d+\.\d s", last)


def test_a_step_that_fails_is_not_ticked(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with Steps().step("Weather", "Looking out of the window"):
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert "✓" not in capsys.readouterr().out


def test_a_benefit_is_spoken_with_energy_and_money() -> None:
    earned = Benefit(parse_datetime("2015-11-21T00:00Z"), DAY, 5.0, 4.5, 28.426, "EUR/MWh")
    assert spoken(earned) == (
        "In the next 24 hours the battery's schedule charges 5.00 MWh and discharges 4.50 MWh.\n"
        "Against doing nothing it earns 28.43 EUR: computed from the stored schedule and prices."
    )
