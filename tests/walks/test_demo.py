"""The demonstration as somebody sees it who types the command."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

from flexmeasures.testing.waiting import eventually

pytestmark = [pytest.mark.services, pytest.mark.full, pytest.mark.timeout(600)]

PATIENCE = 280.0  # s; much less on a machine that does nothing else
READY = "Ctrl-C stops everything."


class Demo:
    """A running demonstration and what it says."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        eventually(lambda: READY in self.said or self.process.poll() is not None, PATIENCE)
        assert READY in self.said

    def found(self, pattern: str) -> str:
        match = re.search(pattern, self.said)
        assert match, f"{pattern} is not in {self.said}"
        return match[1]

    def token(self) -> str:
        body = {"email": "admin@example.com", "password": self.found(r"password  (\w+)")}
        address = self.found(r"is at (http://[0-9.:]+)")
        answer = requests.post(f"{address}/api/requestAuthToken", json=body, timeout=30)
        return str(answer.json()["auth_token"])


@contextmanager
def started(folder: Path, log: str) -> Iterator[Demo]:
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "200"}
    with (folder / log).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flexmeasures.app", "demo", "--port", "0"],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Demo(process, folder / log)
        finally:
            process.kill()
            process.wait(30)
            eventually(lambda: not left_of(folder), 60)


def left_of(folder: Path) -> list[psutil.Process]:
    """Return what runs on the instance of a home folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(folder) in words or (process.info["environ"] or {}).get("HOME") == str(folder):
            found.append(process)
    return found


def test_a_demonstration_survives_kills_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with started(tmp_path, "first.log") as demo:
        demo.wait_until_ready()
        assert float(demo.found(r"it earns (-?\d+\.\d\d) EUR")) > 0
        assert demo.token()
        demo.process.kill()
    with started(tmp_path, "second.log") as demo:
        demo.wait_until_ready()
        assert demo.token()
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0
        assert "Traceback" not in demo.said
        eventually(lambda: not left_of(tmp_path), 60)
        assert "Stopped." in demo.said


def test_a_demonstration_leaves_other_instances_alone(tmp_path: Path) -> None:
    instance = tmp_path / ".flexmeasures"
    instance.mkdir()
    (instance / "flexmeasures.cfg").write_text('FLEXMEASURES_ENV = "development"\n', encoding="utf-8")
    with started(tmp_path, "refused.log") as demo:
        assert demo.process.wait(60) == 1
        assert "configured for something else than a demonstration" in demo.said
        assert "Traceback" not in demo.said
    assert sorted(path.name for path in instance.iterdir()) == ["flexmeasures.cfg", "logs", "secret_key"]
