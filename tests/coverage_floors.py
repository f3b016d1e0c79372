"""How much of each part of the source the tests run, and that it never becomes less.

``make coverage`` runs the tests that ``make test`` runs, and then this. A part that is above its floor can
have it raised: ``python -m tests.coverage_floors --raise`` writes what is reached, and never lowers a floor.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

from coverage import Coverage
from rich.console import Console
from rich.table import Table

FLOORS = Path(__file__).with_suffix(".toml")
SOURCE = Path("src/flexmeasures")


class Summary(TypedDict):
    """What coverage tells of a file; it tells more."""

    covered_lines: int
    num_statements: int
    covered_branches: int
    num_branches: int


class _File(TypedDict):
    summary: Summary


class _Report(TypedDict):
    files: dict[str, _File]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the source.

    Attributes:
        name: For people.
        folders: Below the package; none for all of it.
        goal: What it is to reach one day. [%]
        floor: What it has reached. [%]
    """

    name: str
    folders: tuple[str, ...]
    goal: float
    floor: float

    def holds(self, file: str) -> bool:
        """Tell whether a file, named from the root of the checkout, belongs to it."""
        return any(Path(file).is_relative_to(SOURCE / folder) for folder in self.folders or (".",))

    def reached(self, files: dict[str, Summary]) -> float:
        """Return the share of lines and branches that were run, rounded down. [%]"""
        mine = [summary for file, summary in files.items() if self.holds(file)]
        run = sum(one["covered_lines"] + one["covered_branches"] for one in mine)
        there = sum(one["num_statements"] + one["num_branches"] for one in mine)
        return int(1000 * run / there) / 10 if there else 0.0


def parts() -> list[Part]:
    """Return all parts with their goals and floors."""
    told = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    return [Part(name, tuple(one["folders"]), one["goal"], one["floor"]) for name, one in told.items()]


def files() -> dict[str, Summary]:
    """Return what was run of each file, by its name from the root of the checkout."""
    coverage = Coverage()
    coverage.load()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(path))
        report: _Report = json.loads(path.read_text(encoding="utf-8"))
    return {name: file["summary"] for name, file in report["files"].items()}


def show(reached: dict[Part, float]) -> None:
    """Print what is reached beside floors and goals."""
    table = Table("part", "reached", "floor", "goal", title="Lines and branches run by the tests [%]")
    for part, share in reached.items():
        below = share < part.floor
        table.add_row(
            part.name, f"{share:.1f}", f"{part.floor:.1f}", f"{part.goal:g}", style="red" if below else ""
        )
    Console().print(table)


def raised(reached: dict[Part, float]) -> str:
    """Return the file of floors with those that can be raised."""
    text = StringIO()
    for part, share in reached.items():
        folders = ", ".join(f'"{folder}"' for folder in part.folders)
        text.write(f'["{part.name}"]\nfolders = [{folders}]\ngoal = {part.goal:g}\n')
        text.write(f"floor = {min(part.goal, max(part.floor, share)):.1f}\n\n")
    return text.getvalue().rstrip() + "\n"


def main() -> None:
    """Compare what was run with the floors, and fail if a part is below its own."""
    parser = argparse.ArgumentParser(description="Compare what the tests run with what they ran before.")
    parser.add_argument("--raise", action="store_true", dest="raises", help="raise floors to what is reached")
    told = files()
    reached = {part: part.reached(told) for part in parts()}
    show(reached)
    if parser.parse_args().raises:
        FLOORS.write_text(raised(reached), encoding="utf-8")
    below = [part.name for part, share in reached.items() if share < part.floor]
    if below:
        sys.exit(f"The tests run less than they did of: {', '.join(below)}. See: coverage report -m")


if __name__ == "__main__":
    main()
