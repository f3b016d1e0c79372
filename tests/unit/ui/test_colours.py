"""Whatever colour an account has, text on it can be read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.accounts import Look
from flexmeasures.ui.colours import DARK_CARD, NIGHT, WHITE, by_day, by_night, contrast, rgb

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, colours)
def test_text_is_readable_in_both_themes(primary: str, secondary: str) -> None:
    day, night = by_day(Look("", primary, secondary)), by_night(Look("", primary, secondary))
    assert contrast(rgb(day.fill), WHITE) >= 4.5
    assert contrast(rgb(night.fill), NIGHT) >= 4.5
    for accent, card in ((day, WHITE), (night, DARK_CARD)):
        assert contrast(rgb(accent.ink), card) >= 4.5
        assert contrast(rgb(accent.ink), rgb(accent.ground)) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert by_day(Look("", "#0f6e6e")).fill == "#0f6e6e"
