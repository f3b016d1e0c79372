"""Change notes become a change log."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_change_notes_make_a_change_log() -> None:
    notes = sorted((ROOT / "changelog.d").glob("+*.md"))
    log = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "0", "--date", "2000-01-01"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert notes
    for note in notes:
        assert note.read_text(encoding="utf-8").split()[0] in log


def test_change_notes_are_named_after_their_kind() -> None:
    names = [path.name for path in (ROOT / "changelog.d").iterdir() if path.suffix == ".md"]
    assert [name for name in names if not name.endswith((".feature.md", ".change.md", ".fix.md"))] == []
