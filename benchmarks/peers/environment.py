"""Virtual environments of what the platform is measured against, made on demand in a cache folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


class PeerMissing(Exception):
    """A peer cannot be installed here."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A script that measures a peer, and what it needs, in a file beside it.

    Attributes:
        name: Of the script in this folder.
    """

    name: str

    def run(self, *arguments: str) -> str:
        """Run the script in the environment of the peers and return what it prints.

        Raises:
            PeerMissing: the environment cannot be made, or the script fails.
        """
        script = HERE / f"{self.name}_peer.py"
        done = subprocess.run(
            [_python(HERE / f"{self.name}.txt"), str(script), *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PeerMissing(f"{self.name} could not be measured: {_last_line(done.stderr)}")
        return done.stdout


def _python(requirements: Path) -> str:
    """Return the interpreter of the environment, which is made when it is missing or out of date."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flexmeasures" / "peers"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"{digest}-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return str(python)
    venv.create(folder, with_pip=True, clear=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerMissing(f"{requirements.stem} cannot be installed: {_last_line(done.stderr)}")
    ready.touch()
    return str(python)


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
