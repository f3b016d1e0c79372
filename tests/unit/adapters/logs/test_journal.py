import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from tests.kept_logging import kept_logging

from flexmeasures.adapters.logs.journal import FILE, set_up_logging


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    with kept_logging():
        yield


def written(folder: Path) -> str:
    return (folder / FILE).read_text(encoding="utf-8")


def test_events_are_keys_and_values_with_what_is_bound(tmp_path: Path) -> None:
    set_up_logging(logging.INFO, tmp_path)
    structlog.contextvars.bind_contextvars(job="j-1")
    structlog.get_logger("test").info("Something happened.", count=3)
    line = written(tmp_path)
    assert "event='Something happened.'" in line
    assert "count=3" in line
    assert "job='j-1'" in line
    assert "level='info'" in line


def test_other_loggers_write_to_the_same_file(tmp_path: Path) -> None:
    set_up_logging(logging.WARNING, tmp_path)
    logging.getLogger("somebody.else").warning("Beware of %s.", "dogs")
    assert "event='Beware of dogs.'" in written(tmp_path)


def test_messages_below_the_level_are_dropped(tmp_path: Path) -> None:
    set_up_logging(logging.ERROR, tmp_path)
    structlog.get_logger("test").warning("Not so bad.")
    logging.getLogger("test").warning("Neither.")
    assert written(tmp_path) == ""


def test_warnings_are_shown_on_the_terminal_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(logging.INFO, tmp_path)
    structlog.get_logger("test").info("For the file.")
    structlog.get_logger("test").warning("For everybody.")
    shown = capsys.readouterr().err
    assert "For everybody." in shown
    assert "For the file." not in shown


def test_without_a_folder_the_terminal_gets_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    set_up_logging(logging.INFO, tmp_path / "file")
    structlog.get_logger("test").info("Still told.")
    shown = capsys.readouterr().err
    assert "There is no log file." in shown
    assert "Still told." in shown
