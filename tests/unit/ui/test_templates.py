"""Templates keep to the content policy: nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flexmeasures.ui.pages import TEMPLATES

FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=",
    "an address elsewhere": r"(?:href|src|action)\s*=\s*[\"'](?:https?:)?//",
    "text that is not escaped": r"\|\s*safe\b|autoescape\s+false",
    "htmx code": r"hx-on|hx-vals\s*=\s*[\"']js:",
}
FILES = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_template_holds_nothing_that_the_policy_forbids(path: Path) -> None:
    text = path.read_text()
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, text, re.IGNORECASE)
        assert found is None, f"{path.name} has {what}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_form_that_changes_something_carries_the_token(path: Path) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
        assert 'name="csrf_token"' in form, path.name


def test_there_are_templates() -> None:
    assert len(FILES) > 8
