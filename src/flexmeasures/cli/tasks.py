"""Commands that are recurring tasks: how each run went is kept, for ``flexmeasures monitor`` to look at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flexmeasures.cli.program import Program
from flexmeasures.usecases.watch import reported

Options = ParamSpec("Options")
Result = TypeVar("Result")
Command = Callable[Concatenate[Program, Options], Result]


def task_with_status_report(name: str) -> Callable[[Command[Options, Result]], Command[Options, Result]]:
    """Report each run of a command as the latest run of a task.

    Args:
        name: Of the task.

    Returns:
        A decorator of a function whose first argument is the programme.
    """

    def decorate(command: Command[Options, Result]) -> Command[Options, Result]:
        @wraps(command)
        def run(program: Program, /, *args: Options.args, **options: Options.kwargs) -> Result:
            with reported(name, program.platform()):
                return command(program, *args, **options)

        return run

    return decorate
