"""What charts promise is held by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/explanation/charts.md").read_text(encoding="utf-8")


def test_every_promise_names_tests_that_exist() -> None:
    tests = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    scripts = {
        name
        for file in (ROOT / "frontend/test").glob("*.test.ts")
        for name in re.findall(r"^test\('([^']+)'", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    rows = [row for row in PAGE.splitlines() if re.match(r"\| \d+ \|", row)]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 26))
    for row in rows:
        named = set(re.findall(r"`(test_\w+)`", row)) | set(re.findall(r"“([^”]+)”", row))
        assert named, row
        assert named <= tests | scripts, named - tests - scripts
