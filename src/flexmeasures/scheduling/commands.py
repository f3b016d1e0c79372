"""Solvers that are programmes of their own: a problem goes to them as an MPS file, and comes back as a text.

MPS is the one format that all of them read. The path of a programme is looked up at each use, so that one
that is installed later is found.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import numpy as np

from flexmeasures.domain.errors import SolverFailure
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.programme import LinearProgramme
from flexmeasures.scheduling.solver import Answer, Limits

_GRACE = 30.0  # [s] for reading and writing, after the time in which to search


@dataclass(frozen=True, slots=True)
class Command:
    """How a solver is called and understood.

    Attributes:
        programme: Name of its executable.
        advice: How to install it.
        arguments: What it is called with, for a problem, a file for the solution, seconds and gap.
        read: Reads the values of all columns by name, and whether they are proven to be the best.
    """

    programme: str
    advice: str
    arguments: Callable[[Path, Path, Limits], list[str]]
    read: Callable[[str], tuple[dict[str, float], Outcome]]


def solve_by_command(name: str, programme: LinearProgramme, limits: Limits) -> Answer:
    """Solve a programme by a solver of this name.

    Args:
        name: One of ``COMMANDS``.
        programme: What to solve, with its preferences.
        limits: When it may stop.

    Raises:
        SolverFailure: the solver is not installed, not known, or ended without an answer.
    """
    command = COMMANDS.get(name)
    if command is None:
        raise SolverFailure(f"There is no solver {name!r}: known are highs, {', '.join(sorted(COMMANDS))}.")
    executable = which(command.programme)
    if executable is None:
        raise SolverFailure(f"The solver {name} is not installed: {command.advice}.")
    with TemporaryDirectory() as folder:
        problem, solution = Path(folder, "problem.mps"), Path(folder, "solution.txt")
        problem.write_text("\n".join(as_mps(programme)) + "\n")
        text = _run([executable, *command.arguments(problem, solution, limits)], solution, limits)
    return _answer(programme, *command.read(text))


def _run(command: list[str], solution: Path, limits: Limits) -> str:
    """Return what a solver wrote."""
    try:
        done = subprocess.run(  # noqa: S603  # the executable of a known solver, with files of our own
            command, capture_output=True, text=True, timeout=limits.seconds + _GRACE, check=False
        )
    except subprocess.TimeoutExpired as slow:
        raise SolverFailure(f"{command[0]} did not end within {limits.seconds + _GRACE:g} s.") from slow
    if not solution.exists():
        raise SolverFailure(f"{command[0]} ended without a solution: {(done.stdout + done.stderr)[-300:]}")
    return solution.read_text()


def _answer(programme: LinearProgramme, values: dict[str, float], outcome: Outcome) -> Answer:
    if outcome is Outcome.INFEASIBLE:
        return Answer(outcome, np.inf, np.inf, np.empty(0))
    found = np.array([values.get(f"c{place}", 0.0) for place in range(programme.costs.size)])
    objective = float((programme.costs + programme.preferences) @ found)
    bound = objective if outcome is Outcome.OPTIMAL else -np.inf
    return Answer(outcome, objective, bound, found, programme.is_mixed_integer)


def as_mps(programme: LinearProgramme) -> Iterator[str]:
    """Return the lines of a programme in free MPS: columns c0, c1 … and rows r0, r1 …"""
    lower, upper = programme.row_lower, programme.row_upper
    kinds = np.where(lower == upper, "E", np.where(np.isfinite(upper), "L", "G"))
    kinds = np.where(np.isfinite(lower) | np.isfinite(upper), kinds, "N")
    yield from ("NAME schedule", "ROWS", " N cost")
    yield from (f" {kind} r{row}" for row, kind in enumerate(kinds))
    yield "COLUMNS"
    yield from _columns(programme)
    yield "RHS"
    right = np.where(kinds == "G", lower, upper)
    for row in np.flatnonzero(np.isfinite(right) & (right != 0)):
        yield f" RHS r{row} {float(right[row])!r}"
    yield "RANGES"
    for row in np.flatnonzero(np.isfinite(lower) & np.isfinite(upper) & (lower < upper)):
        yield f" RNG r{row} {float(upper[row] - lower[row])!r}"
    yield "BOUNDS"
    yield from _bounds(programme)
    yield "ENDATA"


def _columns(programme: LinearProgramme) -> Iterator[str]:
    rows = np.repeat(np.arange(programme.row_lower.size), np.diff(programme.starts))
    order = np.argsort(programme.indices, kind="stable")
    ends = np.searchsorted(programme.indices[order], np.arange(programme.costs.size + 1))
    rows, values = rows[order].tolist(), programme.values[order].tolist()
    costs = (programme.costs + programme.preferences).tolist()
    whole = False
    for column, cost in enumerate(costs):
        if bool(programme.integer[column]) is not whole:
            whole = not whole
            yield f" MARKER{column} 'MARKER' 'INT{'ORG' if whole else 'END'}'"
        yield f" c{column} cost {cost!r}"
        for entry in range(ends[column], ends[column + 1]):
            yield f" c{column} r{rows[entry]} {values[entry]!r}"
    if whole:
        yield " MARKEREND 'MARKER' 'INTEND'"


def _bounds(programme: LinearProgramme) -> Iterator[str]:
    for column, (low, high) in enumerate(
        zip(programme.lower.tolist(), programme.upper.tolist(), strict=True)
    ):
        yield f" MI BND c{column}" if low == -np.inf else f" LO BND c{column} {low!r}"
        if high < np.inf:
            yield f" UP BND c{column} {high!r}"


def _read_cbc(text: str) -> tuple[dict[str, float], Outcome]:
    head, *lines = text.splitlines()
    if "infeasible" in head.lower():
        return {}, Outcome.INFEASIBLE
    rows = [line.replace("**", "").split() for line in lines]
    return {row[1]: float(row[2]) for row in rows}, _outcome(head.startswith("Optimal"), head)


def _read_glpk(text: str) -> tuple[dict[str, float], Outcome]:
    lines = [line.split() for line in text.splitlines()]
    state = next(line for line in lines if line[0] == "s")
    if "n" in state[4:6] or "u" in state[4:6]:
        return {}, Outcome.INFEASIBLE
    place = 3 if state[1] == "bas" else 2
    values = {f"c{int(line[1]) - 1}": float(line[place]) for line in lines if line[0] == "j"}
    return values, _outcome("f" in state[4:6] or "o" in state[4:6], " ".join(state))


def _read_gurobi(text: str) -> tuple[dict[str, float], Outcome]:
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in rows}, Outcome.OPTIMAL


def _read_cplex(text: str) -> tuple[dict[str, float], Outcome]:
    root = ET.fromstring(text)  # noqa: S314  # written by the solver just now
    header = root.find("header")
    state = "" if header is None else header.get("solutionStatusString", "")
    if "infeasible" in state:
        return {}, Outcome.INFEASIBLE
    values = {str(found.get("name")): float(found.get("value", "0")) for found in root.iter("variable")}
    return values, _outcome("optimal" in state, state)


def _outcome(is_best: bool, state: str) -> Outcome:  # noqa: FBT001  # what was read, not an option
    if is_best:
        return Outcome.OPTIMAL
    if "time" in state.lower() or "stopped" in state.lower():
        return Outcome.TIME_LIMIT
    raise SolverFailure(f"The solver ended without a schedule: {state}.")


COMMANDS = {
    "cbc": Command(
        "cbc",
        "apt install coinor-cbc, or brew install cbc",
        lambda problem, solution, limits: [
            *(str(problem), "sec", f"{limits.seconds:g}", "ratio", f"{limits.gap:g}"),
            *("printingOptions", "all", "solve", "solution", str(solution)),
        ],
        _read_cbc,
    ),
    "glpk": Command(
        "glpsol",
        "apt install glpk-utils, or brew install glpk",
        lambda problem, solution, limits: [
            *("--freemps", str(problem), "--tmlim", str(max(int(limits.seconds), 1))),
            *("--mipgap", f"{limits.gap:g}", "-w", str(solution)),
        ],
        _read_glpk,
    ),
    "gurobi": Command(
        "gurobi_cl",
        "see https://www.gurobi.com, and have gurobi_cl on the path",
        lambda problem, solution, limits: [
            *(f"ResultFile={solution.with_suffix('.sol')}", f"TimeLimit={limits.seconds:g}"),
            *(f"MIPGap={limits.gap:g}", str(problem)),
        ],
        _read_gurobi,
    ),
    "cplex": Command(
        "cplex",
        "see https://www.ibm.com/products/ilog-cplex-optimization-studio, and have cplex on the path",
        lambda problem, solution, limits: [
            *("-c", f"read {problem}", f"set timelimit {limits.seconds:g}"),
            *(f"set mip tolerances mipgap {limits.gap:g}", "optimize", f"write {solution} sol"),
        ],
        _read_cplex,
    ),
}
"""Solvers by their setting; ``gurobi`` and ``cplex`` are written after their manuals and untested."""
