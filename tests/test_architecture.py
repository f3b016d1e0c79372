"""Rules of the house that no other tool holds."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "flexmeasures"
LONGEST_FILE = 500
LONGEST_BODY = 60
WRITTEN_BY_TOOLS = ("migrations/versions",)
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}

# What may be longer than the rules allow, and why.
LONG_FILES: dict[str, str] = {}
LONG_BODIES: dict[str, str] = {}

# Where imports may stand within functions, and why.
LATE_IMPORTS = {
    "app.py": "puts the parts together, each when it is asked for",
    "servers.py": "opens databases and queues when they are asked for",
    "cli/root.py": "imports commands when they are called",
    "api/resources/charts.py": "makes a Bokeh chart, and Bokeh takes long to import",
}

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def modules(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if not any(part in path.as_posix() for part in WRITTEN_BY_TOOLS):
            yield path


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE if path.is_relative_to(SOURCE) else ROOT).as_posix()


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines the code of a function has, without its docstring."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_500_lines() -> None:
    files = [*modules(SOURCE), *modules(ROOT / "tests"), *modules(ROOT / "benchmarks")]
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert too_long.keys() == LONG_FILES.keys()


def test_no_function_is_longer_than_60_lines() -> None:
    too_long = {
        f"{name_of(path)}:{node.name}"
        for path in modules(SOURCE)
        for node in ast.walk(parsed(path))
        if isinstance(node, FUNCTIONS) and body_length(node) > LONGEST_BODY
    }
    assert too_long == LONG_BODIES.keys()


def test_any_is_for_modules_that_read() -> None:
    guilty = {
        name_of(path)
        for path in modules(SOURCE)
        if path.name != "read.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Name) and node.id == "Any"
    }
    assert guilty == set()


def test_packages_hold_a_docstring_only() -> None:
    guilty = {
        name_of(path)
        for path in modules(SOURCE)
        if path.name == "__init__.py" and path.parent not in {SOURCE, SOURCE / "plugins"}
        if len(parsed(path).body) != 1 or ast.get_docstring(parsed(path)) is None
    }
    assert guilty == set()


def test_imports_stand_at_the_top() -> None:
    guilty = {
        f"{name_of(path)}:{function.name}"
        for path in modules(SOURCE)
        if name_of(path) not in LATE_IMPORTS
        for function in ast.walk(parsed(path))
        if isinstance(function, FUNCTIONS)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert guilty == set()


def test_modules_are_named_after_what_they_hold() -> None:
    names = {part for path in modules(SOURCE) for part in Path(name_of(path)).with_suffix("").parts}
    assert not names & NAMELESS


def test_no_module_asks_for_a_version_of_the_api() -> None:
    guilty = [
        name_of(path)
        for path in modules(SOURCE)
        if re.search(r"\bif .*\bversion\b *[=!<>]=? *[\"'(]", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline style", r"<style\b|\sstyle="),
        ("a handler in an attribute", r"\son[a-z]+="),
        ("an inline script", r"<script(?![^>]*(\ssrc=|application/json))"),
        ("something from another origin", r"(src|href)=[\"']?(https?:)?//"),
    ],
)
def test_no_page_carries(what: str, pattern: str) -> None:
    guilty = [
        f"{path.relative_to(SOURCE)} carries {what}"
        for path in sorted((SOURCE / "ui" / "templates").rglob("*.html"))
        if re.search(pattern, path.read_text(encoding="utf-8"))
    ]
    assert guilty == []
