"""Find users who have not been seen for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.accounts import User
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.watch import TaskRun, report_run


@dataclass(frozen=True, slots=True)
class Expected:
    """Who should have been seen.

    Attributes:
        within: How long ago somebody may have logged in last.
        account_role: Only members of accounts with this role; empty for any.
        account_ids: Only members of these accounts; none for any.
        user_role: Only users with this role; empty for any.
        task: Name under which a look is remembered.
        only_new: Whether those are left out who were absent at the look before.
    """

    within: timedelta
    account_role: str = ""
    account_ids: tuple[int, ...] = ()
    user_role: str = ""
    task: str = "monitor-last-seen-users"
    only_new: bool = True


def absent_users(expected: Expected, platform: Platform) -> list[User]:
    """Return the active users who logged in once and not lately, and remember this look."""
    now = platform.now()
    before = platform.store.tasks.latest(expected.task)
    since = before[0] - expected.within if before and expected.only_new else None
    found = [
        user
        for user in platform.store.accounts.users()
        if user.active
        and _is_meant(user, expected)
        and user.last_login is not None
        and user.last_login < now - expected.within
        and (since is None or user.last_login >= since)
    ]
    report_run(expected.task, TaskRun(now, succeeded=True), platform)
    return found


def _is_meant(user: User, expected: Expected) -> bool:
    account = user.account
    return (
        (not expected.account_role or _has(account.roles, expected.account_role))
        and (not expected.account_ids or account.id in expected.account_ids)
        and (not expected.user_role or _has(user.roles, expected.user_role))
    )


def _has(roles: frozenset[str], name: str) -> bool:
    return name.casefold() in {role.casefold() for role in roles}
