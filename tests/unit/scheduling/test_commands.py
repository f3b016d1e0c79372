"""Solvers beside the platform get the same problem, and are told apart if they are missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import which

import highspy
import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.errors import SolverFailure
from flexmeasures.scheduling import commands
from flexmeasures.scheduling.case import as_case
from flexmeasures.scheduling.commands import COMMANDS, as_mps, solve_by_command
from flexmeasures.scheduling.formulation import formulate
from flexmeasures.scheduling.plan import Outcome
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.programme import LinearProgramme, Programme, Term
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.solver import Limits, Model
from flexmeasures.testing.problems import battery, problem, site, steady


def asked() -> Problem:
    """Return two batteries behind an exit, on prices that are negative at times."""
    devices = [battery(6, name=name, soc=(0, 0.5, 1), efficiency=0.8) for name in "ab"]
    place = replace(site([-50, 40, -30, 20, 10, -10]), sell_price=np.array([-60, 30, -40, 10, 5, -10.0]))
    return problem(replace(place, production_max=steady(0.5, 6), inflexible=steady(0.1, 6)), *devices)


def programme() -> LinearProgramme:
    """Return it with switches."""
    return formulate(as_case(asked()), np.ones((2, 6), bool)).programme


def test_the_file_says_what_the_arrays_say(tmp_path: Path) -> None:
    path = tmp_path / "problem.mps"
    path.write_text("\n".join(as_mps(programme())) + "\n")
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves its constructor untyped
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    solver.run()
    best = Model(programme()).solve()
    assert_allclose(solver.getInfo().objective_function_value, best.objective, rtol=1e-7)


@pytest.mark.parametrize("name", ["cbc", "glpk"])
def test_all_solvers_find_the_same_cost(name: str) -> None:
    if which(COMMANDS[name].programme) is None:
        pytest.skip(f"{name} is not installed")
    other = solve_by_command(name, programme(), Limits())
    assert other.outcome is Outcome.OPTIMAL
    assert_allclose(other.objective, Model(programme()).solve().objective, rtol=1e-6)
    assert_allclose(schedule(replace(asked(), solver=name)).cost, schedule(asked()).cost, atol=1e-4)
    impossible = replace(
        programme(),
        row_lower=np.full(programme().row_lower.size, 1e6),
        row_upper=np.full(programme().row_lower.size, 1e6),
    )
    assert solve_by_command(name, impossible, Limits()).outcome is Outcome.INFEASIBLE


SOLVER = f"""#!{sys.executable}
import sys

import highspy

solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
solver.readModel(sys.argv[1])
solver.run()
state = solver.modelStatusToString(solver.getModelStatus())
with open(sys.argv[-1], "w") as file:
    print(f"{{state}} - objective value {{solver.getInfo().objective_function_value}}", file=file)
    for place, value in enumerate(solver.getSolution().col_value):
        print(f"{{place:7}} c{{place}} {{value!r}} 0", file=file)
"""
"""A solver that is called, and answers, like cbc."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a programme in the place of cbc."""

    def install(script: str) -> None:
        executable = tmp_path / "cbc"
        executable.write_text(script)
        executable.chmod(0o700)
        monkeypatch.setenv("PATH", str(tmp_path))

    return install


def test_a_solver_is_called_with_the_problem_and_its_answer_is_taken(install: Callable[[str], None]) -> None:
    install(SOLVER)
    other, own = solve_by_command("cbc", programme(), Limits()), Model(programme()).solve()
    assert (other.outcome, other.has_switches) == (Outcome.OPTIMAL, True)
    assert_allclose([other.objective, other.bound], own.objective, rtol=1e-6)
    plain = problem(asked().site, *(replace(s, wear_cost=5.0) for s in asked().storages))
    assert_allclose(schedule(replace(plain, solver="cbc")).cost, schedule(plain).cost, atol=1e-4)


