"""The first tutorial works as it stands."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.serving.serve import answers
from flexmeasures.testing.waiting import eventually

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "first-schedule.md"
DOCUMENTED_PORT = "5000"
SERVE = "flexmeasures run"


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language, in order."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


@contextmanager
def served(script: str, environment: dict[str, str], folder: Path, port: str) -> Iterator[None]:
    """Run a script that ends by serving, until the end of the context."""
    process = subprocess.Popen(["bash", "-euc", script], cwd=folder, env=environment)
    try:
        eventually(lambda: answers(f"http://127.0.0.1:{port}"), 60)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.mark.services
@pytest.mark.timeout(240)
def test_the_tutorial_leads_from_nothing_to_a_schedule(tmp_path: Path) -> None:
    port = free_port()
    shell = [block.replace(DOCUMENTED_PORT, port) for block in blocks("bash")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"HOME": str(tmp_path), "PATH": path, "LANG": "C.UTF-8"}
    (serving,) = [block for block in shell if block.startswith(SERVE)]
    steps = [block for block in shell if block is not serving]
    exports = steps[0]
    with Embedded(tmp_path / "instance"):
        subprocess.run(["bash", "-euc", "\n".join(steps)], cwd=tmp_path, env=environment, check=True)
        with served(f"{exports}\nexec {serving}", environment, tmp_path, port):
            script = "\n".join(blocks("python")).replace(DOCUMENTED_PORT, port)
            said = subprocess.run(
                [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
            ).stdout
    powers = [float(power) for power in re.findall(r"([+-]\d\.\d\d) MW$", said, re.MULTILINE)]
    assert said.splitlines()[:2] == ["PROCESSED", "PROCESSED"]
    assert max(powers) == 0.5
    assert min(powers) == -0.5
