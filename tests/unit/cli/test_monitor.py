"""``flexmeasures monitor``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory


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


@pytest.fixture
def users(flexmeasures: CommandLine) -> dict[str, User]:
    """Return users who were seen two hours ago, ten minutes ago and never."""
    make, store = Factory(flexmeasures.platform.store), flexmeasures.platform.store.accounts
    found = {
        name: make.user(name="u" + name, account=make.account("Prosumer")) for name in ("old", "new", "never")
    }
    now = flexmeasures.platform.now()
    for name, minutes in (("old", 120), ("new", 10)):
        found[name] = store.update_user(replace(found[name], last_login=now - timedelta(minutes=minutes)))
    return found


SEEN = ("monitor", "last-seen", "--maximum-minutes-since-last-seen", "60")


def test_users_who_were_not_seen_lately_are_told_once(
    flexmeasures: CommandLine, users: dict[str, User]
) -> None:
    said = flexmeasures.says(*SEEN, "--recipient", "ada@example.com", "--alert-users")
    assert said == f"uold <uold@example.com> was last seen at {users['old'].last_login}.\n"
    (ada, _, _), (old, title, text) = flexmeasures.program.mails
    assert (ada, old) == (("ada@example.com",), ("uold@example.com",))
    assert title == "We have not seen you lately"
    assert text == f"You have not logged in since {users['old'].last_login}."
    assert flexmeasures.says(*SEEN) == "All users have been seen lately.\n"
    assert "uold" in flexmeasures.says(*SEEN, "--all-absent-users")


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        (("--account-role", "prosumer"), True),
        (("--account-role", "MDC"), False),
        (("--user-role", "admin"), False),
        (("--account", "999"), False),
    ],
)
def test_only_some_users_are_looked_for(
    words: tuple[str, ...], is_told: bool, flexmeasures: CommandLine, users: dict[str, User]
) -> None:
    assert ("uold" in flexmeasures.says(*SEEN, *words)) is is_told
