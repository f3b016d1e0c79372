from __future__ import annotations

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory


def test_an_arrival_changes_time_and_count_alone(database: Database) -> None:
    user = Factory(database.store).user("Prosumer")
    before = database.logins.by_id(user.id)
    database.logins.arrive(user.id, NOON)
    database.logins.arrive(user.id, NOON)
    after = database.logins.by_id(user.id)
    assert before
    assert after
    assert (after.count, after.user.last_login) == (before.count + 2, NOON)
    assert (after.password_hash, after.uniquifier) == (before.password_hash, before.uniquifier)
