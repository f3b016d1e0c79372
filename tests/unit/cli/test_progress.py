"""Long commands show how far they are, where somebody looks."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from flexmeasures.cli import progress


class Terminal(io.StringIO):
    """Standard error of somebody who looks."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal that progress is shown on."""
    terminal = Terminal()
    monkeypatch.setattr(progress, "Console", lambda stderr: Console(file=terminal, force_terminal=stderr))
    return terminal


def test_items_come_through_as_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(progress.each("abc", "Doing")) == ["a", "b", "c"]
    with progress.working("Doing"):
        pass
    assert capfd.readouterr() == ("", "")


def test_a_bar_is_drawn_on_a_terminal(terminal: Terminal) -> None:
    assert list(progress.counted(iter("abc"), 3, "Forecasting")) == ["a", "b", "c"]
    assert "Forecasting" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_work_without_a_known_end_is_shown(terminal: Terminal) -> None:
    with progress.working("Dumping"):
        pass
    assert "Dumping" in terminal.getvalue()


def test_the_bar_is_gone_when_an_error_ends_the_work(terminal: Terminal) -> None:
    with pytest.raises(ZeroDivisionError):
        list(progress.counted((1 // number for number in (1, 0)), 2, "Dividing"))
    assert terminal.getvalue().endswith(("\x1b[?25h", "\x1b[2K"))
