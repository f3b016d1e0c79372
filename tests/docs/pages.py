"""Do what a page of the documents says, as its reader would."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.serving.serve import answers
from flexmeasures.testing.waiting import eventually

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENTED_PORT = "5000"
SERVE = "flexmeasures run"


@dataclass(frozen=True, slots=True)
class Page:
    """A page with commands for the shell, of which one serves the platform, and Python that talks to it."""

    path: str

    def blocks(self, language: str) -> list[str]:
        """Return the code blocks of a language, in order."""
        text = (DOCS / self.path).read_text(encoding="utf-8")
        return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)

    def follow(self, folder: Path) -> str:
        """Do all that the page says in an empty folder, and return what its Python prints."""
        port = free_port()
        shell = [block.replace(DOCUMENTED_PORT, port) for block in self.blocks("bash")]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {"HOME": str(folder), "PATH": path, "LANG": "C.UTF-8"}
        (serving,) = [block for block in shell if block.startswith(SERVE)]
        steps = [block for block in shell if block is not serving]
        exports = steps[0]
        with Embedded(folder / "instance"):
            subprocess.run(["bash", "-euc", "\n".join(steps)], cwd=folder, env=environment, check=True)
            with served(f"{exports}\nexec {serving}", environment, folder, port):
                script = "\n".join(self.blocks("python")).replace(DOCUMENTED_PORT, port)
                return subprocess.run(
                    [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True
                ).stdout


def free_port() -> str:
    """Return a port at which nobody listens."""
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
