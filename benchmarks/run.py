"""Run all benchmarks, one process each: ``python benchmarks/run.py``, or some of them by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = ("startup", "store", "messages", "message_load", "scheduling", "jobs")
ROOT = Path(__file__).parent.parent


def main() -> int:
    """Run benchmarks and return how many failed."""
    names = sys.argv[1:] or BENCHMARKS
    runs = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=False) for name in names
    ]
    return sum(run.returncode != 0 for run in runs)


if __name__ == "__main__":
    raise SystemExit(main())
