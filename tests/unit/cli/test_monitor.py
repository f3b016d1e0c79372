"""``flexmeasures monitor``."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.testing.command_line import CommandLine


def report(line: CommandLine, minutes_ago: int, *, succeeded: bool = True) -> None:
    at = line.platform.now() - timedelta(minutes=minutes_ago)
    line.platform.store.tasks.report("import", at, succeeded=succeeded)


@pytest.mark.parametrize("name", ["latest-run", "tasks"])
def test_nothing_is_wrong_with_a_task_that_ran_lately_and_well(name: str, flexmeasures: CommandLine) -> None:
    report(flexmeasures, 10)
    said = flexmeasures.says("monitor", name, "--task", "import", "10", "--recipient", "ada@example.com")
    assert said == "All tasks ran lately and well.\n"
    assert flexmeasures.program.mails == []


def test_each_trouble_is_told_here_and_by_mail(flexmeasures: CommandLine) -> None:
    report(flexmeasures, 11)
    tasks = ("--task", "never", "5", "--task", "import", "10")
    people = ("--recipient", "ada@example.com", "--recipient", "eve@example.com")
    said = flexmeasures.says("monitor", "latest-run", *tasks, *people, "--custom-message", "Look at it.")
    never = "Task never has no last run and thus cannot be monitored. Is it configured properly?"
    late = "Task import's latest run time is outside of the acceptable range (0:10:00)."
    assert said == f"{never}\n{late}\n"
    both = ("ada@example.com", "eve@example.com")
    assert flexmeasures.program.mails == [
        (both, "Problem with task never", f"{never}\n\nLook at it."),
        (both, "Problem with task import", f"{late}\n\nLook at it."),
    ]


def test_a_failed_run_is_told(flexmeasures: CommandLine) -> None:
    report(flexmeasures, 1, succeeded=False)
    said = flexmeasures.says("monitor", "latest-run", "--task", "import", "10")
    assert said == "A failure has been reported on task import.\n"
