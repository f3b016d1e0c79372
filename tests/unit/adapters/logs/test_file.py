import logging
import threading
from pathlib import Path

import pytest

from flexmeasures.adapters.logs.file import KEPT, SharedLogFile


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("test", logging.WARNING, __file__, 1, text, None, None)


def lines(folder: Path) -> list[str]:
    return [
        line
        for path in sorted(folder.glob("log*"))
        if path.suffix != ".lock"
        for line in path.read_text().splitlines()
    ]


def test_a_full_file_is_put_aside_and_nothing_is_lost(tmp_path: Path) -> None:
    handler = SharedLogFile(tmp_path / "log", largest=100)
    texts = [f"message {number:03}" for number in range(40)]
    for text in texts:
        handler.emit(record(text))
    handler.close()
    assert sorted(lines(tmp_path)) == texts
    assert (tmp_path / "log").stat().st_size <= 120


def test_old_files_are_dropped(tmp_path: Path) -> None:
    handler = SharedLogFile(tmp_path / "log", largest=10)
    for number in range(50):
        handler.emit(record(f"message {number:03}"))
    handler.close()
    assert len([path for path in tmp_path.iterdir() if path.suffix != ".lock"]) == KEPT + 1


def test_several_writers_share_a_file_while_it_is_put_aside(tmp_path: Path) -> None:
    def write(name: str) -> None:
        handler = SharedLogFile(tmp_path / "log", largest=2000)
        for number in range(50):
            handler.emit(record(f"{name} {number}"))
        handler.close()

    threads = [threading.Thread(target=write, args=(f"writer-{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(lines(tmp_path))) == 150


def test_a_file_that_cannot_be_written_does_not_stop_the_platform(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").mkdir()
    handler = SharedLogFile(tmp_path / "log")
    handler.emit(record("lost"))
    handler.close()
    assert "IsADirectoryError" in capsys.readouterr().err