def test_what_a_solver_finds_impossible_has_no_values(install: Callable[[str], None]) -> None:
    install(SOLVER)
    rows = steady(1e6, programme().row_lower.size)
    answer = solve_by_command("cbc", replace(programme(), row_lower=rows, row_upper=rows), Limits())
    assert (answer.outcome, answer.values.size) == (Outcome.INFEASIBLE, 0)


def test_a_solver_that_leaves_no_answer_is_told_with_what_it_said(install: Callable[[str], None]) -> None:
    install("#!/bin/sh\necho no licence found\n")
    with pytest.raises(SolverFailure, match="ended without a solution: no licence found"):
        solve_by_command("cbc", programme(), Limits())


def test_a_solver_that_does_not_end_is_stopped(
    install: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(f"#!{sys.executable}\nimport threading\nthreading.Event().wait()\n")
    monkeypatch.setattr(commands, "_GRACE", 0.0)
    with pytest.raises(SolverFailure, match=r"cbc did not end within 0\.2 s"):
        solve_by_command("cbc", programme(), Limits(seconds=0.2))


def test_ranges_and_whole_numbers_are_in_the_file(tmp_path: Path) -> None:
    small = Programme()
    x, whole = small.columns((1,), -np.inf), small.switches((1,))
    small.charge(x, 1.0)
    small.rows((1,), (Term(1.0, x), Term(1.0, whole)), lower=-2.5, upper=3.0)
    path = tmp_path / "problem.mps"
    path.write_text("\n".join(as_mps(small.assemble())) + "\n")
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves its constructor untyped
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    solver.run()
    assert_allclose(list(solver.getSolution().col_value), [-3.5, 1])


def test_a_solver_that_is_not_installed_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SolverFailure, match=r"The solver cbc is not installed: apt install coinor-cbc"):
        schedule(replace(asked(), solver="cbc"))


def test_an_unknown_solver_is_told_with_those_that_are_known() -> None:
    with pytest.raises(SolverFailure, match="no solver 'abacus': known are highs, cbc, cplex, glpk, gurobi"):
        solve_by_command("abacus", programme(), Limits())


@pytest.mark.parametrize(
    ("name", "text", "outcome", "values"),
    [
        (
            "cbc",
            "Optimal - objective value -4\n      0 c0   1.5   0\n**    1 c1  2  0\n",
            "optimal",
            [1.5, 2],
        ),
        ("cbc", "Stopped on time - objective value -4\n      0 c0   1.5   0\n", "time limit", [1.5]),
        ("cbc", "Infeasible - objective value 0\n", "infeasible", []),
        ("glpk", "c x\ns bas 1 2 f f -4\ni 1 b 3 0\nj 1 b 1.5 0\nj 2 l 2 0\ne o f\n", "optimal", [1.5, 2]),
        ("glpk", "s mip 1 2 o -4\ni 1 3\nj 1 1\nj 2 0\ne o f\n", "optimal", [1, 0]),
        ("glpk", "s mip 1 2 n 0\ne o f\n", "infeasible", []),
        ("gurobi", "# Objective value = -4\nc0 1.5\nc1 2\n", "optimal", [1.5, 2]),
        (
            "cplex",
            '<s><header solutionStatusString="optimal"/><v><variable name="c0" value="3"/></v></s>',
            "optimal",
            [3],
        ),
        ("cplex", '<s><header solutionStatusString="infeasible"/></s>', "infeasible", []),
    ],
)
def test_what_solvers_write_is_understood(name: str, text: str, outcome: str, values: list[float]) -> None:
    found, state = COMMANDS[name].read(text)
    assert state == Outcome(outcome)
    assert [found[f"c{place}"] for place in range(len(values))] == values


def test_a_solver_that_gives_up_is_a_failure() -> None:
    with pytest.raises(SolverFailure, match="Unbounded"):
        COMMANDS["cbc"].read("Unbounded - objective value 0\n")
